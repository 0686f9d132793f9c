// Productions 1 to 3, 9: files, headers, clauses.
#include "policy/language/parse.h"

#include "policy/language/grammar.h"
#include "policy/language/keywords.h"

namespace heed::policy {
namespace {

using TokenKind = Token::Kind;

/// Nothing twice in a header or a clause's head.
bool is_first(Cursor& cursor, bool written, std::string_view word) {
  if (!written) return true;
  cursor.tell(cursor.now().place, fmt::format("{} is written twice", quoted(word)),
              "remove one of them");
  return false;
}

bool read_header_part(Cursor& cursor, Header& into) {
  if (cursor.at("version")) {
    if (!is_first(cursor, !into.version.empty(), "version")) return false;
    cursor.advance();
    return cursor.read_date(into.version);
  }
  if (cursor.at("uses")) {
    if (!is_first(cursor, !into.uses.empty(), "uses")) return false;
    cursor.advance();
    return cursor.read_names(into.uses, "the name of a file of words");
  }
  if (!is_first(cursor, into.review.count != 0, "review")) return false;
  cursor.advance();
  return cursor.read_keyword("every", "review every 12 months") && cursor.read_span(into.review);
}

const Name& name_of(const VocabularyNode& node) {
  return node.word.name;
}
const Name& name_of(const KindNode& node) {
  return node.name;
}
const Name& name_of(const ClauseNode& node) {
  return node.id;
}

template <class Node>
void read_declaration(Cursor& cursor, Document& into, bool (*read)(Cursor&, Node&)) {
  const Token began = cursor.now();
  Node node;
  const bool whole = read(cursor, node);
  if (!name_of(node).text.empty()) into.declarations.emplace_back(std::move(node));
  if (!whole) cursor.skip_to_declaration(began);
}

/// The first thing of a file that is no header: told once, then read all the same.
void tell_no_header(Cursor& cursor) {
  cursor.unexpected("'policy', 'overlay' or 'words', with which a file begins", kUnitWords,
                    "begin the file with a header: policy my_policy \"My policy\"");
}

/// Where a declaration should begin. What may have been meant is that or more of the one before.
void tell_no_declaration(Cursor& cursor) {
  constexpr std::array<std::string_view, 22> kNext = {
      "category", "purpose",   "party",       "source",     "subject", "region",
      "channel",  "condition", "event",       "kind",       "clause",  "policy",
      "overlay",  "words",     "version",     "uses",       "review",  "as",
      "paid",     "sensitive", "independent", "information"};
  const bool statement = cursor.at_any(kStatementWords);
  cursor.unexpected("a declaration, such as 'category' or 'clause'", kNext,
                    statement
                        ? "a statement stands between the '{' and '}' of a clause"
                        : "begin with one of category, purpose, party, source, subject, region, "
                          "channel, condition, event, kind and clause");
}

void read_next(Cursor& cursor, Parsed& into) {
  const Token began = cursor.now();
  if (cursor.at_any(kUnitWords)) {
    Document& document = into.documents.emplace_back();
    if (!read_header(cursor, document.header)) cursor.skip_to_declaration(began);
    return;
  }
  if (into.documents.empty()) {
    tell_no_header(cursor);
    into.documents.emplace_back();
  }
  Document& document = into.documents.back();
  if (cursor.at("clause")) return read_declaration(cursor, document, read_clause);
  if (cursor.at("kind")) return read_declaration(cursor, document, read_kind);
  if (cursor.at_any(kVocabularyWords)) return read_declaration(cursor, document, read_vocabulary);
  if (cursor.at(TokenKind::kClose)) {
    cursor.tell(cursor.now().place, "this '}' closes nothing", "remove it, or add the '{'");
    cursor.advance();
    return;
  }
  tell_no_declaration(cursor);
  cursor.skip_to_declaration(began);
}

bool read_clause_head(Cursor& cursor, ClauseNode& into) {
  if (!cursor.read_id(into.id) && !cursor.at(TokenKind::kText)) return false;
  cursor.begin_clause(into.id);
  for (;;) {
    if (cursor.at("section")) {
      if (!is_first(cursor, !into.section.empty(), "section")) return false;
      cursor.advance();
      if (!cursor.read_text(into.section, "the section of the text")) return false;
    } else if (cursor.at("keeps")) {
      if (!is_first(cursor, !into.keeps.empty(), "keeps")) return false;
      cursor.advance();
      if (!cursor.read_names(into.keeps, "the number of an obligation, such as O37")) return false;
    } else {
      return cursor.read_text(into.sentence, "the clause's sentence");
    }
  }
}

void read_statements(Cursor& cursor, const Token& open, ClauseNode& into) {
  while (cursor.in_block(open, true)) {
    const Token began = cursor.now();
    Statement statement;
    if (read_statement(cursor, statement)) {
      into.statements.push_back(std::move(statement));
    } else {
      cursor.skip_to_statement(began);
    }
  }
  cursor.take_comments(into.last_comments);
  cursor.take(TokenKind::kClose);
}

void read_clause_body(Cursor& cursor, ClauseNode& into) {
  const Token open = cursor.now();
  if (cursor.take("information")) {
    into.information = true;
  } else if (cursor.take(TokenKind::kOpen)) {
    cursor.take_own_comments(into.comments);
    read_statements(cursor, open, into);
  } else {
    constexpr std::array<std::string_view, 3> kNext = {"information", "section", "keeps"};
    cursor.incomplete("'{' or 'information'", kNext,
                      "write its statements between '{' and '}', or 'information' if it has none");
    if (cursor.at_any(kStatementWords)) read_statements(cursor, open, into);
  }
  cursor.take_own_comments(into.comments);
}

}  // namespace

Parsed parse(std::string_view text, std::string file) {
  Parsed parsed;
  if (text.size() > ParseLimits::kText) {
    FindingList findings(file);
    findings.add({}, fmt::format("the file has more than {} bytes", ParseLimits::kText),
                 "make several files of it: words, policy and overlays");
    parsed.findings = std::move(findings).take();
    return parsed;
  }
  Cursor cursor(text, file);
  while (!cursor.at(TokenKind::kEnd)) read_next(cursor, parsed);
  if (parsed.documents.empty()) tell_no_header(cursor);
  for (Document& document : parsed.documents) document.file = file;
  if (!parsed.documents.empty()) cursor.take_comments(parsed.documents.back().last_comments);
  parsed.findings = std::move(cursor).take_findings();
  return parsed;
}

bool read_header(Cursor& cursor, Header& into) {
  const Token first = cursor.now();
  cursor.take_comments(into.comments);
  into.kind = cursor.at("overlay") ? FileKind::kOverlay
              : cursor.at("words") ? FileKind::kWords
                                   : FileKind::kPolicy;
  cursor.advance();
  if (!cursor.read_new_name(into.name, "the name of the policy") ||
      !cursor.read_text(into.title, "the title")) {
    return false;
  }
  while (cursor.at_any(kHeaderWords)) {
    if (!read_header_part(cursor, into)) return false;
  }
  into.place = cursor.since(first);
  cursor.take_own_comments(into.comments);
  return true;
}

bool read_clause(Cursor& cursor, ClauseNode& into) {
  cursor.take_comments(into.comments);
  cursor.begin_clause({{}, cursor.now().place});
  cursor.advance();
  bool readable = read_clause_head(cursor, into);
  if (!readable) {
    cursor.skip_to_body();
    readable = cursor.at(TokenKind::kOpen) || cursor.at_any(kStatementWords);
  }
  if (readable) read_clause_body(cursor, into);
  cursor.end_clause();
  return readable;
}

}  // namespace heed::policy
