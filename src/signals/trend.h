// Whether a series rises or falls, and by how much: the median of all slopes between two points
// (Theil 1950, Sen 1968) and the count of pairs that rise (Mann 1945, Kendall 1975). A third of the
// points may be wrong without the slope going astray.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace heed::signals {

struct TrendPoint {
  double at = 0;
  double value = 0;
};

struct Trend {
  static constexpr std::size_t kFewest = 8;    ///< Below that the normal approximation is none.
  static constexpr std::size_t kMost = 1'000;  ///< Half a million pairs
  double slope = 0;                            ///< Value per unit of `at`.
  double low = 0, high = 0;                    ///< The interval that was asked for.
  /// How probable a count of rising pairs as far from half is, if the points are independent and
  /// their order says nothing. Two-sided; divide by two for a direction that was named before.
  double by_chance = 1;
  double level = 0;  ///< Median of value - slope·at: the line's value at 0.
};

/// Nothing below kFewest or above kMost points, or if all have the same `at`. Order does not
/// matter.
std::optional<Trend> robust_trend(std::span<const TrendPoint> points, double confidence);

}  // namespace heed::signals
