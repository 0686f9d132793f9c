// Quantiles with the interval that they lie in, by order statistics: no assumption but that the
// values are independent draws of the same thing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace heed::signals {

/// The value at place ⌈share·n⌉ of the sorted ones, so one that there was; there must be one.
/// 0 < share ≤ 1.
double quantile(std::vector<double> values, double share);

/// Half of the distance at which half of the values lie: the median of |value - median|.
double deviation(const std::vector<double>& values);

struct QuantileInterval {
  double low = 0, value = 0, high = 0;  ///< Values that there were.
  double coverage = 0;                  ///< At least what was asked for.
};

/// The shortest interval around the quantile, even on both sides, that covers it with at least
/// `confidence`. Nothing if there are too few values for that: for a median, 80 % need 4, 99 % 8.
std::optional<QuantileInterval> quantile_interval(std::vector<double> values, double share,
                                                  double confidence);

/// The probability of at least `successes` in `trials` that succeed with `chance` each.
double binomial_tail(std::size_t successes, std::size_t trials, double chance);

/// Of a standard normal variable; 0 < share < 1.
double normal_quantile(double share);

}  // namespace heed::signals
