// Productions 4 to 8: vocabularies and kinds.
#include <algorithm>
#include <utility>

#include "policy/language/grammar.h"
#include "policy/language/keywords.h"
#include "policy/language/parse.h"

namespace heed::policy {
namespace {

using TokenKind = Token::Kind;

constexpr std::uint32_t kLastKind = 65'535;

bool read_word(Cursor& cursor, WordNode& into, std::string_view what, std::size_t depth);

/// What is no name where one should be: told once for all commas of a block.
void skip_no_name(Cursor& cursor, bool& told_comma) {
  if (!cursor.at(TokenKind::kComma)) {
    cursor.unexpected("a name or '}'", {}, "begin with the name of what is declared here");
  } else if (!std::exchange(told_comma, true)) {
    cursor.tell(cursor.now().place, "names stand one after the other, without ','", "remove it");
  }
  if (cursor.at(TokenKind::kOpen)) {
    cursor.skip_block();
  } else {
    cursor.advance();
  }
}

bool read_words_below(Cursor& cursor, WordNode& into, std::string_view what, std::size_t depth) {
  if (depth == ParseLimits::kNesting) {
    cursor.tell(cursor.now().place,
                fmt::format("words are nested more than {} deep", ParseLimits::kNesting),
                "make the tree flatter");
    cursor.skip_block();
    return true;
  }
  const Token open = cursor.now();
  bool told_comma = false;
  cursor.advance();
  while (cursor.in_block(open, false)) {
    if (!cursor.at(TokenKind::kWord)) {
      skip_no_name(cursor, told_comma);
    } else if (!read_word(cursor, into.below.emplace_back(), what, depth + 1)) {
      into.below.pop_back();
      cursor.advance();
    }
  }
  cursor.take_comments(into.last_comments);
  cursor.take(TokenKind::kClose);
  return true;
}

bool read_word(Cursor& cursor, WordNode& into, std::string_view what, std::size_t depth) {
  cursor.take_comments(into.comments);
  if (!cursor.read_new_name(into.name, what)) return false;
  if (cursor.at(TokenKind::kText)) cursor.read_text(into.gloss, what);
  for (;;) {
    if (cursor.take("as")) {
      if (!cursor.read_text(into.iri, "a term of another vocabulary, such as \"dpv:Contact\",")) {
        return false;
      }
    } else if (cursor.at_any(kMarks)) {
      into.marks.push_back({std::string(cursor.now().raw), cursor.now().place});
      cursor.advance();
    } else {
      break;
    }
  }
  cursor.take_own_comments(into.comments);
  if (!cursor.at(TokenKind::kOpen)) return true;
  const bool read = read_words_below(cursor, into, what, depth);
  cursor.take_own_comments(into.comments);
  return read;
}

bool read_field(Cursor& cursor, FieldNode& into) {
  cursor.take_comments(into.comments);
  if (!cursor.read_new_name(into.name, "the name of a field")) return false;
  if (cursor.at_any(kTypeWords)) {
    const auto* const type = std::ranges::find(kTypeWords, cursor.now().raw);
    into.type = static_cast<FieldType>(type - kTypeWords.begin());
    cursor.advance();
  } else {
    cursor.incomplete("the type of the field", kTypeWords,
                      "write text, integer, real, truth, time or bytes after the field's name");
    // Taken for a misspelt type, unless it stands where the next field would.
    if (cursor.now().begins_line || !cursor.take(TokenKind::kWord)) return true;
  }
  // A word with a type after it is the next field's name.
  if (cursor.at(TokenKind::kWord) && !cursor.at_any(kDeclarationWords) &&
      !cursor.then_at_any(kTypeWords) && !cursor.read_path(into.category, "a category")) {
    return false;
  }
  cursor.take_own_comments(into.comments);
  return true;
}

void read_fields(Cursor& cursor, KindNode& into) {
  const Token open = cursor.now();
  bool told_comma = false;
  cursor.advance();
  cursor.take_own_comments(into.comments);
  while (cursor.in_block(open, false)) {
    if (!cursor.at(TokenKind::kWord)) {
      skip_no_name(cursor, told_comma);
    } else if (!read_field(cursor, into.fields.emplace_back())) {
      into.fields.pop_back();
      if (!cursor.at(TokenKind::kClose)) cursor.advance();
    }
  }
  cursor.take_comments(into.last_comments);
  cursor.take(TokenKind::kClose);
}

bool read_kind_head(Cursor& cursor, KindNode& into) {
  if (!cursor.read_new_name(into.name, "the name of the kind")) return false;
  const Place number = cursor.now().place;
  if (!cursor.read_number(into.number, "the number of the kind")) return false;
  if (into.number == 0 || into.number > kLastKind) {
    cursor.tell(number, fmt::format("a kind's number is from 1 to {}", kLastKind),
                "choose one that no kind ever had");
  }
  constexpr std::array<std::string_view, 2> kShapes = {"record", "series"};
  if (!cursor.at_any(kShapes)) {
    cursor.incomplete("'record' or 'series'", kShapes,
                      "write 'record' for documents, 'series' for samples over time");
    return false;
  }
  into.shape = cursor.at("series") ? Shape::kSeries : Shape::kRecord;
  cursor.advance();
  if (cursor.take("of") && !cursor.read_path(into.category, "a category")) return false;
  return !cursor.at(TokenKind::kText) || cursor.read_text(into.gloss, "what the kind is");
}

}  // namespace

bool read_vocabulary(Cursor& cursor, VocabularyNode& into) {
  cursor.take_comments(into.comments);
  const auto* const word = std::ranges::find(kVocabularyWords, cursor.now().raw);
  into.dimension = static_cast<Dimension>(word - kVocabularyWords.begin());
  cursor.advance();
  const std::string what = fmt::format("the name of a {}", name_of(into.dimension));
  if (!read_word(cursor, into.word, what, 0)) return false;
  std::ranges::move(into.word.comments, std::back_inserter(into.comments));
  into.word.comments.clear();
  return true;
}

bool read_kind(Cursor& cursor, KindNode& into) {
  cursor.take_comments(into.comments);
  cursor.advance();
  if (!read_kind_head(cursor, into)) return false;
  if (!cursor.at(TokenKind::kOpen)) {
    constexpr std::array<std::string_view, 1> kNext = {"of"};
    cursor.incomplete("'{' and the kind's fields", kNext, "write its fields between '{' and '}'");
    return false;
  }
  read_fields(cursor, into);
  cursor.take_own_comments(into.comments);
  return true;
}

}  // namespace heed::policy
