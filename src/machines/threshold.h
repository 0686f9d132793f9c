// Where to cut a signal in two (a spindle's current: runs or not), from what it was for a week.
//
// Not the split with the least variance (k-means, Otsu): a spindle that idles at 0.2 A and cuts at
// anything from 2 to 15 A would be cut at 4 A, and light cuts would count as standing. What tells
// the levels apart is the stretch between them where the signal almost never is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace heed::machines {

/// A value and how long it held.
struct HeldValue {
  double value = 0;
  Duration held;
  std::int32_t day = 0;  ///< Any numbers that tell the days apart.
};

struct LevelGap {
  double from = 0, to = 0;  ///< The signal is hardly ever between them.
};

struct ThresholdSuggestion {
  double off = 0, on = 0;  ///< A third and two thirds into the gap.
  LevelGap gap;
  double low = 0, high = 0;  ///< Medians of the two levels.
  Duration time_low, time_high;
  /// Time between off and on, of all: what the two limits leave to what was before.
  double doubtful_share = 0;
  /// Days with both levels; on how many of them alone the middle of the gap lies in a gap too.
  std::size_t days = 0, agreeing_days = 0;
  /// A second gap: a third level, such as a pump that runs while the spindle stands. Somebody must
  /// say which of them is running.
  std::optional<LevelGap> other;
};

/// Fewer values than these, or less time, tell nothing.
inline constexpr std::size_t kFewestValues = 500;
inline constexpr Duration kLeastTime = Duration::hours(8);
/// Of the time: each level has at least this, a gap at most that.
inline constexpr double kLeastLevelShare = 0.03;
inline constexpr double kMostGapShare = 0.005;
/// A gap is at least this much of the range from the 0.5th to the 99.5th percentile, and beside it,
/// on both sides, the signal is so many times as often as in it.
inline constexpr double kLeastGapWidth = 0.05;
inline constexpr double kLeastContrast = 4;

/// kNotFound, with the reason, if two levels cannot be told. Order does not matter; values that are
/// no finite numbers and those that held for no time do not count. O(n log n).
Result<ThresholdSuggestion> suggest_threshold(std::span<const HeldValue> values);

/// How long the signal was in each of equal steps of its range.
struct HeldHistogram {
  static constexpr std::size_t kSteps = 80;
  double from = 0, to = 0;  ///< From the least to the highest value.
  std::vector<Duration> held;
};
/// Nothing without a value.
std::optional<HeldHistogram> histogram_of(std::span<const HeldValue> values);

}  // namespace heed::machines
