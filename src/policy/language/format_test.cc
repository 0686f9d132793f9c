#include <gtest/gtest.h>

#include <random>

#include "policy/language/parse.h"
#include "policy/language/utf8.h"

namespace heed::policy {
namespace {

std::string formatted(std::string_view text) {
  const Parsed parsed = parse(text, "x");
  for (const Finding& finding : parsed.findings) ADD_FAILURE() << excerpt(finding, text);
  return parsed.documents.empty() ? "" : format(parsed.documents[0]);
}

constexpr std::string_view kCanonical = R"(# The policy of a workshop.
policy chatter "Chatter privacy policy" version 2023-11-16 uses heed_words review every 12 months

category machine_data "everything a CNC machine says" { production dimensional program_text }
category personal "who somebody is" {
  identity "a name" as "dpv:Name"
  # Where somebody is reached.
  contact
  health sensitive
  account credential
}

purpose service { billing { invoice } support }
purpose improvement

party broker independent

kind person 1 record of personal.identity "a person" {
  name text
  email text personal.contact
}

kind samples 2 series {
  value real machine_data.production
}

clause 3.1 section "3" keeps O37, O4 "A sentence that is too long for one line is broken at the
    hundredth column and goes on below, by four spaces deeper than it began." {
  allow any for service to processor, broker from site.demo_form about visitor in us.california
      by email when asked_for, contract_valid unless minor
  deny machine_data except {
    allow machine_data.production to processor
    # That is all.
  }
  keep personal for 1 year
  keep personal until account_closed + 30 days
  keep personal until account_closed
  expire sharing with processor at contract_end
  notify authority within 72 hours of breach
  verify two_points for rights.access
  answer rights within 45 days
  aggregate usage for reports at least 20
  log ground for service
}

clause 3.2 "We \"tell\" you \\ all." information

# The end.
)";

TEST(Format, leaves_what_is_canonical) {
  EXPECT_EQ(formatted(kCanonical), kCanonical);
}

TEST(Format, writes_one_way_whatever_the_spaces_were) {
  std::string spread;
  bool comment = false;
  for (const char c : kCanonical) {
    comment = c == '#' || (comment && c != '\n');
    spread += c;
    if (c == ' ' && !comment) spread += "\n\t ";
  }
  EXPECT_EQ(formatted(spread), kCanonical);
}

TEST(Format, orders_the_parts_of_heads_and_scopes) {
  EXPECT_EQ(formatted("policy p \"P\" review every 1 days uses b, a version 2026-01-01 "
                      "clause 1 keeps O1 section \"2\" \"S.\" { deny unless c when b by a to d }"),
            "policy p \"P\" version 2026-01-01 uses b, a review every 1 day\n"
            "\n"
            "clause 1 section \"2\" keeps O1 \"S.\" {\n"
            "  deny to d by a when b unless c\n"
            "}\n");
}

TEST(Format, breaks_lists_that_are_longer_than_a_line) {
  std::string text = "policy p \"P\" clause 1 \"S.\" { allow a for b to ";
  for (int i = 0; i < 12; ++i)
    text += (i == 0 ? "party_number_" : ", party_number_") + std::to_string(i);
  EXPECT_EQ(formatted(text + " when c }"),
            "policy p \"P\"\n"
            "\n"
            "clause 1 \"S.\" {\n"
            "  allow a for b\n"
            "      to party_number_0, party_number_1, party_number_2, party_number_3, "
            "party_number_4,\n"
            "      party_number_5, party_number_6, party_number_7, party_number_8, "
            "party_number_9,\n"
            "      party_number_10, party_number_11 when c\n"
            "}\n");
}

TEST(Format, fills_lines_with_words_that_are_names_alone) {
  std::string text = "words w \"W\" region r { a { b } c \"C\"";
  for (int i = 0; i < 20; ++i) text += " region_" + std::to_string(i);
  EXPECT_EQ(formatted(text + " }"),
            "words w \"W\"\n"
            "\n"
            "region r {\n"
            "  a { b }\n"
            "  c \"C\"\n"
            "  region_0 region_1 region_2 region_3 region_4 region_5 region_6 region_7 region_8 "
            "region_9\n"
            "  region_10 region_11 region_12 region_13 region_14 region_15 region_16 region_17 "
            "region_18\n"
            "  region_19\n"
            "}\n");
}

// Random documents -------------------------------------------------------------------------------

/// All of a tree but its places, in one text.
class Dump {
 public:
  static std::string of(const Document& document) {
    Dump dump;
    dump.add(document);
    return dump.out_;
  }

 private:
  void add(std::string_view text) { out_ += fmt::format("{}:{} ", text.size(), text); }
  void add(std::uint32_t number) { out_ += std::to_string(number) + ' '; }
  void add(const Name& name) { add(name.text); }
  void add(const Span& span) {
    add(span.count);
    add(static_cast<std::uint32_t>(span.unit));
  }
  template <class Node>
  void add(const std::vector<Node>& nodes) {
    out_ += '[';
    for (const Node& node : nodes) add(node);
    out_ += ']';
  }
  void add(const Scope& scope) {
    for (const auto* names :
         {&scope.categories, &scope.purposes, &scope.parties, &scope.sources, &scope.subjects,
          &scope.regions, &scope.channels, &scope.when, &scope.unless}) {
      add(*names);
    }
  }
  void add(const WordNode& word) {
    add(word.comments), add(word.name), add(word.gloss), add(word.iri), add(word.marks);
    add(word.below), add(word.last_comments);
  }
  void add(const VocabularyNode& node) {
    add(node.comments), add(static_cast<std::uint32_t>(node.dimension)), add(node.word);
  }
  void add(const FieldNode& field) {
    add(field.comments), add(field.name), add(static_cast<std::uint32_t>(field.type));
    add(static_cast<std::uint32_t>(field.on_erasure)), add(field.refers_to);
    add(field.category), add(field.indexed ? 1U : 0U), add(field.with);
  }
  void add(const KindNode& kind) {
    add(kind.comments), add(kind.name), add(kind.number);
    add(static_cast<std::uint32_t>(kind.shape)), add(kind.category), add(kind.gloss);
    add(kind.fields), add(kind.last_comments);
  }
  void add(const RuleNode& rule) {
    add(rule.comments), add(rule.allow ? 1U : 0U), add(rule.scope), add(rule.exceptions);
    add(rule.last_comments);
  }
  void add(const DutyNode& duty) {
    add(duty.comments), add(static_cast<std::uint32_t>(duty.kind)), add(duty.scope), add(duty.span);
    add(duty.event), add(duty.degree), add(duty.least);
  }
  void add(const Statement& statement) {
    std::visit([this](const auto& node) { add(node); }, statement);
  }
  void add(const ClauseNode& clause) {
    add(clause.comments), add(clause.id), add(clause.section), add(clause.keeps);
    add(clause.sentence), add(clause.information ? 1U : 0U), add(clause.statements);
    add(clause.last_comments);
  }
  void add(const Declaration& declaration) {
    std::visit([this](const auto& node) { add(node); }, declaration);
  }
  void add(const Document& document) {
    const Header& header = document.header;
    add(header.comments), add(static_cast<std::uint32_t>(header.kind)), add(header.name);
    add(header.title), add(header.version), add(header.uses), add(header.review);
    add(document.declarations), add(document.last_comments);
  }

  std::string out_;
};

/// Documents that the grammar allows, by a seed.
class Author {
 public:
  explicit Author(std::uint64_t seed) : random_(seed) {}

  Document document() {
    Document out;
    out.header.comments = comments();
    out.header.kind = static_cast<FileKind>(below(3));
    out.header.name = name();
    out.header.title = text();
    if (chance(2)) out.header.version = "2026-03-01";
    if (chance(2)) out.header.uses = names();
    if (chance(2)) out.header.review = span();
    for (std::size_t left = below(6); left > 0; --left) out.declarations.push_back(declaration());
    out.last_comments = comments();
    return out;
  }

 private:
  std::size_t below(std::size_t most) { return random_() % most; }
  bool chance(std::size_t in) { return below(in) == 0; }

  Name name() {
    constexpr std::array<std::string_view, 6> kNames = {"a",  "B2",   "contact_of-somebody",
                                                        "x_", "any_", "a_name_to_fill_the_line"};
    return {std::string(kNames[below(kNames.size())]) + std::to_string(below(100)), {}};
  }
  Name path() {
    Name out = name();
    for (std::size_t left = below(3); left > 0; --left) out.text += '.' + name().text;
    return out;
  }
  std::vector<Name> names() {
    std::vector<Name> out = {name()};
    for (std::size_t left = below(4); left > 0; --left) out.push_back(name());
    return out;
  }
  std::vector<Name> paths() {
    if (chance(6)) return {{"any", {}}};
    std::vector<Name> out = {path()};
    for (std::size_t left = below(8); left > 0; --left) out.push_back(path());
    return out;
  }
  std::string text() {
    constexpr std::array<std::string_view, 9> kWords = {
        "Grüße", "a", "\"quoted\"", "\\", "#none", "{", "clause", "1", "information,"};
    std::string out;
    for (std::size_t left = below(30); left > 0; --left) {
      out += (out.empty() ? "" : " ") + std::string(kWords[below(kWords.size())]);
    }
    return out;
  }
  Comments comments() {
    Comments out;
    if (!chance(4)) return out;
    for (std::size_t left = below(3); left > 0; --left) out.push_back(text());
    return out;
  }
  Span span() { return {static_cast<std::uint32_t>(1 + below(99)), static_cast<Unit>(below(4))}; }

  WordNode word(std::size_t depth) {
    WordNode out;
    if (depth > 0) out.comments = comments();
    out.name = name();
    if (chance(3)) out.gloss = text();
    if (chance(5)) out.iri = text();
    if (chance(5)) out.marks = {{"sensitive", {}}, {"paid", {}}};
    for (std::size_t left = depth < 4 ? below(4) : 0; left > 0; --left) {
      out.below.push_back(word(depth + 1));
    }
    if (chance(8)) out.last_comments = comments();
    return out;
  }
  KindNode kind() {
    KindNode out;
    out.comments = comments();
    out.name = name();
    out.number = static_cast<std::uint32_t>(1 + below(65'535));
    out.shape = static_cast<Shape>(below(2));
    if (chance(2)) out.category = path();
    out.gloss = text();
    for (std::size_t left = below(4); left > 0; --left) {
      FieldNode& field = out.fields.emplace_back();
      field.comments = comments();
      field.name = name();
      field.type = static_cast<FieldType>(below(9));
      if (leads_away(field.type)) field.on_erasure = static_cast<OnErasure>(1 + below(4));
      if (field.type == FieldType::kReference) field.refers_to = name();
      if (chance(2)) field.category = path();
      field.indexed = chance(3);
      if (chance(3)) field.with = name();
    }
    out.last_comments = comments();
    return out;
  }
  Scope scope() {
    Scope out;
    for (auto* list : {&out.categories, &out.purposes, &out.parties, &out.sources, &out.subjects,
                       &out.regions, &out.channels}) {
      if (chance(3)) *list = paths();
    }
    if (chance(3)) out.when = names();
    if (chance(3)) out.unless = names();
    return out;
  }
  RuleNode rule(std::size_t depth) {
    RuleNode out;
    out.comments = comments();
    out.allow = chance(2);
    out.scope = scope();
    if (depth < 3 && chance(3)) {
      for (std::size_t left = below(3); left > 0; --left) out.exceptions.push_back(rule(depth + 1));
      out.last_comments = comments();
    }
    return out;
  }
  DutyNode duty() {
    DutyNode out;
    out.comments = comments();
    out.kind = static_cast<DutyKind>(below(7));
    switch (out.kind) {
      case DutyKind::kKeep:
        out.scope.categories = paths();
        if (chance(2)) out.event = name();
        if (out.event.text.empty() || chance(2)) out.span = span();
        break;
      case DutyKind::kExpire: out.scope.parties = paths(), out.event = name(); break;
      case DutyKind::kNotify:
        out.scope.parties = paths(), out.span = span(), out.event = name();
        break;
      case DutyKind::kVerify: out.scope.purposes = paths(), out.degree = name(); break;
      case DutyKind::kAnswer: out.scope.purposes = paths(), out.span = span(); break;
      case DutyKind::kAggregate:
        out.scope = scope(), out.least = static_cast<std::uint32_t>(below(100));
        break;
      case DutyKind::kLogGround: out.scope.purposes = paths(); break;
    }
    return out;
  }
  ClauseNode clause() {
    ClauseNode out;
    out.comments = comments();
    out.id = {std::to_string(below(20)) + "." + std::to_string(below(20)) + "-a", {}};
    if (chance(2)) out.section = text();
    if (chance(2)) out.keeps = names();
    out.sentence = text();
    out.information = chance(4);
    if (out.information) return out;
    for (std::size_t left = below(5); left > 0; --left) {
      out.statements.push_back(chance(2) ? Statement(rule(0)) : Statement(duty()));
    }
    out.last_comments = comments();
    return out;
  }
  Declaration declaration() {
    if (chance(3)) return kind();
    if (chance(2)) return clause();
    return VocabularyNode{comments(), static_cast<Dimension>(below(9)), word(0)};
  }

  std::mt19937_64 random_;
};

TEST(Format, of_any_document_reads_back_as_the_same_tree) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    const Document written = Author(seed).document();
    const std::string text = format(written);
    const Parsed parsed = parse(text, "x");
    for (const Finding& finding : parsed.findings) ADD_FAILURE() << excerpt(finding, text);
    ASSERT_EQ(parsed.documents.size(), 1U);
    ASSERT_EQ(Dump::of(parsed.documents[0]), Dump::of(written)) << text;
    ASSERT_EQ(format(parsed.documents[0]), text);
  }
}

TEST(Format, keeps_lines_within_a_hundred_columns) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const std::string text = format(Author(seed).document());
    for (std::size_t at = 0; at < text.size();) {
      const std::string_view line = std::string_view(text).substr(at, text.find('\n', at) - at);
      const bool breakable =
          line.find_first_of(" ", line.find_first_not_of(' ')) != std::string_view::npos;
      const bool comment = line.contains("# ");
      if (breakable && !comment) {
        EXPECT_LE(count_characters(line), 100U) << line;
      }
      at += line.size() + 1;
    }
  }
}

}  // namespace
}  // namespace heed::policy
