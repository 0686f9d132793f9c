// Where a series changed its level, if it did: Pettitt's rank statistic (Applied Statistics 28,
// 1979), with its chance counted by permutation instead of his formula, which is too careful for
// short series.
//
// Chosen over CUSUM, which wants the level before to be known, and over likelihood methods, which
// want a distribution. It finds one change; of several, the one that divides the ranks best.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/random.h"

namespace heed::signals {

struct ChangePoint {
  static constexpr std::size_t kFewest = 8;
  static constexpr std::size_t kMost = 1'000;
  static constexpr std::size_t kMostPermutations = 20'000;
  std::size_t first = 0;         ///< The first one of the new level.
  double before = 0, after = 0;  ///< Medians.
  /// What the values rose by: the median of all differences between after and before (Hodges and
  /// Lehmann), and its interval. As the place was chosen for being the clearest, the shift of a
  /// weak change is told somewhat too large.
  double shift = 0, low = 0, high = 0;
  /// How often a series without a change, whose values are exchangeable, shows one as clear: never
  /// below 1 / (permutations + 1).
  double by_chance = 1;
};

/// In the order of time. Nothing below kFewest or above kMost values. O(n · permutations).
std::optional<ChangePoint> change_point(std::span<const double> values, double confidence,
                                        std::size_t permutations, Random& random);

}  // namespace heed::signals
