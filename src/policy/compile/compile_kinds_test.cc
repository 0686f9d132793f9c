#include <gtest/gtest.h>

#include "policy/example.h"

namespace heed::policy {
namespace {

/// A policy with the kind "visit" of these fields beside the kinds that it can refer to.
std::string with_fields(std::string_view fields) {
  return fmt::format(R"(policy p "P" version 2026-01-01
category personal {{ identity }}
kind branch 1 record of personal {{ street text }}
kind counter 2 series of personal {{ value integer }}
kind visit 3 record of personal {{
{}
}}
clause 1 "We keep it for a year." {{ keep any for 1 year }}
)",
                     fields);
}

/// What is told of a policy: "line check: message\n  mend\n" each.
std::string told(const std::string& text) {
  std::string all;
  for (const Finding& finding : check({{"p.policy", text}}).findings) {
    EXPECT_EQ(finding.file, "p.policy");
    all += fmt::format("{} {}: {}\n  {}\n", finding.place.line, finding.check, finding.message,
                       finding.mend);
  }
  return all;
}

TEST(CompileKinds, keep_what_an_erasure_does_to_their_records) {
  const auto policy = example::compiled(with_fields(R"(
    guest subject on erasure owns indexed
    host subject on erasure removes personal.identity
    friend subject on erasure empties
    branch reference to branch on erasure stays indexed
    before reference to visit on erasure empties
    friend_name text personal.identity indexed with friend
    photo blob with friend
    person text)"));
  ASSERT_TRUE(policy);
  const std::vector<Field>& fields = policy->kind("visit")->fields;
  std::string all;
  for (const Field& field : fields) {
    all += fmt::format("{} {} {}|{}|{}|{}|{}\n", field.name, name_of(field.type), field.category,
                       name_of(field.on_erasure), field.refers_to, field.with, field.indexed);
  }
  EXPECT_EQ(all,
            "guest subject personal|owns|||true\n"
            "host subject personal.identity|removes|||false\n"
            "friend subject personal|empties|||false\n"
            "branch reference personal|stays|branch||true\n"
            "before reference personal|empties|visit||false\n"
            "friend_name text personal.identity|||friend|true\n"
            "photo blob personal|||friend|false\n"
            "person text personal||||false\n");
}

TEST(CompileKinds, refer_to_kinds_of_any_file_and_further_down) {
  const std::string words = R"(words shop "The shop's words"
category personal
kind order 1 record of personal { thing reference to item on erasure removes }
)";
  const std::string policy = R"(policy p "P" version 2026-01-01 uses shop
kind item 2 record of personal { name text }
clause 1 "We keep it for a year." { keep any for 1 year }
)";
  EXPECT_TRUE(check({{"shop.policy", words}, {"p.policy", policy}}).ok());
}

TEST(CompileKinds, let_the_id_of_nobody_who_is_erased_stay) {
  EXPECT_EQ(told(with_fields("guest subject on erasure stays")),
            "6 erasure: field 'guest' of kind 'visit' stays on erasure: the id of an erased person "
            "may not stay\n"
            "  write: guest subject on erasure owns, removes or empties\n");
}

TEST(CompileKinds, are_owned_by_persons_alone) {
  EXPECT_EQ(told(with_fields("place reference to branch on erasure owns")),
            "6 erasure: field 'place' of kind 'visit' is a reference that owns: only a person owns "
            "a record\n"
            "  write: place reference to branch on erasure removes, empties or stays\n");
}

TEST(CompileKinds, refer_to_records_that_there_are) {
  EXPECT_EQ(told(with_fields("a reference to brnch on erasure stays\n"
                             "b reference to warehouse on erasure stays\n"
                             "c reference to counter on erasure removes")),
            "6 unknown-kind: field 'a' of kind 'visit' refers to 'brnch', which is no kind\n"
            "  did you mean 'branch'?\n"
            "7 unknown-kind: field 'b' of kind 'visit' refers to 'warehouse', which is no kind\n"
            "  declare it: kind warehouse 900 record of personal { text text }\n"
            "8 unknown-kind: field 'c' of kind 'visit' refers to 'counter', which is a series and "
            "has no records\n"
            "  declare it: kind counter 900 record of personal { text text }\n");
}

TEST(CompileKinds, empty_a_field_with_a_subject_that_is_emptied) {
  EXPECT_EQ(told(with_fields("guest subject on erasure removes\n"
                             "friend subject on erasure empties\n"
                             "a text with guest\n"
                             "b text with a\n"
                             "c text with frend\n"
                             "d text with nobody\n"
                             "e subject on erasure owns with friend")),
            "8 with: field 'a' of kind 'visit' is emptied with 'guest', which is no subject that "
            "an erasure empties\n"
            "  name one that is, or write: guest subject on erasure empties\n"
            "9 with: field 'b' of kind 'visit' is emptied with 'a', which is no subject that an "
            "erasure empties\n"
            "  name one that is, or write: a subject on erasure empties\n"
            "10 with: field 'c' of kind 'visit' is emptied with 'frend', which the kind does not "
            "have\n"
            "  did you mean 'friend'?\n"
            "11 with: field 'd' of kind 'visit' is emptied with 'nobody', which the kind does not "
            "have\n"
            "  declare it: nobody subject on erasure empties\n"
            "12 with: field 'e' of kind 'visit' is a subject, which says itself what an erasure "
            "does to it\n"
            "  leave 'with friend' out\n");
}

TEST(CompileKinds, index_what_can_be_equal) {
  EXPECT_EQ(told(with_fields("a real indexed\nb blob indexed\nc bytes indexed d time indexed")),
            "6 index: field 'a' of kind 'visit' is indexed and real: hardly two reals are equal\n"
            "  leave 'indexed' out, or index a field of another type\n"
            "7 index: field 'b' of kind 'visit' is indexed and a blob: its name finds nothing "
            "else\n"
            "  leave 'indexed' out, or index a field of another type\n");
}

TEST(CompileKinds, of_series_have_samples_alone) {
  std::string text = with_fields("note text");
  const std::string samples = "{ value integer }";
  text.replace(text.find(samples), samples.size(),
               "{ value integer indexed a blob\nb subject on erasure owns\n"
               "c reference to branch on erasure stays d text with b }");
  EXPECT_EQ(told(text),
            "4 series: field 'value' of kind 'counter' is indexed, and a series has only samples\n"
            "  make the kind a record, or leave this to a record that names the series\n"
            "4 series: field 'a' of kind 'counter' is a blob, and a series has only samples\n"
            "  make the kind a record, or leave this to a record that names the series\n"
            "5 series: field 'b' of kind 'counter' is a subject, and a series has only samples\n"
            "  make the kind a record, or leave this to a record that names the series\n"
            "6 series: field 'c' of kind 'counter' is a reference, and a series has only samples\n"
            "  make the kind a record, or leave this to a record that names the series\n"
            "6 series: field 'd' of kind 'counter' is with another one, and a series has only "
            "samples\n"
            "  make the kind a record, or leave this to a record that names the series\n");
}

}  // namespace
}  // namespace heed::policy
