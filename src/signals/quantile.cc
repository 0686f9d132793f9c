#include "signals/quantile.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/result.h"

namespace heed::signals {
namespace {

/// The probabilities of 0 to `trials` successes.
std::vector<double> binomial(std::size_t trials, double chance) {
  std::vector<double> share(trials + 1, 0.0);
  if (chance <= 0 || chance >= 1) {
    share[chance <= 0 ? 0 : trials] = 1;
    return share;
  }
  // In logarithms, as the first of many trials is too small for a double.
  double log = static_cast<double>(trials) * std::log1p(-chance);
  const double odds = std::log(chance) - std::log1p(-chance);
  for (std::size_t k = 0; k <= trials; ++k) {
    share[k] = std::exp(log);
    log += std::log(static_cast<double>(trials - k) / static_cast<double>(k + 1)) + odds;
  }
  return share;
}

double normal_share_below(double z) {
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

}  // namespace

double quantile(std::vector<double> values, double share) {
  require(!values.empty() && share > 0 && share <= 1, "a quantile of something");
  const auto place =
      static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size()) - 1e-9));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(place, 1) - 1);
  std::ranges::nth_element(values, at);
  return *at;
}

double deviation(const std::vector<double>& values) {
  const double median = quantile(values, 0.5);
  std::vector<double> distances;
  for (const double value : values) distances.push_back(std::abs(value - median));
  return quantile(std::move(distances), 0.5);
}

std::optional<QuantileInterval> quantile_interval(std::vector<double> values, double share,
                                                  double confidence) {
  if (values.empty() || share <= 0 || share >= 1) return {};
  std::ranges::sort(values);
  const std::size_t n = values.size();
  // Between the values at places low and high (from 1) lies the quantile if low to high - 1 of the
  // values lie below it (David and Nagaraja, Order Statistics, §7.1).
  const std::vector<double> below = binomial(n, share);
  const double aside = (1 - confidence) / 2;
  std::size_t low = 0;
  double left = 0;
  while (low < n && left + below[low] <= aside) left += below[low++];
  std::size_t high = n + 1;
  double right = 0;
  while (high > 0 && right + below[high - 1] <= aside) right += below[--high];
  if (low == 0 || high > n) return {};
  return QuantileInterval{values[low - 1], quantile(values, share), values[high - 1],
                          1 - left - right};
}

double binomial_tail(std::size_t successes, std::size_t trials, double chance) {
  if (successes == 0) return 1;
  if (successes > trials) return 0;
  const std::vector<double> share = binomial(trials, chance);
  double tail = 0;
  for (std::size_t k = trials; k >= successes; --k) tail += share[k];
  return std::min(1.0, tail);
}

double normal_quantile(double share) {
  require(share > 0 && share < 1, "a quantile of a normal variable");
  double low = -40;
  double high = 40;
  for (int step = 0; step < 80; ++step) {
    const double middle = (low + high) / 2;
    (normal_share_below(middle) < share ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace heed::signals
