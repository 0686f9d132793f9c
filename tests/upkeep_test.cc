// What recurs while the server runs, on a clock that the test moves.
#include "app/upkeep.h"

#include <gtest/gtest.h>

#include "app/purge_within.h"
#include "silo/testing.h"

namespace heed::app {
namespace {

constexpr std::string_view kLetters = R"(
kind letter 901 record of usage { body text }
kind level 902 series of machine_data.production { value text }
clause 6.9 "For these tests." { allow usage for rights.deletion to engine when asked_for }
)";

class UpkeepTest : public testing::Test {
 protected:
  silo::TemporaryStore store_{silo::heed_policy_with(kLetters)};
  std::vector<std::string> lines_;
  Log log_{store_.clock(), LogLevel::kWarning,
           [this](std::string_view line) { lines_.emplace_back(line); }};
  Upkeep upkeep_{store_.store(), Duration::hours(24), store_.clock(), log_};
  silo::SiloStatistics now() { return store_.silo().statistics(); }
};

TEST_F(UpkeepTest, removes_what_is_past_its_end_before_it_is_called_late_O72) {
  const auto put = store_.silo().put(
      store_.access(),
      {silo::KindId{901}, "a", SubjectId::make(store_.random()), "api", {std::string("x")}, {}});
  ASSERT_TRUE(put) << put.error().message();
  upkeep_.tend();
  store_.clock().advance(Duration::days(500));
  EXPECT_GT(now().overdue, Duration());
  upkeep_.tend();
  EXPECT_EQ(now().overdue, Duration());
  EXPECT_GT(now().file_bytes + now().journal_entries, 0U);
  EXPECT_TRUE(lines_.empty()) << lines_.front();
}

TEST_F(UpkeepTest, writes_files_anew_well_within_the_bound) {
  const auto put = store_.silo().put(
      store_.access(),
      {silo::KindId{901}, "a", SubjectId::make(store_.random()), "api", {std::string("x")}, {}});
  ASSERT_TRUE(put) << put.error().message();
  ASSERT_TRUE(store_.silo().remove(store_.access(), silo::KindId{901}, "a"));
  for (int minutes = 0; minutes < 11 * 60; minutes += 5) {
    store_.clock().advance(Duration::minutes(5));
    upkeep_.tend();
  }
  EXPECT_GT(now().remains, Duration::hours(10)) << "too early costs writing";
  for (int minutes = 0; minutes < 70; minutes += 5) {
    store_.clock().advance(Duration::minutes(5));
    upkeep_.tend();
  }
  EXPECT_EQ(now().remains, Duration());
  EXPECT_TRUE(now().scrubbed);
}

TEST_F(UpkeepTest, seals_a_full_head_and_lets_the_others_grow) {
  const auto level = store_.silo().series(store_.access(), silo::KindId{902}, "a");
  ASSERT_TRUE(level) << level.error().message();
  silo::Batch half;
  half.samples.resize(store_.options().head_samples / 2, {*level, {}});
  for (auto& [series, sample] : half.samples) {
    sample.at = sample.device = sample.arrival = store_.clock().now();
    sample.value = "1";
  }
  ASSERT_TRUE(store_.silo().append(store_.access(), half));
  seal_full_heads(store_.store());
  EXPECT_EQ(now().head_samples, half.samples.size());
  ASSERT_TRUE(store_.silo().append(store_.access(), half));
  seal_full_heads(store_.store());
  EXPECT_EQ(now().head_samples, 0U);
  EXPECT_EQ(now().sealed_samples, store_.options().head_samples);
}

TEST(Lateness, is_told_once_when_it_begins_and_once_when_it_ends) {
  const ManualClock clock(Time::from_seconds(1'700'000'000));
  std::vector<std::string> lines;
  Log log(clock, LogLevel::kWarning, [&](std::string_view line) { lines.emplace_back(line); });
  SeededRandom random(1);
  const auto one = OrganizationId::make(random);
  const auto other = OrganizationId::make(random);
  LatenessAlarm alarm(log);
  silo::SiloStatistics now;
  now.overdue = Duration::minutes(10);
  alarm.tell(one, now);
  EXPECT_TRUE(lines.empty()) << "the next purge is not over yet";
  now.overdue = Duration::minutes(10) + Duration::seconds(1);
  alarm.tell(one, now);
  alarm.tell(one, now);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].contains(one.text())) << lines[0];
  EXPECT_TRUE(lines[0].contains("error")) << lines[0];
  now.overdue = Duration();
  now.physically_overdue = Duration::nanoseconds(1);
  alarm.tell(one, now);
  EXPECT_EQ(lines.size(), 1U) << "it is late still, by the other clock";
  alarm.tell(other, now);
  EXPECT_EQ(lines.size(), 2U);
  alarm.tell(one, {});
  alarm.tell(one, {});
  EXPECT_EQ(lines.size(), 3U);
}

TEST(PurgeWithin, is_a_minute_at_least_and_thirty_days_at_most) {
  const std::pair<std::string_view, Duration> good[] = {{"1m", Duration::minutes(1)},
                                                        {"90m", Duration::minutes(90)},
                                                        {"24h", Duration::hours(24)},
                                                        {"720h", Duration::days(30)},
                                                        {"30d", Duration::days(30)}};
  for (const auto& [text, span] : good) {
    const auto parsed = parse_purge_within(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(*parsed, span) << text;
  }
  for (const std::string_view text :
       {"", "0m", "59s", "24", "h", "-1h", "1.5h", "721h", "31d", "43201m", "4294967296m",
        "99999999999999999999d", "24h ", " 24h", "24H"}) {
    const auto parsed = parse_purge_within(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_FALSE(parsed.error().mend.empty());
  }
}

TEST(LeisurelyTest, rests_nine_times_as_long_as_it_worked) {
  ManualClock clock(Time::from_seconds(1'700'000'000));
  int done = 0;
  Leisurely worker(
      [&] {
        clock.advance(Duration::milliseconds(100));
        return ++done <= 2;
      },
      clock);
  worker.tend();
  EXPECT_EQ(done, 1);
  clock.advance(Duration::milliseconds(899));
  worker.tend();
  EXPECT_EQ(done, 1);
  clock.advance(Duration::milliseconds(1));
  worker.tend();
  EXPECT_EQ(done, 2);
  clock.advance(Duration::milliseconds(900));
  worker.tend();  // there is none
  worker.tend();  // and it asks again, without a rest
  EXPECT_EQ(done, 4);
}

}  // namespace
}  // namespace heed::app
