// For tests of this room and those above: numbers that are drawn repeatably. Never included by the
// program.
#pragma once

#include <cmath>
#include <numbers>

#include "base/random.h"

namespace heed::signals {

/// Between 0 and 1, neither of them.
inline double uniform(Random& random) {
  return (static_cast<double>(random.u64() >> 11U) + 0.5) / 9007199254740992.0;
}
inline double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(uniform(random)));
  return radius * std::cos(2 * std::numbers::pi * uniform(random));
}
/// With that median, and a logarithm of that deviation.
inline double lognormal(Random& random, double median, double spread) {
  return median * std::exp(spread * normal(random));
}

}  // namespace heed::signals
