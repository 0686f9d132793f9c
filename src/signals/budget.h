// How many false alarms somebody puts up with, and what that leaves to each test.
#pragma once

#include <algorithm>
#include <cstddef>

namespace heed::signals {

/// Of one watched thing (a machine), however many tests are made of it.
struct AlarmBudget {
  /// False alarms that are expected in a quarter if nothing ever happens; above 0.
  double in_a_quarter = 0.25;
  /// One look a week. Who looks more often sees the same weeks again, and hardly more alarms.
  static constexpr std::size_t kLooks = 13;
  /// No test is ever laxer than that, whatever the budget.
  static constexpr double kLaxest = 0.05;

  /// The level of each of `tests` that are made at one look. The tests share the budget evenly, so
  /// the expected number of false alarms is at most the budget however they depend on each other
  /// (the union bound).
  double level(std::size_t tests) const {
    const double shares = static_cast<double>(kLooks * std::max<std::size_t>(tests, 1));
    return std::min(kLaxest, in_a_quarter / shares);
  }
};

}  // namespace heed::signals
