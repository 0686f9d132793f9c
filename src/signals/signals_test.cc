// The statistics against what is known of them: exact values by hand, coverage and false alarms in
// simulation, and what must not matter. Seeds are fixed, so that every run counts the same.
#include "signals/signals.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "signals/testing.h"

namespace heed::signals {
namespace {

TEST(Quantile, is_a_value_that_there_was) {
  EXPECT_EQ(quantile({4, 1, 3, 2}, 0.5), 2);
  EXPECT_EQ(quantile({4, 1, 3, 2}, 0.9), 4);
  EXPECT_EQ(quantile({7}, 0.1), 7);
  EXPECT_EQ(deviation({1, 2, 3, 4, 100}), 1);
}

TEST(BinomialTail, is_what_coins_say) {
  EXPECT_NEAR(binomial_tail(8, 10, 0.5), 56.0 / 1024, 1e-12);
  EXPECT_EQ(binomial_tail(0, 10, 0.5), 1);
  EXPECT_EQ(binomial_tail(11, 10, 0.5), 0);
  EXPECT_EQ(binomial_tail(1, 10, 0), 0);
  EXPECT_NEAR(binomial_tail(50'500, 100'000, 0.5), 0.000793, 1e-5);
}

TEST(NormalQuantile, is_that_of_the_tables) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-9);
  EXPECT_NEAR(normal_quantile(0.975), 1.959964, 1e-6);
}

TEST(QuantileInterval, of_a_median_needs_as_many_values_as_the_confidence_asks_for) {
  EXPECT_FALSE(quantile_interval({1, 2, 3}, 0.5, 0.8));
  EXPECT_TRUE(quantile_interval({1, 2, 3, 4}, 0.5, 0.8));
  EXPECT_FALSE(quantile_interval({1, 2, 3, 4, 5, 6, 7}, 0.5, 0.99));
  EXPECT_TRUE(quantile_interval({1, 2, 3, 4, 5, 6, 7, 8}, 0.5, 0.99));
  EXPECT_FALSE(quantile_interval({}, 0.5, 0.8));
}

TEST(QuantileInterval, covers_as_often_as_it_says_whatever_the_distribution) {
  SeededRandom random(11);
  int covered = 0;
  double said = 0;
  for (int run = 0; run < 4'000; ++run) {
    std::vector<double> values;
    for (int i = 0; i < 21; ++i) values.push_back(lognormal(random, 10, 1.5));
    const auto interval = quantile_interval(values, 0.5, 0.8);
    ASSERT_TRUE(interval);
    said = interval->coverage;
    if (interval->low <= 10 && 10 <= interval->high) ++covered;
  }
  EXPECT_GE(said, 0.8);
  EXPECT_NEAR(covered / 4'000.0, said, 0.02);
}

std::vector<TrendPoint> series(Random& random, std::size_t size, double slope) {
  std::vector<TrendPoint> points;
  for (std::size_t i = 0; i < size; ++i) {
    const auto at = static_cast<double>(i);
    points.push_back({at, slope * at + normal(random)});
  }
  return points;
}

TEST(RobustTrend, alarms_without_a_trend_no_more_often_than_its_level) {
  SeededRandom random(12);
  int at_5 = 0;
  int at_1 = 0;
  for (int run = 0; run < 4'000; ++run) {
    const auto trend = robust_trend(series(random, 20, 0), 0.8);
    if (trend->by_chance <= 0.05) ++at_5;
    if (trend->by_chance <= 0.01) ++at_1;
  }
  EXPECT_NEAR(at_5 / 4'000.0, 0.05, 0.012);
  EXPECT_LE(at_1 / 4'000.0, 0.013);
}

TEST(RobustTrend, covers_the_true_slope_as_often_as_asked_and_finds_seven_of_ten_at_one_percent) {
  SeededRandom random(13);
  int covered = 0;
  int found = 0;
  for (int run = 0; run < 2'000; ++run) {
    const auto trend = robust_trend(series(random, 20, 0.15), 0.8);
    if (trend->low <= 0.15 && 0.15 <= trend->high) ++covered;
    if (trend->by_chance <= 0.01) ++found;
  }
  EXPECT_NEAR(covered / 2'000.0, 0.8, 0.04);
  EXPECT_GE(found / 2'000.0, 0.7);
}

TEST(RobustTrend, bears_a_quarter_of_wild_points) {
  std::vector<TrendPoint> points;
  for (int i = 0; i < 20; ++i) points.push_back({double(i), i % 4 == 0 ? 1e6 : 3.0 * i});
  EXPECT_NEAR(robust_trend(points, 0.8)->slope, 3, 1e-9);
}

TEST(RobustTrend, does_not_care_for_order_and_scales_with_the_values) {
  SeededRandom random(14);
  auto points = series(random, 15, 0.3);
  const auto trend = robust_trend(points, 0.8);
  auto scaled = points;
  for (TrendPoint& point : scaled) point.value = 5 - 2 * point.value;
  std::ranges::reverse(points);

  EXPECT_EQ(robust_trend(points, 0.8)->slope, trend->slope);
  EXPECT_NEAR(robust_trend(scaled, 0.8)->slope, -2 * trend->slope, 1e-9);
  EXPECT_EQ(robust_trend(scaled, 0.8)->by_chance, trend->by_chance);
}

TEST(RobustTrend, says_nothing_of_too_few_or_too_many_points_or_of_one_place) {
  const std::vector<TrendPoint> same(20, TrendPoint{1, 2});
  const std::vector<TrendPoint> many(Trend::kMost + 1, TrendPoint{});
  EXPECT_FALSE(robust_trend(std::span(same).first(7), 0.8));
  EXPECT_FALSE(robust_trend(same, 0.8));
  EXPECT_FALSE(robust_trend(many, 0.8));
}

std::vector<double> levels(Random& random, std::size_t before, std::size_t after, double shift) {
  std::vector<double> values;
  for (std::size_t i = 0; i < before + after; ++i) {
    values.push_back((i < before ? 0 : shift) + normal(random));
  }
  return values;
}

TEST(FindingAChange, alarms_without_one_no_more_often_than_its_level) {
  SeededRandom random(15);
  int at_5 = 0;
  int at_1 = 0;
  for (int run = 0; run < 2'000; ++run) {
    const auto change = change_point(levels(random, 20, 0, 0), 0.8, 1'999, random);
    if (change->by_chance <= 0.05) ++at_5;
    if (change->by_chance <= 0.01) ++at_1;
  }
  EXPECT_NEAR(at_5 / 2'000.0, 0.05, 0.015);
  EXPECT_NEAR(at_1 / 2'000.0, 0.01, 0.007);
}

TEST(FindingAChange, finds_three_of_four_of_two_deviations_at_one_percent_and_their_place) {
  SeededRandom random(16);
  int found = 0;
  int near = 0;
  int covered = 0;
  for (int run = 0; run < 500; ++run) {
    const auto change = change_point(levels(random, 12, 8, 2), 0.8, 999, random);
    if (change->by_chance <= 0.01) ++found;
    if (change->first >= 11 && change->first <= 13) ++near;
    if (change->low <= 2 && 2 <= change->high) ++covered;
  }
  EXPECT_GE(found, 500 * 75 / 100);
  EXPECT_GE(near, 500 * 75 / 100);
  EXPECT_GE(covered, 500 * 70 / 100);
}

TEST(FindingAChange, rests_on_ranks_alone) {
  SeededRandom values_of(17);
  auto values = levels(values_of, 10, 10, 3);
  SeededRandom one(1);
  const auto change = change_point(values, 0.8, 500, one);
  for (double& value : values) value = std::exp(value);
  SeededRandom other(1);
  const auto grown = change_point(values, 0.8, 500, other);

  EXPECT_EQ(grown->first, change->first);
  EXPECT_EQ(grown->by_chance, change->by_chance);
  EXPECT_NEAR(static_cast<double>(change->first), 10, 1);
}

TEST(FindingAChange, says_nothing_of_too_few_or_too_many_values) {
  SeededRandom random(18);
  const std::vector<double> many(ChangePoint::kMost + 1, 1.0);
  EXPECT_FALSE(change_point(std::span(many).first(7), 0.8, 99, random));
  EXPECT_FALSE(change_point(many, 0.8, 99, random));
  EXPECT_EQ(change_point(std::span(many).first(20), 0.8, 99, random)->by_chance, 1);
}

TEST(AlarmBudget, is_shared_by_looks_and_tests_and_never_lax) {
  const AlarmBudget budget{1.3};
  EXPECT_DOUBLE_EQ(budget.level(10), 0.01);
  EXPECT_DOUBLE_EQ(budget.level(1), AlarmBudget::kLaxest);
  EXPECT_DOUBLE_EQ(budget.level(0), budget.level(1));
}

}  // namespace
}  // namespace heed::signals
