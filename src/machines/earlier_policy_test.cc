// A program that stores more than the policy in force has words for, as after an update.
#include <gtest/gtest.h>

#include <sstream>

#include "machines/figures.h"
#include "machines/kinds.h"
#include "machines/machines.h"
#include "machines/outlook.h"
#include "machines/past.h"
#include "machines/shift_notes.h"
#include "machines/testing.h"
#include "machines/tools.h"

namespace heed::machines {
namespace {

/// "kind machine_audit 236 record of … {" is one of the kinds from 225 on.
bool declares_later(std::string_view line) {
  if (!line.starts_with("kind ")) return false;
  const std::size_t number = line.find(' ', 5) + 1;
  return line.substr(number, 3) >= "225" && line.substr(number + 3, 8) == " record ";
}

std::shared_ptr<const policy::Policy> earlier_policy() {
  std::istringstream shipped{std::string(*policy::shipped("words"))};
  std::string words;
  bool left_out = false;
  for (std::string line; std::getline(shipped, line);) {
    left_out = left_out || declares_later(line);
    if (!left_out) words += line + "\n";
    if (line.ends_with('}')) left_out = false;
  }
  policy::Checked checked = policy::check(
      {{"heed.policy", std::string(*policy::shipped("heed"))}, {"words.policy", words}});
  for (const policy::Finding& finding : checked.findings) ADD_FAILURE() << finding.message;
  return checked.policy;
}

class UnderAnEarlierPolicy : public testing::Test {
 protected:
  UnderAnEarlierPolicy() {
    ReportMaker maker(mill_, true);
    shop_.record(maker.report({"2023-11-14T22:00:00Z|execution|ACTIVE|part_count|3|tool|7",
                               "2023-11-14T22:10:00Z|execution|READY|part_count|4"},
                              shop_.store.clock().now()));
  }
  TestShop shop_{earlier_policy()};
  const Access access_ = shop_.access();
  const MachineId mill_ = shop_.add("Mill", true);
  Machines& machines_ = *shop_.machines;
  const TimeRange night_{*parse_time("2023-11-14T21:00:00Z"), *parse_time("2023-11-14T23:00:00Z")};
};

TEST_F(UnderAnEarlierPolicy, kinds_of_the_program_are_not_declared) {
  for (const policy::KindId later : {kind::kProgram, kind::kRuleVersion, kind::kMachineAudit}) {
    EXPECT_FALSE(shop_.store.silo().declares(later)) << later.number;
  }
  EXPECT_TRUE(shop_.store.silo().declares(kind::kMachine));
}

TEST_F(UnderAnEarlierPolicy, a_floor_and_a_machine_are_shown_without_what_has_no_word) {
  const auto board = machines_.board(access_);
  ASSERT_TRUE(board) << board.error().message();
  ASSERT_EQ(board->size(), 1U);
  EXPECT_FALSE(board->front().glance.audit);
  EXPECT_TRUE(machines_.details(access_, mill_));
  EXPECT_EQ(machines_.past().timeline(access_, mill_, night_)->activities.size(), 1U);
}

TEST_F(UnderAnEarlierPolicy, figures_are_made_of_the_rules_that_hold) {
  const auto oee = machines_.figures().oee(access_, mill_, night_);
  ASSERT_TRUE(oee) << oee.error().message();
  EXPECT_EQ(oee->production, Duration::minutes(10));
  EXPECT_TRUE(machines_.tools().table(access_, mill_, night_));
  EXPECT_TRUE(machines_.outlook().recommendations(access_, mill_));
  EXPECT_TRUE(machines_.figures().lifetime_count(access_, mill_));
  EXPECT_TRUE(machines_.shift_notes().list(access_, "", night_)->empty());
}

TEST_F(UnderAnEarlierPolicy, storing_what_has_no_word_is_refused_with_the_mend) {
  const auto refused = machines_.outlook().set_machine_hour(access_, MachineHour{80, "EUR"});
  ASSERT_FALSE(refused);
  ASSERT_NE(refused.error().error(), nullptr);
  EXPECT_EQ(refused.error().error()->message, "kind 233 is not declared");
  EXPECT_EQ(refused.error().error()->mend,
            "activate the policy once more, at /policy or with --policy");
}

}  // namespace
}  // namespace heed::machines
