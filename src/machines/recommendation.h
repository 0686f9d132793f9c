// What would be worth doing about a machine, with the evidence (docs/RECOMMENDATIONS.md). Pure: the
// same input and the same Random give the same answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "machines/cycle.h"
#include "machines/shift_calendar.h"
#include "machines/views.h"
#include "signals/signals.h"

namespace heed::machines {

/// Numbers are part of a recommendation's id: never reuse one.
enum class Advice : std::uint8_t {
  kOverride = 1,  ///< Cutting below 100 % feed.
  kWaiting = 2,   ///< From the end of a cycle to the next start.
  kWarmUp = 3,    ///< From the day's beginning to the first cycle.
  kDrift = 4,     ///< The same program takes longer.
  kLoad = 5,      ///< The spindle's load rises with the same program and tool.
  kHolds = 6,     ///< Held again and again at the same line.
};
/// "override"
std::string_view word(Advice about);

/// Executing within a complete cycle, with the feed below 100 %.
struct SlowedStretch {
  TimeRange range;
  double override_percent = 100;  ///< Above 0.
  std::size_t cycle = 0;          ///< Into the cycles.
};

/// The spindle's load in a section of a complete cycle: from one change of tool to the next.
struct ToolLoad {
  std::size_t cycle = 0;
  std::string tool;
  std::uint32_t use = 1;  ///< Which of the tool's uses in the cycle it is, from 1.
  double mean = 0;        ///< Percent of what the drive can give; by time, while executing.
  auto operator<=>(const ToolLoad&) const = default;
};

/// How long a program executed at a line, over all its complete cycles.
struct LineTime {
  std::string program, line;
  Duration executing;
};

/// Held within a complete cycle.
struct LineHold {
  std::string line;
  TimeRange range;
  std::size_t cycle = 0;
};

struct MachineWork {
  TimeRange range;
  TimeZone zone;
  std::optional<std::vector<ShiftTime>> shifts;  ///< In order; nothing: there is no calendar.
  std::vector<Activity> activities;              ///< In order, of the range.
  std::vector<Cycle> cycles;                     ///< In order, of the range.
  std::vector<SlowedStretch> slowed;             ///< In order.
  std::vector<ToolLoad> loads;                   ///< In order.
  std::vector<LineTime> lines;
  std::vector<LineHold> holds;  ///< In order.
};

/// A stretch that shows it.
struct AdviceEvidence {
  TimeRange range;
  std::string words;  ///< What is to be seen there.
};

/// Hours a week: of the usual week, with the 80 % interval.
struct WeeklyLoss {
  double low = 0, usual = 0, high = 0;
};

struct Recommendation {
  static constexpr Duration kLookBack = Duration::days(28);
  static constexpr double kCertainty = 0.8;
  static constexpr std::size_t kMostEvidence = 6;

  Advice about = Advice::kOverride;
  std::string id;  ///< The same as long as it is about the same thing.
  std::string sentence;
  std::string caution;              ///< What the data cannot say of it.
  std::string program, tool, line;  ///< Where it is about one.
  std::uint32_t use = 0;            ///< Of the tool in a cycle, from 1; 0: it has but one.
  /// Nothing: that time is lost is not known.
  std::optional<WeeklyLoss> lost;
  // How sure.
  double by_chance = 1;            ///< How probable this were if nothing were the matter.
  double effect = 0;               ///< Its size in usual deviations.
  std::uint64_t seen = 0, of = 0;  ///< In so many of so many days or cycles.
  bool of_days = true;
  Time since;                            ///< When the first of the evidence was.
  Time last_true;                        ///< The end of the newest.
  std::vector<AdviceEvidence> evidence;  ///< The newest first.
};

/// The most lost hours first, then what loses none that is known.
std::vector<Recommendation> recommend(const MachineWork& work, const signals::AlarmBudget& budget,
                                      Random& random);

}  // namespace heed::machines
