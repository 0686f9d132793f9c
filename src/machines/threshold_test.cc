#include "machines/threshold.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "base/random.h"

namespace heed::machines {
namespace {

class Noise {
 public:
  explicit Noise(std::uint64_t seed) : random_(seed) {}
  /// 0 to 1.
  double uniform() { return static_cast<double>(random_.u64() >> 11U) * 0x1p-53; }
  double normal(double mean, double deviation) {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return mean + deviation * radius * std::cos(2 * std::numbers::pi * uniform());
  }
  double exponential(double mean) { return -mean * std::log(1 - uniform()); }

 private:
  SeededRandom random_;
};

// A week with a value a minute, each from `draw`.
template <class Draw>
std::vector<HeldValue> week(Draw draw) {
  std::vector<HeldValue> values;
  for (int minute = 0; minute < 7 * 1'440; ++minute) {
    values.push_back({draw(minute), Duration::minutes(1), minute / 1'440});
  }
  return values;
}

TEST(Threshold, finds_the_gap_between_standing_and_cuts_of_any_load) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Noise noise(seed);
    const auto found = suggest_threshold(week([&](int minute) {
      const bool runs = minute % 60 < 24;
      return runs ? 2 + 13 * noise.uniform() : std::abs(noise.normal(0.2, 0.05));
    }));
    ASSERT_TRUE(found) << "seed " << seed;
    EXPECT_GT(found->off, 0.3);
    EXPECT_LT(found->on, 2.05) << "light cuts are cuts: seed " << seed;
    EXPECT_LT(found->off, found->on);
    EXPECT_NEAR(found->low, 0.2, 0.02);
    EXPECT_NEAR(found->high, 8.5, 0.5);
    EXPECT_EQ(found->time_high.count_milliseconds() / 3'600'000, 67);  // 7 · 24 · 0.4 h
    EXPECT_LE(found->doubtful_share, kMostGapShare);
    EXPECT_EQ(found->days, 7U);
    EXPECT_EQ(found->agreeing_days, 7U);
    EXPECT_FALSE(found->other);
  }
}

TEST(Threshold, says_that_none_can_be_told_where_there_is_one_level) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Noise noise(seed);
    const std::vector<HeldValue> weeks[] = {
        week([&](int) { return noise.normal(4, 1); }),
        week([&](int) { return 10 * noise.uniform(); }),
        week([&](int) { return noise.exponential(2); }),
        week([&](int) { return std::exp(noise.normal(0, 1)); }),
        week([&](int) { return 0.2; }),
    };
    for (const auto& values : weeks) {
      const auto found = suggest_threshold(values);
      ASSERT_FALSE(found) << "seed " << seed << ": " << found->gap.from << " to " << found->gap.to;
      EXPECT_EQ(found.error().kind, ErrorKind::kNotFound);
      EXPECT_TRUE(found.error().message.contains("one level only")) << found.error().message;
    }
  }
}

TEST(Threshold, two_levels_that_overlap_are_one) {
  Noise noise(3);
  EXPECT_FALSE(suggest_threshold(
      week([&](int minute) { return noise.normal(minute % 2 == 0 ? 4 : 6, 1); })));
}

TEST(Threshold, names_a_third_level_because_it_cannot_say_which_is_running) {
  Noise noise(5);
  // Off, hydraulics alone, spindle.
  const auto found = suggest_threshold(week([&](int minute) {
    if (minute % 1'440 < 600) return std::abs(noise.normal(0.05, 0.02));
    return minute % 30 < 12 ? noise.normal(12, 1) : noise.normal(4, 0.2);
  }));
  ASSERT_TRUE(found);
  EXPECT_GT(found->gap.from, 3.0);
  EXPECT_LT(found->gap.to, 10.5);
  ASSERT_TRUE(found->other);
  EXPECT_LT(found->other->to, 4.0);
}

TEST(Threshold, counts_time_and_not_values) {
  Noise noise(7);
  // A change-driven source: long quiet values, and hundreds of short ones while it runs.
  std::vector<HeldValue> values;
  for (int i = 0; i < 3'000; ++i) {
    values.push_back({noise.normal(0.2, 0.02), Duration::minutes(2), i / 430});
    values.push_back({noise.normal(6, 0.5), Duration::seconds(20), i / 430});
  }
  const auto found = suggest_threshold(values);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->time_low, Duration::minutes(6'000));
  EXPECT_EQ(found->time_high, Duration::seconds(60'000));
}

TEST(Threshold, a_level_of_hardly_any_time_is_no_level) {
  Noise noise(9);
  EXPECT_FALSE(suggest_threshold(
      week([&](int minute) { return minute % 50 == 0 ? 40.0 : noise.normal(4, 0.3); })));  // 2 %
}

TEST(Threshold, too_little_says_how_much_is_needed) {
  std::vector<HeldValue> few(kFewestValues - 1, {1, Duration::hours(1), 0});
  const auto found = suggest_threshold(few);
  ASSERT_FALSE(found);
  EXPECT_TRUE(found.error().message.contains("too few"));
  EXPECT_TRUE(found.error().mend.contains("500 values over 8 h"));
  const std::vector<HeldValue> shortly(2'000, {1, Duration::seconds(1), 0});
  EXPECT_TRUE(suggest_threshold(shortly).error().message.contains("too few"));
  EXPECT_FALSE(suggest_threshold({}));
}

TEST(Threshold, days_that_disagree_are_counted) {
  Noise noise(13);
  // On the last day something else runs at times, between the levels of all the others.
  const auto found = suggest_threshold(week([&](int minute) {
    if (minute >= 6 * 1'440 && minute % 40 == 0) return 4.0;
    return minute % 60 < 24 ? noise.normal(8, 0.5) : std::abs(noise.normal(0.2, 0.05));
  }));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->days, 7U);
  EXPECT_EQ(found->agreeing_days, 6U);
  EXPECT_GT(found->doubtful_share, 0.0);
}

TEST(Threshold, ignores_what_is_no_number) {
  Noise noise(15);
  auto values = week(
      [&](int minute) { return minute % 2 == 0 ? noise.normal(0.2, 0.02) : noise.normal(6, 0.3); });
  const auto without = suggest_threshold(values);
  values.push_back({std::numeric_limits<double>::quiet_NaN(), Duration::hours(9), 0});
  values.push_back({std::numeric_limits<double>::infinity(), Duration::hours(9), 0});
  values.push_back({3, Duration(), 0});
  const auto with = suggest_threshold(values);
  ASSERT_TRUE(without);
  ASSERT_TRUE(with);
  EXPECT_EQ(with->on, without->on);
}

}  // namespace
}  // namespace heed::machines
