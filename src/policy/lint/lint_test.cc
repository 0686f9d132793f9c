#include "policy/lint/lint.h"

#include <gtest/gtest.h>

#include <fmt/core.h>

#include <algorithm>

#include "policy/example.h"
#include "policy/shipped.h"

namespace heed::policy {
namespace {

const Time kToday = *parse_time("2026-11-22T12:00:00Z");

std::vector<Finding> findings_of_shipped(const std::string& name) {
  const auto policy = example::compiled(std::string(*shipped(name)));
  return policy ? lint(*policy, kToday) : std::vector<Finding>();
}

std::vector<Finding> findings_of(std::string_view clauses) {
  const auto policy = example::compiled(fmt::format(R"(
words w "W"
category personal {{ name }}
category usage
category device
purpose service purpose improvement purpose marketing
party engine party partner party person party organization
source shop
condition opted_out condition gpc condition dnt condition minor condition personal_by_law
event discovery
policy p "P" version 2026-11-01 uses w review every 12 months
clause 0.1 keeps O1 "We write personal, usage and device from shop for service, improvement and
    marketing to partner, organization and person." {{
  allow personal, usage, device for service to engine, organization from shop
}}
clause 0.2 keeps O58 "What we store is encrypted at rest." information
clause 0.3 keeps O79 "Nothing of who is under 13, or sixteen without consent." {{
  deny any for marketing when minor
}}
clause 0.4 keeps O60 "We tell you." {{ notify person, organization within 72 hours of discovery }}
{}
)",
                                                    clauses));
  return policy ? lint(*policy, kToday) : std::vector<Finding>();
}

std::vector<std::string> checks(const std::vector<Finding>& findings) {
  std::vector<std::string> all;
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.severity, Severity::kWarning);
    EXPECT_FALSE(finding.mend.empty()) << finding.check;
    all.push_back(finding.clause.empty() ? finding.check : finding.clause + " " + finding.check);
  }
  return all;
}

bool found(const std::vector<Finding>& findings, std::string_view check) {
  return std::ranges::count(findings, check, &Finding::check) > 0;
}

struct Reported {
  std::string policy;
  std::string check;
  std::string clause;  ///< Empty: of the policy as a whole.
};
void PrintTo(const Reported& reported, std::ostream* out) {
  *out << reported.policy << " " << reported.check;
}

class TextsOfOthers : public testing::TestWithParam<Reported> {};

TEST_P(TextsOfOthers, are_reported_where_the_law_asks_for_more_O83) {
  const auto& [policy, check, clause] = GetParam();
  const auto findings = findings_of_shipped(policy);
  EXPECT_TRUE(std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.check == check && finding.clause == clause;
  }));
}

// The ten that a reader of both texts wrote down by hand.
INSTANTIATE_TEST_SUITE_P(Lint, TextsOfOthers,
                         testing::Values(Reported{"chatmeter", "effective-date", "13.1"},
                                         Reported{"chatmeter", "overdue-review", ""},
                                         Reported{"chatmeter", "open-category", "6.1"},
                                         Reported{"chatmeter", "likely-sale", "5.2"},
                                         Reported{"chatmeter", "gpc-silent", "10.3"},
                                         Reported{"chatter", "gpc-silent", "6.2"},
                                         Reported{"chatmeter", "minors-threshold", "12.1"},
                                         Reported{"chatter", "minors-threshold", "11.2"},
                                         Reported{"chatter", "split-purpose", "3.2"},
                                         Reported{"chatter", "encryption-at-rest", "5.4"},
                                         Reported{"chatmeter", "no-security-measure", ""},
                                         Reported{"chatter", "breach-notice", "11.3"},
                                         Reported{"chatmeter", "retention-number", "9.1"},
                                         Reported{"chatter", "retention-number", "9.1"},
                                         Reported{"chatter", "overdue-review", ""}),
                         [](const auto& param) {
                           std::string name = param.param.policy + "_" + param.param.check;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(Lint, says_by_which_day_a_review_was_due_O83) {
  const auto findings = findings_of_shipped("chatter");
  const auto overdue = std::ranges::find(findings, "overdue-review", &Finding::check);
  ASSERT_NE(overdue, findings.end());
  EXPECT_EQ(overdue->message, "the text of 2023-11-16 was to be reviewed by 2024-11-16");
  const auto policy = example::compiled(std::string(*shipped("chatter")));
  const auto before = [&](const char* day) { return lint(*policy, *parse_time(day)); };
  EXPECT_FALSE(found(before("2024-11-15T23:59:59Z"), "overdue-review"));
  EXPECT_TRUE(found(before("2024-11-16T00:00:00Z"), "overdue-review"));
}

TEST(Lint, is_silent_about_a_policy_without_faults) {
  EXPECT_EQ(checks(findings_of("")), std::vector<std::string>{});
}

struct Fault {
  const char* clause;
  const char* finding;
};

TEST(Lint, finds_each_fault_and_no_other) {
  const std::vector<Fault> faults = {
      {R"(clause 1 "S" information)", "1 no-obligation"},
      {R"(clause 1 keeps O1 "S. The text gives no day; we take the first." information)",
       "1 effective-date"},
      {R"(clause 1 keeps O72 "The text gives no number; we keep a day." { keep usage for 1 day })",
       "1 retention-number"},
      {R"(clause 1 keeps O66 "The text gives no number; a day." { answer service within 1 day })",
       "1 chosen-number"},
      {R"(clause 1 keeps O41 "S" { allow personal for marketing to partner })", "1 likely-sale"},
      {R"(clause 1 keeps O41 "S" { allow personal for any to partner unless opted_out, gpc })",
       "1 likely-sale"},
      {R"(clause 1 keeps O14 "S" { allow device for any to engine })", "1 open-category"},
      {R"(clause 1 keeps O77 "S" { deny usage for marketing when dnt })", "1 gpc-silent"},
      {R"(clause 1 keeps O86 "S" { notify person within 72 hours of discovery })",
       "1 breach-notice"},
      {R"(clause 1 keeps O1 "S" { allow personal for marketing to engine when minor })",
       "1 dead-rule"},
      {R"(condition unheard)", "unused-condition"},
      {R"(party unheard)", "unspoken-word"},
      {R"(category personal { name_of_friend } source call)", "unspoken-word"},
  };
  for (const Fault& fault : faults) {
    EXPECT_EQ(checks(findings_of(fault.clause)), std::vector<std::string>{fault.finding})
        << fault.clause;
  }
}

TEST(Lint, names_what_a_likely_sale_does_not_mind) {
  const auto open =
      findings_of(R"(clause 1 keeps O41 "S" { allow personal for marketing to partner })");
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].mend, "add: unless opted_out and gpc");
  const auto mindful = findings_of(
      R"(clause 1 keeps O41 "S" {
        allow personal for marketing to partner unless opted_out, gpc })");
  ASSERT_EQ(mindful.size(), 1U);
  EXPECT_EQ(mindful[0].mend, "offer the opt-out link on every page, and say so in a sentence");
}

TEST(Lint, an_open_category_is_told_whether_the_law_of_a_region_is_minded_O54) {
  const auto minded = findings_of(
      R"(clause 1 keeps O54 "S" { allow device for any to engine unless personal_by_law })");
  ASSERT_EQ(minded.size(), 1U);
  EXPECT_EQ(minded[0].mend,
            "make sure that personal_by_law is computed from the region of the item");
}

TEST(Lint, a_purpose_that_is_open_for_one_category_and_shut_for_another_is_told_O38) {
  const auto findings = findings_of(R"(clause 1 keeps O38 "S" {
    deny device for improvement  allow personal for improvement to engine })");
  EXPECT_EQ(checks(findings), std::vector<std::string>{"1 split-purpose"});
  EXPECT_EQ(findings[0].message,
            "device is denied for improvement, for which other clauses allow personal; one table "
            "may hold both");
}

TEST(Lint, stands_where_the_rule_stands) {
  const auto findings =
      findings_of("clause 1 keeps O14 \"S\" {\n  allow device for any to engine\n}");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].file, "example.policy");
  EXPECT_EQ(findings[0].place.column, 3U);
}

}  // namespace
}  // namespace heed::policy
