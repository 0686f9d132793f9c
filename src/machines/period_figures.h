// What a machine's time came to in a period: what comparisons, hand-overs and reports are made of.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "machines/alarm_pareto.h"
#include "machines/cycle.h"
#include "machines/machine.h"
#include "machines/oee.h"

namespace heed::machines {

/// What is wanted beside OEE and failures; each costs a reading of its own.
struct PeriodParts {
  bool alarms = false;
  bool cycles = false;
};

struct PeriodFigures {
  Machine machine;
  Oee oee;
  Reliability reliability;
  std::vector<AlarmSpan> alarms;
  std::vector<ProgramStatistics> programs;
  /// Why there are no programs, where they could not be found: too many cycles, for instance.
  std::string no_programs;
  /// When its last complete cycle ended; only with cycles.
  std::optional<Time> last_complete;
};

/// A share of several machines: what was above the line and below it, and how many have it.
struct SharedRatio {
  double over = 0, under = 0;
  std::uint64_t of = 0;
  void add(const std::optional<Ratio>& ratio);
  std::optional<double> value() const;
};

/// What several machines came to together: sums, and shares of sums (never means of shares).
struct Totals {
  std::uint64_t machines = 0;
  std::array<Duration, kTimeUses> uses{};
  Duration planned_busy, known_busy, production, unexplained, in_cycle;
  std::uint64_t counting = 0;  ///< Machines whose parts somebody counts.
  std::uint64_t parts = 0, good = 0, scrap = 0;
  SharedRatio availability, effectiveness, quality, oee;
  Reliability reliability;

  void add(const PeriodFigures& figures);
  Duration in(TimeUse use) const { return uses.at(static_cast<std::size_t>(use)); }
  /// Known of planned time; nothing where nothing was planned.
  std::optional<double> coverage() const;
};
Totals total_of(std::span<const PeriodFigures> all);

/// A stop that somebody may want a reason for, or has given one.
struct LongStop {
  TimeRange range;
  TimeUse use = TimeUse::kUnplanned;
  State state = State::kUnknown;
  std::string reason;  ///< A code, or empty.
};
/// The longest `most` of planned time that are no production, whole as they lie within the range.
std::vector<LongStop> longest_stops(const Oee& oee, std::size_t most);

/// Time that a reason took, the most first; the empty code is time without one.
struct ReasonTime {
  std::string code;
  Duration time;
  std::uint64_t stops = 0;
};
std::vector<ReasonTime> time_by_reason(const Oee& oee);
void put_most_first(std::vector<ReasonTime>& rows);

}  // namespace heed::machines
