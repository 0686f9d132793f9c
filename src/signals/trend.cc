#include "signals/trend.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "signals/quantile.h"

namespace heed::signals {
namespace {

struct Pairs {
  std::vector<double> slopes;
  double rising = 0;  ///< Rising pairs less falling ones.
};

Pairs pairs_of(std::span<const TrendPoint> points) {
  Pairs pairs;
  pairs.slopes.reserve(points.size() * (points.size() - 1) / 2);
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      const double along = points[j].at - points[i].at;
      if (along == 0) continue;
      const double slope = (points[j].value - points[i].value) / along;
      pairs.slopes.push_back(slope);
      pairs.rising += slope > 0 ? 1 : slope < 0 ? -1 : 0;
    }
  }
  return pairs;
}

/// n(n-1)(2n+5) summed over the groups of equal numbers.
double tied(std::vector<double> numbers) {
  std::ranges::sort(numbers);
  double sum = 0;
  for (std::size_t from = 0; from < numbers.size();) {
    std::size_t to = from;
    while (to < numbers.size() && numbers[to] == numbers[from]) ++to;
    const auto t = static_cast<double>(to - from);
    sum += t * (t - 1) * (2 * t + 5);
    from = to;
  }
  return sum;
}

/// Of the count of rising pairs (Kendall 1975; ties in `at` are rare and counted likewise).
double variance(std::span<const TrendPoint> points) {
  const auto n = static_cast<double>(points.size());
  std::vector<double> values;
  std::vector<double> places;
  for (const TrendPoint& point : points) {
    values.push_back(point.value);
    places.push_back(point.at);
  }
  return std::max(0.0, (n * (n - 1) * (2 * n + 5) - tied(values) - tied(places)) / 18);
}

}  // namespace

std::optional<Trend> robust_trend(std::span<const TrendPoint> points, double confidence) {
  if (points.size() < Trend::kFewest || points.size() > Trend::kMost) return {};
  Pairs pairs = pairs_of(points);
  if (pairs.slopes.empty()) return {};
  std::ranges::sort(pairs.slopes);
  const double spread = std::sqrt(variance(points));
  Trend trend;
  const std::size_t middle = pairs.slopes.size() / 2;
  trend.slope = pairs.slopes.size() % 2 == 1
                    ? pairs.slopes[middle]
                    : (pairs.slopes[middle - 1] + pairs.slopes[middle]) / 2;
  // Sen 1968: as many slopes on each side as the count of rising pairs may be off by chance.
  const auto count = static_cast<double>(pairs.slopes.size());
  const double off = normal_quantile(0.5 + confidence / 2) * spread;
  const auto place = [&](double at) {
    return pairs.slopes[static_cast<std::size_t>(std::clamp(at, 0.0, count - 1))];
  };
  trend.low = place(std::floor((count - off) / 2) - 1);
  trend.high = place(std::ceil((count + off) / 2));
  if (spread > 0 && pairs.rising != 0) {
    // One step nearer, as the count moves in steps of two.
    const double z = (std::abs(pairs.rising) - 1) / spread;
    trend.by_chance = std::erfc(z / std::numbers::sqrt2);
  }
  std::vector<double> levels;
  for (const TrendPoint& point : points) levels.push_back(point.value - trend.slope * point.at);
  trend.level = quantile(std::move(levels), 0.5);
  return trend;
}

}  // namespace heed::signals
