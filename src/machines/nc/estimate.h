// How long a program takes on a machine, and how sure that is (docs/NC.md §4).
#pragma once

#include <array>
#include <string>
#include <vector>

#include "machines/nc/interpret.h"

namespace heed::machines::nc {

/// A positive constant of a machine: `value` is taken, and within value ÷ spread … value × spread
/// it is believed to lie with a probability of two thirds. A spread of 1 is certainty.
struct Constant {
  double value = 0;
  double spread = 1;
  auto operator<=>(const Constant&) const = default;
};

/// How much the constants' errors hang together: 1 on the diagonal, in the order of kConstants.
constexpr std::size_t kConstantCount = 8;
using Correlations = std::array<std::array<double, kConstantCount>, kConstantCount>;
constexpr Correlations independent() {
  Correlations none{};
  for (std::size_t i = 0; i < kConstantCount; ++i) none[i][i] = 1;
  return none;
}

/// What a machine is like.
struct Constants {
  Axes rapid{};         ///< Greatest speed of each axis: mm/s, degrees/s.
  Axes acceleration{};  ///< mm/s², degrees/s².
  /// Factors on the two above, for all axes together: what is fitted.
  Constant rapid_factor{1, 1.5};
  Constant acceleration_factor{1, 2};
  Constant corner{0.02, 2};      ///< mm by which a corner may be rounded.
  Constant tool_change{6, 1.6};  ///< s, from chip to chip but for the ways that the text tells.
  Constant spindle{1.5, 2};      ///< s, to start it.
  Constant standstill{0.05, 2};  ///< s, at each exact stop and each block of M, S or T words.
  Constant block{0.001, 3};      ///< s that a block takes at least.
  Constant assumed_way{250, 2};  ///< mm of a rapid that the text does not tell.
  double normal_share = 0.5;     ///< Of the acceleration, that a round way may use up sideways.
  bool rapid_stops = true;       ///< Whether each rapid ends with an exact stop.
  double model_error = 0.10;     ///< Of the total, what the model itself is off: as ln spread.
  Correlations correlations = independent();
  auto operator<=>(const Constants&) const = default;
};

/// Those that have a spread, and can be fitted.
inline constexpr std::array<Constant Constants::*, kConstantCount> kConstants = {
    &Constants::rapid_factor, &Constants::acceleration_factor, &Constants::corner,
    &Constants::block,        &Constants::tool_change,         &Constants::spindle,
    &Constants::standstill,   &Constants::assumed_way};

/// What is believed of a machine of which nothing is known but its control.
Constants prior(Dialect dialect);

/// Seconds, by what they are made of.
struct Seconds {
  double cutting = 0, rapid = 0, dwell = 0, tool_change = 0, spindle = 0, standstill = 0;
  double assumed = 0;  ///< In ways that the text does not tell.
  double total() const {
    return cutting + rapid + dwell + tool_change + spindle + standstill + assumed;
  }
  Seconds& operator+=(const Seconds& other);
};

/// What has no time in the total, counted.
struct NotReckoned {
  std::uint64_t cuts = 0;   ///< Of which length or feed is not known.
  std::uint64_t stops = 0;  ///< M0, M1.
  std::uint64_t waits = 0;  ///< For temperatures, probes, homing.
};

/// From a tool change, or a comment that stands alone, to the next.
struct Section {
  std::string title;  ///< The comment, at most 80 bytes; empty without one.
  std::uint32_t tool = 0;
  std::uint32_t first_line = 0, last_line = 0;
  Seconds seconds;
};
struct ToolTime {
  std::uint32_t tool = 0;  ///< 0: what was in the spindle at the beginning.
  std::uint64_t changes = 0;
  Seconds seconds;
};
struct LineTime {
  std::uint32_t first_line = 0, last_line = 0;
  double seconds = 0;
};

constexpr std::size_t kMostSections = 2'000;   ///< What follows belongs to the last one.
constexpr std::size_t kMostToolTimes = 1'000;  ///< The same.
constexpr std::size_t kMostLineTimes = 4'096;

struct Estimate {
  Reading reading;
  Seconds seconds;
  double low = 0, high = 0;  ///< Between which the total lies with a probability of 80 %.
  /// The total is a lower bound: there are things without a time, or the reading is not whole.
  bool at_least = false;
  NotReckoned not_reckoned;
  std::vector<ToolTime> tools;    ///< In the order of their first use.
  std::vector<Section> sections;  ///< Those that take time, in their order.
  std::vector<LineTime> lines;    ///< Ranges of equally many lines; those that take time.
  double cutting_length = 0, rapid_length = 0;  ///< mm.
};

/// Interprets and estimates in one pass, in bounded memory.
Result<Estimate> estimate(std::string_view text, const Settings& settings,
                          const Constants& constants);
Estimate estimate(const Program& program, const Constants& constants);

}  // namespace heed::machines::nc
