#include "policy/publish/explain.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy/example.h"

namespace heed::policy {
namespace {

Explanation explained(std::string_view purpose, std::string_view category, std::string_view party,
                      const Policy::KnownFacts& facts = {}) {
  const auto policy = example::policy();
  const Access access = *policy->access("somebody", purpose, party, facts);
  return explain(*policy, access, *policy->categories().find(category));
}

std::vector<std::string> outcomes(const Explanation& explanation) {
  std::vector<std::string> all;
  for (const Reason& reason : explanation.reasons) {
    all.push_back(reason.clause + " " + reason.outcome);
  }
  return all;
}

TEST(Explain, names_the_clause_that_decides_and_every_rule_that_lost) {
  const Explanation why =
      explained("service.billing", "personal.contact", "processor.payments", {});
  EXPECT_FALSE(why.allowed);
  EXPECT_EQ(why.clause, "2.1");
  EXPECT_EQ(outcomes(why),
            (std::vector<std::string>{"2.1 loses to the deny of 2.1", "2.1 decides"}));
  EXPECT_EQ(why.answer,
            "Refused by clause 2.1: personal contact to processor payments for service "
            "billing.");
}

TEST(Explain, says_which_fact_keeps_a_rule_silent) {
  const Explanation why =
      explained("marketing", "personal.contact", "engine", {{"ground_logged", true}});
  EXPECT_FALSE(why.allowed);
  EXPECT_EQ(outcomes(why),
            (std::vector<std::string>{"2.10 does not apply: opted_out is not known", "2.10 decides",
                                      "3.3 does not apply: ground_logged holds"}));
}

TEST(Explain, an_allow_whose_deny_fails_decides) {
  const Explanation why = explained("marketing", "personal.contact", "engine",
                                    {{"opted_out", false}, {"ground_logged", true}});
  EXPECT_TRUE(why.allowed);
  EXPECT_EQ(outcomes(why), (std::vector<std::string>{"2.10 decides",
                                                     "2.10 does not apply: opted_out does not hold",
                                                     "3.3 does not apply: ground_logged holds"}));
}

TEST(Explain, an_exception_takes_its_rule_out) {
  const auto policy = example::policy();
  Access access = *policy->access("somebody", "service.billing", "engine");
  access.conditions = policy->knowing(access.conditions, Dimension::kSource, "shop.counter");
  const Explanation why = explain(*policy, access, *policy->categories().find("personal.name"));
  EXPECT_FALSE(why.allowed);
  ASSERT_EQ(why.reasons.size(), 2U);
  EXPECT_TRUE(why.reasons[0].outcome.starts_with("is taken out by its exception in line "));
  EXPECT_TRUE(why.reasons[1].decided);
  EXPECT_EQ(why.reasons[1].file, "example.policy");
}

TEST(Explain, what_no_clause_allows_is_refused_by_default) {
  const Explanation why = explained("service", "usage", "person");
  EXPECT_FALSE(why.allowed);
  EXPECT_EQ(why.clause, "default");
  EXPECT_EQ(why.answer, "Refused, since no clause surely allows it: usage to person for service.");
}

TEST(Explain, the_explanation_is_the_decision_in_every_cell) {
  const auto policy = example::policy();
  for (std::uint16_t p = 0; p < policy->purposes().size(); ++p) {
    for (std::uint16_t c = 0; c < policy->categories().size(); ++c) {
      for (std::uint16_t q = 0; q < policy->parties().size(); ++q) {
        for (std::uint64_t facts = 0; facts < 1024; facts += 37) {
          const Access access{"a", Purpose{p}, Party{q}, Conditions(facts & 0x155, facts & 0x2aa)};
          const Explanation why = explain(*policy, access, Category{c});
          const Decision decision = policy->decide(access, Category{c});
          EXPECT_EQ(why.allowed, decision.allowed);
          const auto decided = std::ranges::count_if(why.reasons, &Reason::decided);
          EXPECT_EQ(decided, decision.clause == Table::kDefault ? 0 : 1);
        }
      }
    }
  }
}

TEST(Tell, rules_read_as_sentences) {
  const auto policy = example::policy();
  std::vector<std::string> told;
  for (const Rule& rule : policy->rules()) {
    if (!rule.from_duty) told.push_back(tell(*policy, rule));
  }
  EXPECT_EQ(told,
            (std::vector<std::string>{
                "Personal and usage may go to engine for service, from shop (but not personal "
                "name for service billing, from shop counter).",
                "Special may not go to anybody for any purpose.",
                "Personal contact may go to processor payments for service billing.",
                "Nothing may go to processor for any purpose, unless a contract with the receiver "
                "is in force.",
                "Nothing may go to third party for any purpose, unless a law demands it.",
                "Personal contact may go to engine for marketing, unless the person said no to "
                "this.",
                "Nothing may go to anybody for marketing, if the person said no to this.",
                "Personal and usage may go to person for rights."}));
}

TEST(Tell, duties_read_as_sentences) {
  const auto policy = example::policy();
  std::vector<std::string> told;
  for (const Duty& duty : policy->duties()) told.push_back(tell(*policy, duty));
  EXPECT_EQ(told, (std::vector<std::string>{
                      "Personal is kept until the account is closed, and 30 days longer.",
                      "Usage and special are kept for 13 months.",
                      "Before anything is done for rights, the person signs in again for this "
                      "request.",
                      "A request for rights is answered within 45 days.",
                      "Person gets a notice within 72 hours of this: we learn of a breach.",
                      "Usage for marketing to engine: only as figures about at least 10 subjects "
                      "together.",
                      "Before anything is done for marketing, ground, reference and approver are "
                      "written into the journal."}));
}

}  // namespace
}  // namespace heed::policy
