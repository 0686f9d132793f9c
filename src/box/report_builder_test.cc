#include "box/report_builder.h"

#include <gtest/gtest.h>

#include "box/first_dump.h"

namespace heed::box {
namespace {

using machines::Report;

class ReportBuilderTest : public testing::Test {
 protected:
  void say(const std::string& key, const std::string& value) {
    builder_.raw("|" + key + "|" + value);
    builder_.add({.item = key, .value = value});
  }
  std::vector<Report> reports_;
  ReportBuilder builder_{[this](Report report) { reports_.push_back(std::move(report)); }};
};

TEST_F(ReportBuilderTest, ties_each_observation_to_its_line) {
  builder_.at(Time::from_seconds(1), false);
  say("a", "1");
  builder_.raw("nothing was taken from this one");
  say("b", "2");
  builder_.flush();
  ASSERT_EQ(reports_.size(), 1U);
  EXPECT_EQ(reports_[0].raw, (std::vector<std::string>{"|a|1", "|b|2"}));
  EXPECT_EQ(reports_[0].observations[1].raw, 1U);
}

TEST_F(ReportBuilderTest, gives_nothing_when_there_is_nothing_to_tell) {
  builder_.at(Time::from_seconds(1), false);
  builder_.raw("* comment");
  builder_.flush();
  builder_.flush();
  EXPECT_TRUE(reports_.empty());
}

TEST_F(ReportBuilderTest, begins_a_new_report_with_another_arrival_or_another_kind) {
  builder_.at(Time::from_seconds(1), true);
  say("a", "1");
  builder_.at(Time::from_seconds(1), false);
  say("b", "2");
  builder_.at(Time::from_seconds(2), false);
  say("c", "3");
  builder_.flush();
  ASSERT_EQ(reports_.size(), 3U);
  EXPECT_TRUE(reports_[0].initial);
  EXPECT_FALSE(reports_[1].initial);
  EXPECT_EQ(reports_[2].arrival, Time::from_seconds(2));
}

TEST_F(ReportBuilderTest, tells_malformed_lines_once_a_report_with_their_count) {
  builder_.at(Time::from_seconds(1), false);
  for (int i = 0; i < 500; ++i) builder_.malformed("no time");
  builder_.malformed("cut");
  builder_.flush();
  ASSERT_EQ(reports_.size(), 1U);
  ASSERT_EQ(reports_[0].gaps.size(), 2U);
  EXPECT_EQ(reports_[0].gaps[1].note, "no time");
  EXPECT_EQ(reports_[0].gaps[1].lost, 500U);
}

TEST_F(ReportBuilderTest, takes_keys_up_to_their_limit_and_tells_the_others_as_malformed) {
  builder_.at(Time::from_seconds(1), false);
  say(std::string(kLongestItemKey, 'k'), "1");
  say(std::string(kLongestItemKey + 1, 'k'), "1");
  say("", "1");
  say("a\tb", "1");
  builder_.flush();
  ASSERT_EQ(reports_.size(), 1U);
  EXPECT_EQ(reports_[0].observations.size(), 1U);
  EXPECT_EQ(reports_[0].gaps.at(0).lost, 3U);
}

TEST_F(ReportBuilderTest, is_full_at_its_limits) {
  builder_.at(Time::from_seconds(1), false);
  for (std::size_t i = 0; i < kReportObservations; ++i) {
    EXPECT_FALSE(builder_.full());
    say("a", "1");
  }
  EXPECT_TRUE(builder_.full());
  builder_.flush();
  EXPECT_FALSE(builder_.full());
  for (int i = 0; i < 4; ++i) builder_.raw(std::string(kLongestRaw * 2, 'x'));
  EXPECT_TRUE(builder_.full());
}

TEST_F(ReportBuilderTest, forgets_what_is_discarded) {
  builder_.at(Time::from_seconds(1), false);
  say("a", "1");
  builder_.discard();
  say("b", "2");
  builder_.flush();
  ASSERT_EQ(reports_.size(), 1U);
  EXPECT_EQ(reports_[0].observations[0].item, "b");
  EXPECT_EQ(reports_[0].raw.size(), 1U);
}

TEST(FirstDump, lasts_until_the_first_pause) {
  FirstDump dump;
  const auto at = [](int ms) { return Duration::seconds(100) + Duration::milliseconds(ms); };
  EXPECT_TRUE(dump.covers(at(0)));
  EXPECT_TRUE(dump.covers(at(500)));
  EXPECT_FALSE(dump.covers(at(1001)));
  EXPECT_FALSE(dump.covers(at(1002)));
}

TEST(FirstDump, lasts_no_longer_than_two_seconds) {
  FirstDump dump;
  const auto at = [](int ms) { return Duration::milliseconds(ms); };
  for (int ms = 0; ms <= 2'000; ms += 100) EXPECT_TRUE(dump.covers(at(ms))) << ms;
  EXPECT_FALSE(dump.covers(at(2'001)));
  dump.begin();
  EXPECT_TRUE(dump.covers(at(9'000)));
}

}  // namespace
}  // namespace heed::box
