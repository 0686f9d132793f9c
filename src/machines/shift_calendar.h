// When work is planned at a location: shifts by the week, breaks, holidays, extra shifts, as the
// clocks of its time zone show them (docs/OEE.md §2). Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time_zone.h"

namespace heed::machines {

/// Wall times in whole minutes since midnight, below 24 h. Where `to` is not above `from`, it is
/// the next day's: 22:00 to 06:00 lasts over midnight, 06:00 to 06:00 all around the clock.
struct WallSpan {
  Duration from, to;
  constexpr auto operator<=>(const WallSpan&) const = default;
  /// By the wall: where clocks are changed in between, more or less time passes.
  constexpr Duration length() const {
    return from < to ? to - from : to - from + Duration::days(1);
  }
};
/// "22:00", and back; nothing if it is no time of a day.
std::optional<Duration> parse_minutes(std::string_view text);
std::string format_minutes(Duration since_midnight);

struct PlannedBreak {
  std::string name;
  WallSpan span;  ///< Within its shift, on whichever of its days.
  auto operator<=>(const PlannedBreak&) const = default;
};

struct Shift {
  std::string name;  ///< "Early"
  WallSpan span;
  std::vector<PlannedBreak> breaks;
  auto operator<=>(const Shift&) const = default;
};

struct WeeklyShift {
  Shift shift;
  std::array<bool, 7> days{};  ///< On which it begins; 0 is Monday.
  auto operator<=>(const WeeklyShift&) const = default;
};

/// Days on which no weekly shift begins; one that began on the day before goes on to its end.
struct Holiday {
  std::string name;
  Day first, last;  ///< Both are of it.
  auto operator<=>(const Holiday&) const = default;
};

/// A shift that begins on each day from first to last beside the weekly ones, holiday or not.
struct ExtraShift {
  Shift shift;
  Day first, last;
  auto operator<=>(const ExtraShift&) const = default;
};

struct ShiftCalendar {
  static constexpr std::size_t kLongestName = 60;      ///< Characters
  static constexpr std::size_t kMostShifts = 50;       ///< Weekly ones
  static constexpr std::size_t kMostBreaks = 10;       ///< Of one shift
  static constexpr std::size_t kMostExceptions = 200;  ///< Holidays; as many extra shifts

  /// As machines name it. The one without a location is for all that have none of their own.
  std::string location;
  TimeZone zone;
  std::vector<WeeklyShift> weekly;
  std::vector<Holiday> holidays;
  std::vector<ExtraShift> extra;
  bool operator==(const ShiftCalendar&) const = default;
};

/// kInvalid names the field as JSON has it, "shifts[1].breaks[0].to: …", and the mend: beyond a
/// limit, a break outside of its shift, breaks of a shift or weekly shifts that overlap.
Result<void> check_calendar(const ShiftCalendar& calendar);

/// One shift of one day, on the axis of time.
struct ShiftTime {
  std::string name;
  Day day;  ///< On which it begins.
  TimeRange range;
  struct Break {
    std::string name;
    TimeRange range;
    auto operator<=>(const Break&) const = default;
  };
  std::vector<Break> breaks;  ///< In order, within range, none of no length.
  auto operator<=>(const ShiftTime&) const = default;
};

/// All shifts that have something of `range`, uncut, in order. No two overlap: of what an extra
/// shift or a change of clocks lays over each other, what begins first holds until its end, of two
/// that begin at once the longer one. `range` lies between 1970 and 2200.
std::vector<ShiftTime> shifts_in(const ShiftCalendar& calendar, TimeRange range);

/// What is planned for a machine in a range.
struct ShiftPlan {
  bool has_calendar = false;  ///< Else the zone is UTC and every moment is planned.
  std::string location;       ///< Of the calendar; empty for the one of all other locations.
  TimeZone zone;
  std::vector<ShiftTime> shifts;
};

}  // namespace heed::machines
