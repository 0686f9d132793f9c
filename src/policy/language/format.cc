#include "policy/language/keywords.h"
#include "policy/language/page.h"
#include "policy/language/parse.h"

namespace heed::policy {
namespace {

std::string text_of(const Span& span) {
  const std::string_view unit = kUnitsOfTime[static_cast<std::size_t>(span.unit)];
  return fmt::format("{} {}{}", span.count, unit, span.count == 1 ? "" : "s");
}

/// `keyword a, b`, in pieces that end with their commas. Nothing if there are no names.
void add_list(Page& page, std::string_view keyword, const std::vector<Name>& names) {
  std::vector<std::string> pieces;
  for (const Name& name : names) {
    std::string piece = pieces.empty() && !keyword.empty() ? std::string(keyword) + ' ' : "";
    piece += name.text;
    if (&name != &names.back()) piece += ',';
    pieces.push_back(std::move(piece));
  }
  if (!pieces.empty()) page.add_together(pieces);
}

// A brace stays behind the last piece: alone in a line it would look like a block of its own.
void open_block(Page& page) {
  page.glue(" {");
  page.end();
}

void close_block(Page& page, const Comments& last, std::size_t depth) {
  page.add_comments(last, depth + 1);
  page.begin(depth);
  page.add("}");
  page.end();
}

// Words ------------------------------------------------------------------------------------------

bool is_plain(const WordNode& word) {
  if (!word.gloss.empty() || !word.iri.empty() || !word.marks.empty() || !word.comments.empty() ||
      !word.last_comments.empty()) {
    return false;
  }
  for (const WordNode& below : word.below) {
    if (!is_plain(below)) return false;
  }
  return true;
}

/// "{ a b { c } }" for words that are plain.
std::string in_one_line(const std::vector<WordNode>& words) {
  std::string out = "{";
  for (const WordNode& word : words) {
    out += ' ' + word.name.text;
    if (!word.below.empty()) out += ' ' + in_one_line(word.below);
  }
  return out + " }";
}

bool all_plain(const std::vector<WordNode>& words) {
  for (const WordNode& word : words) {
    if (!is_plain(word)) return false;
  }
  return true;
}

void write_word(Page& page, std::string_view keyword, const WordNode& word, std::size_t depth);

bool is_plain_leaf(const WordNode& word) {
  return word.below.empty() && is_plain(word);
}

/// A line for each word that has more than its name; the others share lines.
void write_words(Page& page, const std::vector<WordNode>& words, std::size_t depth) {
  for (std::size_t i = 0; i < words.size();) {
    if (!is_plain_leaf(words[i])) {
      write_word(page, "", words[i++], depth);
      continue;
    }
    page.begin(depth, 0);
    while (i < words.size() && is_plain_leaf(words[i])) page.add(words[i++].name.text);
    page.end();
  }
}

void write_word(Page& page, std::string_view keyword, const WordNode& word, std::size_t depth) {
  page.add_comments(word.comments, depth);
  page.begin(depth);
  if (!keyword.empty()) page.add(keyword);
  page.add(word.name.text);
  if (!word.gloss.empty()) page.add_text("", word.gloss);
  if (!word.iri.empty()) page.add_text("as", word.iri);
  for (const Name& mark : word.marks) page.add(mark.text);
  if (word.below.empty() && word.last_comments.empty()) return page.end();
  if (word.last_comments.empty() && all_plain(word.below)) {
    const std::string below = in_one_line(word.below);
    if (page.has_room(below)) {
      page.add(below);
      return page.end();
    }
  }
  open_block(page);
  write_words(page, word.below, depth + 1);
  close_block(page, word.last_comments, depth);
}

void write(Page& page, const VocabularyNode& node) {
  page.add_comments(node.comments, 0);
  write_word(page, name_of(node.dimension), node.word, 0);
}

void add_type(Page& page, const FieldNode& field) {
  page.add(name_of(field.type));
  if (field.type == FieldType::kReference) page.add("to " + field.refers_to.text);
  if (leads_away(field.type)) page.add(fmt::format("on erasure {}", name_of(field.on_erasure)));
}

void write(Page& page, const KindNode& node) {
  page.add_comments(node.comments, 0);
  page.begin(0);
  page.add("kind");
  page.add(node.name.text);
  page.add(std::to_string(node.number));
  page.add(node.shape == Shape::kSeries ? "series" : "record");
  if (!node.category.text.empty()) page.add("of " + node.category.text);
  if (!node.gloss.empty()) page.add_text("", node.gloss);
  open_block(page);
  for (const FieldNode& field : node.fields) {
    page.add_comments(field.comments, 1);
    page.begin(1);
    page.add(field.name.text);
    add_type(page, field);
    if (!field.category.text.empty()) page.add(field.category.text);
    if (field.indexed) page.add("indexed");
    if (!field.with.text.empty()) page.add("with " + field.with.text);
    page.end();
  }
  close_block(page, node.last_comments, 0);
}

// Clauses ----------------------------------------------------------------------------------------

void add_scope(Page& page, const Scope& scope) {
  add_list(page, "", scope.categories);
  add_list(page, "for", scope.purposes);
  add_list(page, "to", scope.parties);
  add_list(page, "from", scope.sources);
  add_list(page, "about", scope.subjects);
  add_list(page, "in", scope.regions);
  add_list(page, "by", scope.channels);
  add_list(page, "when", scope.when);
  add_list(page, "unless", scope.unless);
}

void write(Page& page, const RuleNode& rule, std::size_t depth) {
  page.add_comments(rule.comments, depth);
  page.begin(depth);
  page.add(rule.allow ? "allow" : "deny");
  add_scope(page, rule.scope);
  if (rule.exceptions.empty() && rule.last_comments.empty()) return page.end();
  page.add("except {");
  page.end();
  for (const RuleNode& exception : rule.exceptions) write(page, exception, depth + 1);
  close_block(page, rule.last_comments, depth);
}

void add_keep(Page& page, const DutyNode& duty) {
  page.add("keep");
  add_list(page, "", duty.scope.categories);
  if (duty.event.text.empty()) return page.add("for " + text_of(duty.span));
  page.add("until " + duty.event.text);
  if (duty.span.count != 0) page.add("+ " + text_of(duty.span));
}

void add_duty(Page& page, const DutyNode& duty) {
  switch (duty.kind) {
    case DutyKind::kKeep: return add_keep(page, duty);
    case DutyKind::kExpire:
      page.add("expire sharing");
      add_list(page, "with", duty.scope.parties);
      return page.add("at " + duty.event.text);
    case DutyKind::kNotify:
      page.add("notify");
      add_list(page, "", duty.scope.parties);
      page.add("within " + text_of(duty.span));
      return page.add("of " + duty.event.text);
    case DutyKind::kVerify:
      page.add("verify " + duty.degree.text);
      return add_list(page, "for", duty.scope.purposes);
    case DutyKind::kAnswer:
      page.add("answer");
      add_list(page, "", duty.scope.purposes);
      return page.add("within " + text_of(duty.span));
    case DutyKind::kAggregate:
      page.add("aggregate");
      add_scope(page, duty.scope);
      return page.add(fmt::format("at least {}", duty.least));
    case DutyKind::kLogGround:
      page.add("log ground");
      return add_list(page, "for", duty.scope.purposes);
  }
}

void write(Page& page, const DutyNode& duty, std::size_t depth) {
  page.add_comments(duty.comments, depth);
  page.begin(depth);
  add_duty(page, duty);
  page.end();
}

void write(Page& page, const ClauseNode& clause) {
  page.add_comments(clause.comments, 0);
  page.begin(0);
  page.add("clause " + clause.id.text);
  if (!clause.section.empty()) page.add_text("section", clause.section);
  add_list(page, "keeps", clause.keeps);
  page.add_text("", clause.sentence);
  if (clause.information) {
    page.add("information");
    return page.end();
  }
  open_block(page);
  for (const Statement& statement : clause.statements) {
    std::visit([&page](const auto& node) { write(page, node, 1); }, statement);
  }
  close_block(page, clause.last_comments, 0);
}

void write(Page& page, const Header& header) {
  constexpr std::array<std::string_view, 3> kKinds = {"policy", "overlay", "words"};
  page.add_comments(header.comments, 0);
  page.begin(0);
  page.add(kKinds[static_cast<std::size_t>(header.kind)]);
  page.add(header.name.text);
  page.add_text("", header.title);
  if (!header.version.empty()) page.add("version " + header.version);
  add_list(page, "uses", header.uses);
  if (header.review.count != 0) page.add("review every " + text_of(header.review));
  page.end();
}

/// Words of one vocabulary stand together; all else is apart.
bool belong_together(const Declaration& a, const Declaration& b) {
  const auto* first = std::get_if<VocabularyNode>(&a);
  const auto* second = std::get_if<VocabularyNode>(&b);
  return first != nullptr && second != nullptr && first->dimension == second->dimension;
}

}  // namespace

std::string format(const Document& document) {
  Page page;
  write(page, document.header);
  const Declaration* before = nullptr;
  for (const Declaration& declaration : document.declarations) {
    if (before == nullptr || !belong_together(*before, declaration)) page.blank_line();
    std::visit([&page](const auto& node) { write(page, node); }, declaration);
    before = &declaration;
  }
  if (!document.last_comments.empty()) page.blank_line();
  page.add_comments(document.last_comments, 0);
  return std::move(page).take();
}

}  // namespace heed::policy
