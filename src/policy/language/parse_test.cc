#include "policy/language/parse.h"

#include <gtest/gtest.h>

namespace heed::policy {
namespace {

Document only_document(std::string_view text) {
  Parsed parsed = parse(text, "test.policy");
  for (const Finding& finding : parsed.findings) ADD_FAILURE() << excerpt(finding, text);
  if (parsed.documents.size() != 1) {
    ADD_FAILURE() << parsed.documents.size() << " documents";
    return {};
  }
  return std::move(parsed.documents[0]);
}

template <class Node>
const Node& declaration(const Document& document, std::size_t index) {
  return std::get<Node>(document.declarations.at(index));
}

ClauseNode only_clause(std::string_view statements) {
  const std::string text = fmt::format("policy p \"P\" clause 1 \"S.\" {{ {} }}", statements);
  return declaration<ClauseNode>(only_document(text), 0);
}

RuleNode only_rule(std::string_view text) {
  return std::get<RuleNode>(only_clause(text).statements.at(0));
}

DutyNode only_duty(std::string_view text) {
  return std::get<DutyNode>(only_clause(text).statements.at(0));
}

std::string joined(const std::vector<Name>& names) {
  std::string out;
  for (const Name& name : names) out += (out.empty() ? "" : " ") + name.text;
  return out;
}

std::string first_message(std::string_view text) {
  const Parsed parsed = parse(text, "test.policy");
  return parsed.findings.empty() ? "" : parsed.findings[0].message;
}

TEST(Parse, reads_a_header_with_its_parts_in_any_order) {
  const Document document = only_document(
      "overlay contest \"A contest\" review every 12 months uses chatmeter, more "
      "version 2024-02-29");
  EXPECT_EQ(document.file, "test.policy");
  EXPECT_EQ(document.header.kind, FileKind::kOverlay);
  EXPECT_EQ(document.header.name.text, "contest");
  EXPECT_EQ(document.header.title, "A contest");
  EXPECT_EQ(document.header.version, "2024-02-29");
  EXPECT_EQ(joined(document.header.uses), "chatmeter more");
  EXPECT_EQ(document.header.review, (Span{12, Unit::kMonth}));
}

TEST(Parse, reads_several_units_of_one_file) {
  const Parsed parsed = parse("words w \"W\" event e policy p \"P\" uses w event f", "x");
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed.documents.size(), 2U);
  EXPECT_EQ(parsed.documents[0].header.kind, FileKind::kWords);
  EXPECT_EQ(declaration<VocabularyNode>(parsed.documents[0], 0).word.name.text, "e");
  EXPECT_EQ(declaration<VocabularyNode>(parsed.documents[1], 0).word.name.text, "f");
}

TEST(Parse, reads_words_of_all_vocabularies) {
  const Document document = only_document(
      "words w \"W\" category a purpose b party c source d subject e region f channel g "
      "condition h event i");
  ASSERT_EQ(document.declarations.size(), 9U);
  for (std::size_t i = 0; i < 9; ++i) {
    const auto& node = declaration<VocabularyNode>(document, i);
    EXPECT_EQ(node.dimension, static_cast<Dimension>(i));
    EXPECT_EQ(node.word.name.text, std::string(1, static_cast<char>('a' + i)));
  }
}

TEST(Parse, reads_a_tree_of_words_with_glosses_terms_and_marks) {
  const Document document = only_document(
      "words w \"W\" category personal \"who somebody is\" { contact \"where\" as \"dpv:Contact\" "
      "{ email } health sensitive paid } purpose other");
  const WordNode& personal = declaration<VocabularyNode>(document, 0).word;
  EXPECT_EQ(personal.gloss, "who somebody is");
  ASSERT_EQ(personal.below.size(), 2U);
  EXPECT_EQ(personal.below[0].gloss, "where");
  EXPECT_EQ(personal.below[0].iri, "dpv:Contact");
  EXPECT_EQ(personal.below[0].below.at(0).name.text, "email");
  EXPECT_EQ(joined(personal.below[1].marks), "sensitive paid");
  EXPECT_EQ(document.declarations.size(), 2U);
}

TEST(Parse, tells_the_category_of_a_field_from_the_next_field) {
  const Document document = only_document(
      "words w \"W\" kind person 7 record of personal \"a person\" { name text email text "
      "personal.contact created time } kind samples 8 series { value real usage }");
  const auto& person = declaration<KindNode>(document, 0);
  EXPECT_EQ(person.number, 7U);
  EXPECT_EQ(person.shape, Shape::kRecord);
  EXPECT_EQ(person.category.text, "personal");
  EXPECT_EQ(person.gloss, "a person");
  ASSERT_EQ(person.fields.size(), 3U);
  EXPECT_EQ(person.fields[0].category.text, "");
  EXPECT_EQ(person.fields[1].name.text, "email");
  EXPECT_EQ(person.fields[1].category.text, "personal.contact");
  EXPECT_EQ(person.fields[2].type, FieldType::kTime);
  EXPECT_EQ(declaration<KindNode>(document, 1).shape, Shape::kSeries);
}

TEST(Parse, reads_every_type_of_field) {
  const Document document = only_document(
      "words w \"W\" kind k 1 record of a { a text b integer c real d truth e time f bytes }");
  const auto& fields = declaration<KindNode>(document, 0).fields;
  ASSERT_EQ(fields.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(fields[i].type, static_cast<FieldType>(i));
}

TEST(Parse, reads_what_an_erasure_does_to_a_record) {
  const Document document = only_document(
      "words w \"W\" kind visit 1 record of a { guest subject on erasure owns person subject on "
      "erasure removes b.c indexed friend subject on erasure empties shop reference to branch on "
      "erasure stays scan blob with friend name text a.name indexed with friend }");
  const auto& fields = declaration<KindNode>(document, 0).fields;
  ASSERT_EQ(fields.size(), 6U);
  std::string told;
  for (const FieldNode& field : fields) {
    told += fmt::format("{} {} {}|{}|{}|{}|{}\n", field.name.text, name_of(field.type),
                        name_of(field.on_erasure), field.refers_to.text, field.category.text,
                        field.indexed, field.with.text);
  }
  EXPECT_EQ(told,
            "guest subject owns|||false|\n"
            "person subject removes||b.c|true|\n"
            "friend subject empties|||false|\n"
            "shop reference stays|branch||false|\n"
            "scan blob |||false|friend\n"
            "name text ||a.name|true|friend\n");
}

TEST(Parse, tells_a_field_of_a_person_from_a_class_of_subjects) {
  const Document document = only_document(
      "words w \"W\" kind k 1 record of a { name text\nguest\nsubject on erasure owns }\n"
      "subject visitor");
  EXPECT_EQ(declaration<KindNode>(document, 0).fields.at(1).type, FieldType::kSubject);
  EXPECT_EQ(declaration<VocabularyNode>(document, 1).word.name.text, "visitor");
}

TEST(Parse, reads_the_head_of_a_clause) {
  const Document document = only_document(
      "policy p \"P\" clause 3.2-a keeps O37, O4 section \"3, first\" \"Nothing is sold.\" "
      "information clause 4 \"More.\" { }");
  const auto& clause = declaration<ClauseNode>(document, 0);
  EXPECT_EQ(clause.id.text, "3.2-a");
  EXPECT_EQ(joined(clause.keeps), "O37 O4");
  EXPECT_EQ(clause.section, "3, first");
  EXPECT_EQ(clause.sentence, "Nothing is sold.");
  EXPECT_TRUE(clause.information);
  EXPECT_FALSE(declaration<ClauseNode>(document, 1).information);
}

TEST(Parse, reads_every_part_of_a_scope) {
  const Scope scope = only_rule(
                          "allow a, b.c for d to any from e.f about g in h.i by j when k, l "
                          "unless m")
                          .scope;
  EXPECT_EQ(joined(scope.categories), "a b.c");
  EXPECT_EQ(joined(scope.purposes), "d");
  EXPECT_EQ(joined(scope.parties), "any");
  EXPECT_EQ(joined(scope.sources), "e.f");
  EXPECT_EQ(joined(scope.subjects), "g");
  EXPECT_EQ(joined(scope.regions), "h.i");
  EXPECT_EQ(joined(scope.channels), "j");
  EXPECT_EQ(joined(scope.when), "k l");
  EXPECT_EQ(joined(scope.unless), "m");
}

TEST(Parse, reads_the_parts_of_a_scope_in_any_order_and_none) {
  const Scope scope = only_rule("deny unless m to b for a").scope;
  EXPECT_EQ(joined(scope.categories), "");
  EXPECT_EQ(joined(scope.purposes), "a");
  EXPECT_EQ(joined(scope.parties), "b");
  EXPECT_FALSE(only_rule("deny").allow);
}

TEST(Parse, reads_exceptions_of_exceptions) {
  const RuleNode rule = only_rule("deny a except { allow to b except { deny when c } allow to d }");
  ASSERT_EQ(rule.exceptions.size(), 2U);
  EXPECT_FALSE(rule.allow);
  EXPECT_TRUE(rule.exceptions[0].allow);
  EXPECT_EQ(joined(rule.exceptions[0].exceptions.at(0).scope.when), "c");
  EXPECT_EQ(joined(rule.exceptions[1].scope.parties), "d");
}

TEST(Parse, reads_keep_with_spans_and_events) {
  EXPECT_EQ(only_duty("keep a, b for 13 months").span, (Span{13, Unit::kMonth}));
  EXPECT_EQ(joined(only_duty("keep a, b for 13 months").scope.categories), "a b");
  EXPECT_EQ(only_duty("keep any until closed").event.text, "closed");
  EXPECT_EQ(only_duty("keep any until closed").span.count, 0U);
  EXPECT_EQ(only_duty("keep any until closed + 1 year").span, (Span{1, Unit::kYear}));
}

TEST(Parse, reads_the_other_duties) {
  const DutyNode expire = only_duty("expire sharing with a, b at contract_end");
  EXPECT_EQ(expire.kind, DutyKind::kExpire);
  EXPECT_EQ(joined(expire.scope.parties), "a b");
  EXPECT_EQ(expire.event.text, "contract_end");
  const DutyNode notify = only_duty("notify a within 72 hours of breach");
  EXPECT_EQ(notify.kind, DutyKind::kNotify);
  EXPECT_EQ(notify.span, (Span{72, Unit::kHour}));
  EXPECT_EQ(notify.event.text, "breach");
  const DutyNode verify = only_duty("verify two_points for access");
  EXPECT_EQ(verify.kind, DutyKind::kVerify);
  EXPECT_EQ(verify.degree.text, "two_points");
  EXPECT_EQ(joined(verify.scope.purposes), "access");
  const DutyNode answer = only_duty("answer any within 1 day");
  EXPECT_EQ(answer.kind, DutyKind::kAnswer);
  EXPECT_EQ(joined(answer.scope.purposes), "any");
  const DutyNode aggregate = only_duty("aggregate a for b to c at least 20");
  EXPECT_EQ(aggregate.kind, DutyKind::kAggregate);
  EXPECT_EQ(joined(aggregate.scope.parties), "c");
  EXPECT_EQ(aggregate.least, 20U);
  EXPECT_EQ(only_duty("aggregate at least 5").least, 5U);
  EXPECT_EQ(only_duty("log ground for a").kind, DutyKind::kLogGround);
}

TEST(Parse, takes_white_space_in_a_text_for_one_space) {
  const Document document =
      only_document("policy p \"  Chatter's\n    privacy\r\n\tpolicy  of \\\"old\\\" \\\\ \"");
  EXPECT_EQ(document.header.title, R"(Chatter's privacy policy of "old" \)");
}

TEST(Parse, takes_keywords_at_the_start_of_a_texts_line_for_words) {
  const Document document = only_document(
      "policy p \"P\" clause 1 \"As\nclause 3.2 says, for the\npurpose of the \\\"service\\\", to "
      "a\n"
      "party\" information");
  EXPECT_EQ(declaration<ClauseNode>(document, 0).sentence,
            "As clause 3.2 says, for the purpose of the \"service\", to a party");
}

TEST(Parse, counts_columns_in_characters_and_offsets_in_bytes) {
  const Document document =
      only_document("policy p \"Grüße\" clause 1 \"S.\" {\n  deny a.b to c except {\n  } }\n");
  const auto& clause = declaration<ClauseNode>(document, 0);
  EXPECT_EQ(clause.id.place.column, 25U);
  EXPECT_EQ(clause.id.place.offset, 26U);
  const RuleNode& rule = std::get<RuleNode>(clause.statements.at(0));
  EXPECT_EQ(rule.place.line, 2U);
  EXPECT_EQ(rule.place.column, 3U);
  EXPECT_EQ(rule.place.length, std::string_view("deny a.b to c").size());
  EXPECT_EQ(rule.scope.place.column, 8U);
  EXPECT_EQ(rule.scope.categories.at(0).place.length, 3U);
}

TEST(Parse, keeps_comments_with_what_they_stand_at) {
  const Document document = only_document(R"(# of the header
# two lines
policy p "P"  # behind it
# of the word
category a {
  # of the word below
  b  # behind that
  # last in the tree
}
#
clause 1 # inside the head
  "S." { # behind the brace
  # of the rule
  deny a  # behind the rule
    to b except {
    # of the exception
    allow a
    # last exception
  }
  keep a for 1 day # of the duty
  # last statement
}
# last of all
)");
  EXPECT_EQ(document.header.comments, (Comments{"of the header", "two lines", "behind it"}));
  const auto& a = declaration<VocabularyNode>(document, 0);
  EXPECT_EQ(a.comments, Comments{"of the word"});
  EXPECT_EQ(a.word.below.at(0).comments, (Comments{"of the word below", "behind that"}));
  EXPECT_EQ(a.word.last_comments, Comments{"last in the tree"});
  const auto& clause = declaration<ClauseNode>(document, 1);
  EXPECT_EQ(clause.comments, (Comments{"", "inside the head", "behind the brace"}));
  const auto& rule = std::get<RuleNode>(clause.statements.at(0));
  EXPECT_EQ(rule.comments, (Comments{"of the rule", "behind the rule"}));
  EXPECT_EQ(rule.exceptions.at(0).comments, Comments{"of the exception"});
  EXPECT_EQ(rule.last_comments, Comments{"last exception"});
  EXPECT_EQ(std::get<DutyNode>(clause.statements.at(1)).comments, Comments{"of the duty"});
  EXPECT_EQ(clause.last_comments, Comments{"last statement"});
  EXPECT_EQ(document.last_comments, Comments{"last of all"});
}

TEST(Parse, reads_on_after_an_error) {
  const Parsed parsed = parse(
      "policy p \"P\" clause 1 \"S.\" {\n deny a b\n keep a for 1 day\n}\n clause 2 \"T.\" "
      "information",
      "x");
  EXPECT_EQ(parsed.findings.size(), 1U);
  ASSERT_EQ(parsed.documents.size(), 1U);
  ASSERT_EQ(parsed.documents[0].declarations.size(), 2U);
  EXPECT_EQ(declaration<ClauseNode>(parsed.documents[0], 0).statements.size(), 2U);
}

TEST(Parse, passes_over_a_byte_order_mark) {
  EXPECT_EQ(only_document("\xef\xbb\xbfpolicy p \"P\"").header.name.place.column, 8U);
}

TEST(Parse, tells_bytes_that_are_not_utf8_and_characters_that_hide) {
  EXPECT_EQ(first_message("policy p \"P\xff\xfe\""), "byte 11 (0xff) is not UTF-8");
  EXPECT_EQ(first_message("policy p \"P\xc0\x80\""), "byte 11 (0xc0) is not UTF-8");
  EXPECT_EQ(first_message("policy p \"P\" # \xed\xa0\x80"), "byte 15 (0xed) is not UTF-8");
  EXPECT_EQ(first_message("policy p \"P\xe2\x80\xae\""),
            "an invisible character, U+202E, stands at byte 11");
  EXPECT_EQ(first_message(std::string_view("policy p \"P\0\"", 13)),
            "an invisible character, U+0000, stands at byte 11");
  EXPECT_EQ(first_message("policy p \x1b \"P\""),
            "an invisible character, U+001B, stands at byte 9");
  EXPECT_EQ(first_message("policy p\xc2\xa0\"P\""), "U+00A0 is no space of the language");
}

TEST(Parse, holds_names_texts_and_files_to_their_limits) {
  const std::string name(ParseLimits::kLongestName, 'a');
  EXPECT_EQ(first_message("policy " + name + " \"P\""), "");
  EXPECT_EQ(first_message("policy " + name + "a \"P\""),
            "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…' is longer than the 128 bytes that a name "
            "may have");
  const std::string text(ParseLimits::kLongestText, 'a');
  EXPECT_EQ(first_message("policy p \"" + text + "\""), "");
  EXPECT_EQ(first_message("policy p \"" + text + "a\""),
            "the text that begins in line 1 is longer than 16384 bytes");
  std::string file = "policy p \"P\"";
  file.resize(ParseLimits::kText, ' ');
  EXPECT_EQ(first_message(file), "");
  EXPECT_EQ(first_message(file + ' '), "the file has more than 4194304 bytes");
}

std::string nested(std::string_view begin, std::string_view open, std::string_view close,
                   std::size_t depth) {
  std::string text(begin);
  for (std::size_t i = 0; i < depth; ++i) text += open;
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(Parse, holds_nesting_to_its_limit) {
  constexpr std::size_t kMost = ParseLimits::kNesting;
  const auto words = [](std::size_t depth) {
    return nested("policy p \"P\" category a", " { a", " }", depth);
  };
  EXPECT_EQ(first_message(words(kMost)), "");
  EXPECT_EQ(first_message(words(kMost + 1)), "words are nested more than 32 deep");
  const auto rules = [](std::size_t depth) {
    return nested("policy p \"P\" clause 1 \"S.\" { deny", " except { deny", " }", depth) + " }";
  };
  EXPECT_EQ(first_message(rules(kMost)), "");
  EXPECT_EQ(first_message(rules(kMost + 1)), "exceptions are nested more than 32 deep");
}

TEST(Parse, tells_fifty_findings_and_that_there_are_more) {
  std::string text = "policy p \"P\"\nclause 1 \"S.\" {\n";
  for (int i = 0; i < 50; ++i) text += "  permit a\n";
  EXPECT_EQ(parse(text + "}", "x").findings.size(), ParseLimits::kFindings);
  const Parsed more = parse(text + "  permit a\n}", "x");
  ASSERT_EQ(more.findings.size(), ParseLimits::kFindings + 1);
  EXPECT_EQ(more.findings.back().message, "more is wrong than these 50 findings tell");
  for (const Finding& finding : more.findings) {
    EXPECT_EQ(finding.check, "syntax");
    EXPECT_EQ(finding.file, "x");
    EXPECT_EQ(finding.clause, "1");
    EXPECT_NE(finding.mend, "");
  }
}

}  // namespace
}  // namespace heed::policy
