#include "policy/replay.h"

#include <gtest/gtest.h>

#include "policy/testing.h"

namespace heed::policy {
namespace {

std::shared_ptr<const Policy> proposal() {
  return policy_of(R"(policy p "P" version 2026-01-31
    category usage category personal purpose service purpose marketing
    party engine party staff source site { form } condition consented
    clause 1 "a" { allow usage for service to engine }
    clause 2 "b" { allow personal for marketing to staff when consented from site } )");
}

LoggedDecision logged(std::string purpose, std::string party, std::string category, bool allowed,
                      std::uint64_t count) {
  return {"someone",
          std::move(purpose),
          std::move(party),
          std::move(category),
          {},
          {},
          allowed,
          "7",
          20'000,
          count};
}

TEST(replay, tells_what_would_newly_pass_and_fail_and_for_whom) {
  const std::vector<LoggedDecision> log = {
      logged("service", "engine", "usage", true, 5),   // as before
      logged("service", "engine", "usage", false, 2),  // newly allowed
      logged("service", "staff", "usage", true, 9),    // newly refused
  };
  const Replay result = replay(log, *proposal());
  EXPECT_EQ(result.decisions, 16U);
  EXPECT_EQ(result.newly_allowed, 2U);
  EXPECT_EQ(result.newly_refused, 9U);
  ASSERT_EQ(result.changes.size(), 2U);
  EXPECT_EQ(result.changes[0].logged.party, "staff");
  EXPECT_FALSE(result.changes[0].allowed);
  EXPECT_EQ(result.changes[0].clause, "default");
  EXPECT_TRUE(result.changes[1].allowed);
  EXPECT_EQ(result.changes[1].clause, "1");
}

TEST(replay, decides_with_the_facts_that_were_known_then) {
  LoggedDecision known = logged("marketing", "staff", "personal", true, 1);
  known.holds = {"condition:consented", "source:site", "source:site.form"};
  LoggedDecision unknown = known;
  unknown.holds = {"source:site", "source:site.form"};
  const Replay result = replay(std::vector{known, unknown}, *proposal());
  EXPECT_EQ(result.newly_refused, 1U);
}

TEST(replay, refuses_words_and_passes_over_facts_that_the_proposal_does_not_have) {
  LoggedDecision fact = logged("service", "engine", "usage", true, 1);
  fact.holds = {"condition:gone"};
  const LoggedDecision word = logged("research", "engine", "usage", true, 1);
  const Replay result = replay(std::vector{fact, word}, *proposal());
  ASSERT_EQ(result.changes.size(), 1U);
  EXPECT_EQ(result.changes[0].logged.purpose, "research");
}

TEST(replay, tells_at_most_its_limit_and_counts_all) {
  const std::vector<LoggedDecision> log(Replay::kMostTold + 1,
                                        logged("service", "staff", "usage", true, 1));
  const Replay result = replay(log, *proposal());
  EXPECT_EQ(result.changes.size(), Replay::kMostTold);
  EXPECT_EQ(result.newly_refused, Replay::kMostTold + 1);
}

}  // namespace
}  // namespace heed::policy
