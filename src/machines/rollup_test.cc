#include "machines/rollup.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "machines/timeline.h"

namespace heed::machines {
namespace {

constexpr Time kStart = Time::from_seconds(1'640'995'200);

TimeRange range_of(std::int64_t from, std::int64_t to) {
  return {kStart + Duration::seconds(from), kStart + Duration::seconds(to)};
}

constexpr Standing kRuns{State::kInCycle, Bucket::kProduction, true, true};
constexpr Standing kAlarm{State::kAlarm, Bucket::kUnplanned, false, false};

Duration sum(const std::vector<Duration>& cells) {
  return std::accumulate(cells.begin(), cells.end(), Duration());
}

TEST(Rollup, keeps_a_second_of_alarm_in_a_year) {
  constexpr std::int64_t kYear = 365 * std::int64_t{86'400};
  constexpr std::int64_t kMoment = 20'000'000;
  RollupBuilder builder(range_of(0, kYear), 1'000);
  builder.add({range_of(0, kMoment), kRuns});
  builder.add({range_of(kMoment, kMoment + 1), kAlarm});
  builder.add({range_of(kMoment + 1, kYear), kRuns});

  const Rollup rollup = std::move(builder).finish();

  ASSERT_EQ(rollup.shares.size(), 2U);
  const Rollup::Share& alarms = rollup.shares[1];
  EXPECT_EQ(alarms.state, State::kAlarm);
  EXPECT_EQ(sum(alarms.in_cells), Duration::seconds(1));
  const auto cell = static_cast<std::size_t>(Duration::seconds(kMoment).count_nanoseconds() /
                                             rollup.cell.count_nanoseconds());
  EXPECT_EQ(alarms.in_cells.at(cell), Duration::seconds(1));
}

TEST(Rollup, has_no_more_cells_than_were_asked_for_and_ends_with_its_range) {
  for (const std::size_t cells : {1U, 2U, 3U, 7U, 1'000U, 4'000U}) {
    for (const std::int64_t length : {1, 2, 59, 86'399, 86'400}) {
      RollupBuilder builder(range_of(0, length), cells);
      builder.add({range_of(0, length), kRuns});
      const Rollup rollup = std::move(builder).finish();
      EXPECT_LE(rollup.gaps.size(), cells);
      EXPECT_EQ(sum(rollup.shares.at(0).in_cells), Duration::seconds(length));
      const auto whole = static_cast<std::int64_t>(rollup.gaps.size());
      EXPECT_GE(rollup.range.from + rollup.cell * whole, rollup.range.to);
    }
  }
}

TEST(Rollup, counts_a_gap_in_every_cell_that_it_touches) {
  RollupBuilder builder(range_of(0, 40), 4);
  const auto gap = [](std::int64_t from, std::int64_t to) {
    const TimeRange range = range_of(from, to);
    return Gap{Gap::Reason::kDisconnected, range.from, range.to, 0, ""};
  };
  builder.add(gap(-5, 5));
  builder.add(gap(15, 15));
  builder.add(gap(12, 35));
  builder.add(gap(39, 900));
  builder.add(gap(-9, -1));
  builder.add(gap(40, 41));
  EXPECT_EQ(std::move(builder).finish().gaps, (std::vector<std::uint32_t>{1, 2, 1, 2}));
}

// The slow model looks at every second by itself.
TEST(Rollup, is_what_counting_every_second_gives) {
  constexpr std::int64_t kLength = 600;
  std::mt19937_64 dice(7);
  for (const std::size_t cells : {1U, 2U, 3U, 4U, 5U, 8U, 12U, 25U, 60U, 120U, 600U}) {
    RollupBuilder builder(range_of(0, kLength), cells);
    std::vector<Duration> runs(cells);
    std::vector<Duration> alarms(cells);
    for (std::int64_t from = 0; from < kLength;) {
      const auto to = std::min<std::int64_t>(kLength, from + 1 + static_cast<int>(dice() % 30));
      const bool run = dice() % 2 == 0;
      builder.add({range_of(from, to), run ? kRuns : kAlarm});
      for (; from < to; ++from) {
        const std::size_t cell = static_cast<std::size_t>(from) * cells / kLength;
        (run ? runs : alarms).at(cell) += Duration::seconds(1);
      }
    }
    const Rollup rollup = std::move(builder).finish();
    EXPECT_EQ(rollup.executing, runs) << cells;
    EXPECT_EQ(rollup.in_cycle, runs) << cells;
    for (const Rollup::Share& share : rollup.shares) {
      EXPECT_EQ(share.in_cells, share.state == State::kInCycle ? runs : alarms) << cells;
    }
  }
}

}  // namespace
}  // namespace heed::machines
