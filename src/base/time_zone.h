// Time zones: what clocks and calendars on a wall say at a moment, and the way back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace heed {

/// A day of a calendar on a wall, counted from 1970-01-01. Not a Time: when it begins depends on
/// the zone.
struct Day {
  std::int32_t number = 0;
  constexpr auto operator<=>(const Day&) const = default;
  constexpr Day operator+(std::int32_t days) const { return {number + days}; }
  constexpr Day operator-(std::int32_t days) const { return {number - days}; }
  /// 0 is Monday, as in ISO 8601.
  constexpr int weekday() const { return ((number + 3) % 7 + 7) % 7; }
};
/// "2026-03-29", from 1970 to 2199; nothing if there is no such day.
std::optional<Day> parse_day(std::string_view text);
std::string format_day(Day day);

/// What a wall shows: a day, and the time since its midnight as the wall counts it.
struct WallTime {
  Day day;
  Duration since_midnight;
  constexpr auto operator<=>(const WallTime&) const = default;
};

/// One zone of the IANA database, by whatever version of it the machine has (Debian's tzdata).
/// A small value; immutable, so any thread may use it. From 2038 on summer time is not known: the
/// library does not read the rule that goes on behind the table.
class TimeZone {
 public:
  static TimeZone utc() { return {}; }
  /// kNotFound if the database has no zone "Europe/Berlin" of that name, to the letter.
  static Result<TimeZone> find(std::string_view name);
  /// The names of all zones, in order.
  static std::vector<std::string> names();

  /// "Europe/Berlin"; "UTC" for utc().
  std::string_view name() const;
  /// How far the wall is ahead of UTC.
  Duration offset(Time at) const;
  WallTime wall(Time at) const;
  /// When the wall shows this; `since_midnight` may be a day and more. Where clocks are set back
  /// and show it twice, the first time; where they are set forward and never show it, the moment
  /// at which they are set. So a later wall time is never an earlier moment, and what ends at a
  /// wall time touches what begins at it.
  Time moment(WallTime wall) const;
  /// When the day begins: at midnight, or when clocks pass over it.
  Time begin(Day day) const { return moment({day, {}}); }
  /// The beginning of the day that it is at `at`.
  Time day_start(Time at) const;
  /// The first beginning of a day after `at`. Where clocks are set back over midnight, the day
  /// before comes once more, and this is not the beginning of the next one.
  Time day_end(Time at) const;

  bool operator==(const TimeZone& other) const { return name() == other.name(); }

 private:
  /// The library's, which lives as long as the program; nullptr is UTC.
  const void* zone_ = nullptr;
};

}  // namespace heed
