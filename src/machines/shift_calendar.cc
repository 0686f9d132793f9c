#include "machines/shift_calendar.h"

#include <algorithm>

#include <fmt/core.h>

#include "machines/text.h"

namespace heed::machines {
namespace {

constexpr Duration kDay = Duration::days(1);
constexpr std::int64_t kDayMinutes = 24 * 60;
constexpr std::int64_t kWeekMinutes = 7 * kDayMinutes;

std::int64_t minutes_of(Duration duration) {
  return duration.count_nanoseconds() / Duration::minutes(1).count_nanoseconds();
}

[[nodiscard]] std::unexpected<Error> wrong(std::string_view field, std::string_view what,
                                           std::string mend) {
  return fail(ErrorKind::kInvalid, fmt::format("{}: {}", field, what), std::move(mend));
}

bool is_wall_time(Duration time) {
  return Duration() <= time && time < kDay && time == Duration::minutes(minutes_of(time));
}

Result<void> check_name(const std::string& field, const std::string& name) {
  const std::size_t length = characters(name);
  if (length >= 1 && length <= ShiftCalendar::kLongestName) return {};
  return wrong(field + ".name", "a name has 1 to 60 characters", "Give it a short name.");
}

Result<void> check_span(const std::string& field, WallSpan span) {
  const std::string mend = "Write hours and minutes, from 00:00 to 23:59.";
  if (!is_wall_time(span.from)) return wrong(field + ".from", "it is no time of a day", mend);
  if (!is_wall_time(span.to)) return wrong(field + ".to", "it is no time of a day", mend);
  return {};
}

/// From the shift's beginning, by the wall.
struct Within {
  Duration from, to;
};
Within within(const WallSpan& shift, const WallSpan& span) {
  const Duration from =
      span.from < shift.from ? span.from - shift.from + kDay : span.from - shift.from;
  return {from, from + span.length()};
}

Result<void> check_breaks(const std::string& field, const Shift& shift) {
  if (shift.breaks.size() > ShiftCalendar::kMostBreaks) {
    return wrong(field + ".breaks", "a shift has at most 10 breaks", "Join some of them.");
  }
  for (std::size_t i = 0; i < shift.breaks.size(); ++i) {
    const PlannedBreak& pause = shift.breaks[i];
    const std::string own = fmt::format("{}.breaks[{}]", field, i);
    if (auto named = check_name(own, pause.name); !named) return named;
    if (auto timed = check_span(own, pause.span); !timed) return timed;
    const Within mine = within(shift.span, pause.span);
    if (mine.from >= shift.span.length()) {
      return wrong(own + ".from", "the break begins outside of its shift",
                   fmt::format("Let it begin between {} and {}.", format_minutes(shift.span.from),
                               format_minutes(shift.span.to)));
    }
    if (mine.to > shift.span.length()) {
      return wrong(own + ".to", "the break ends after its shift",
                   fmt::format("Let it end at {} at the latest.", format_minutes(shift.span.to)));
    }
    for (std::size_t j = 0; j < i; ++j) {
      const Within other = within(shift.span, shift.breaks[j].span);
      if (mine.from < other.to && other.from < mine.to) {
        return wrong(own + ".from", "the break overlaps “" + shift.breaks[j].name + "”",
                     "Let one begin when the other has ended.");
      }
    }
  }
  return {};
}

Result<void> check_shift(const std::string& field, const Shift& shift) {
  if (auto named = check_name(field, shift.name); !named) return named;
  if (auto timed = check_span(field, shift.span); !timed) return timed;
  return check_breaks(field, shift);
}

Result<void> check_days(const std::string& field, Day first, Day last) {
  if (first <= last) return {};
  return wrong(field + ".last", "the last day is before the first",
               "Write the same day twice for a single one.");
}

/// On the wall's week, which goes around.
bool overlap(const WeeklyShift& a, const WeeklyShift& b, bool same) {
  for (int i = 0; i < 7; ++i) {
    for (int j = 0; j < 7; ++j) {
      if (!a.days[static_cast<std::size_t>(i)] || !b.days[static_cast<std::size_t>(j)]) continue;
      if (same && i == j) continue;
      const std::int64_t a_from = i * kDayMinutes + minutes_of(a.shift.span.from);
      const std::int64_t b_from = j * kDayMinutes + minutes_of(b.shift.span.from);
      const std::int64_t after = (b_from - a_from + kWeekMinutes) % kWeekMinutes;
      if (after < minutes_of(a.shift.span.length())) return true;
    }
  }
  return false;
}

Result<void> check_overlaps(const std::vector<WeeklyShift>& weekly) {
  for (std::size_t i = 0; i < weekly.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      if (!overlap(weekly[i], weekly[j], i == j) && !overlap(weekly[j], weekly[i], i == j))
        continue;
      return wrong(fmt::format("shifts[{}].from", i),
                   fmt::format("“{}” overlaps “{}”", weekly[i].shift.name, weekly[j].shift.name),
                   "A moment belongs to one shift: let it begin when the other has ended.");
    }
  }
  return {};
}

Result<void> check_weekly(const std::vector<WeeklyShift>& weekly) {
  if (weekly.size() > ShiftCalendar::kMostShifts) {
    return wrong("shifts", "a week has at most 50 shifts", "Give shifts that are alike more days.");
  }
  for (std::size_t i = 0; i < weekly.size(); ++i) {
    const std::string field = fmt::format("shifts[{}]", i);
    if (auto checked = check_shift(field, weekly[i].shift); !checked) return checked;
    if (std::ranges::none_of(weekly[i].days, [](bool on) { return on; })) {
      return wrong(field + ".days", "the shift is on no day", "Name the days on which it begins.");
    }
  }
  return check_overlaps(weekly);
}

Result<void> check_exceptions(const ShiftCalendar& calendar) {
  if (calendar.holidays.size() > ShiftCalendar::kMostExceptions) {
    return wrong("holidays", "a calendar has at most 200", "Remove those that are over.");
  }
  for (std::size_t i = 0; i < calendar.holidays.size(); ++i) {
    const std::string field = fmt::format("holidays[{}]", i);
    const Holiday& holiday = calendar.holidays[i];
    if (auto named = check_name(field, holiday.name); !named) return named;
    if (auto days = check_days(field, holiday.first, holiday.last); !days) return days;
  }
  if (calendar.extra.size() > ShiftCalendar::kMostExceptions) {
    return wrong("extra_shifts", "a calendar has at most 200", "Remove those that are over.");
  }
  for (std::size_t i = 0; i < calendar.extra.size(); ++i) {
    const std::string field = fmt::format("extra_shifts[{}]", i);
    const ExtraShift& extra = calendar.extra[i];
    if (auto checked = check_shift(field, extra.shift); !checked) return checked;
    if (auto days = check_days(field, extra.first, extra.last); !days) return days;
  }
  return {};
}

/// Below 48 h.
Time moment_in(const TimeZone& zone, Day day, Duration since_midnight) {
  return since_midnight < kDay ? zone.moment({day, since_midnight})
                               : zone.moment({day + 1, since_midnight - kDay});
}

ShiftTime on_day(const TimeZone& zone, const Shift& shift, Day day) {
  const auto span = [&](Duration from, Duration length) {
    return TimeRange{moment_in(zone, day, from), moment_in(zone, day, from + length)};
  };
  ShiftTime timed{shift.name, day, span(shift.span.from, shift.span.length()), {}};
  for (const PlannedBreak& pause : shift.breaks) {
    const Duration from = shift.span.from + within(shift.span, pause.span).from;
    timed.breaks.push_back({pause.name, span(from, pause.span.length())});
  }
  return timed;
}

void add_day(const ShiftCalendar& calendar, Day day, std::vector<ShiftTime>& all) {
  const auto holds = [day](const auto& exception) {
    return exception.first <= day && day <= exception.last;
  };
  if (std::ranges::none_of(calendar.holidays, holds)) {
    for (const WeeklyShift& weekly : calendar.weekly) {
      if (!weekly.days.at(static_cast<std::size_t>(day.weekday()))) continue;
      all.push_back(on_day(calendar.zone, weekly.shift, day));
    }
  }
  for (const ExtraShift& extra : calendar.extra) {
    if (holds(extra)) all.push_back(on_day(calendar.zone, extra.shift, day));
  }
}

void cut_breaks(ShiftTime& shift) {
  for (ShiftTime::Break& pause : shift.breaks) {
    pause.range.from = std::max(pause.range.from, shift.range.from);
    pause.range.to = std::min(pause.range.to, shift.range.to);
  }
  std::erase_if(shift.breaks, [](const ShiftTime::Break& pause) { return pause.range.empty(); });
  std::ranges::sort(shift.breaks, {}, &ShiftTime::Break::range);
}

}  // namespace

std::optional<Duration> parse_minutes(std::string_view text) {
  if (text.size() != 5) return {};
  const auto time = parse_time("1970-01-01T" + std::string(text) + ":00Z");
  return time ? std::optional(*time - Time()) : std::nullopt;
}

std::string format_minutes(Duration since_midnight) {
  return format_time(Time() + since_midnight, 0).substr(11, 5);
}

Result<void> check_calendar(const ShiftCalendar& calendar) {
  if (characters(calendar.location) > 100) {
    return wrong("location", "a location has at most 100 characters", "Write it as machines do.");
  }
  if (auto weekly = check_weekly(calendar.weekly); !weekly) return weekly;
  return check_exceptions(calendar);
}

std::vector<ShiftTime> shifts_in(const ShiftCalendar& calendar, TimeRange range) {
  std::vector<ShiftTime> all;
  if (range.empty()) return all;
  // A shift lasts a day and an hour at most, and so does one that it may have to wait for.
  const Day last = calendar.zone.wall(range.to).day;
  for (Day day = calendar.zone.wall(range.from).day - 3; day <= last; day = day + 1) {
    add_day(calendar, day, all);
  }
  std::ranges::sort(all, [](const ShiftTime& a, const ShiftTime& b) {
    if (a.range.from != b.range.from) return a.range.from < b.range.from;
    return a.range.to != b.range.to ? a.range.to > b.range.to : a.name < b.name;
  });
  Time free = Time::min();
  for (ShiftTime& shift : all) {
    shift.range.from = std::max(shift.range.from, free);
    free = std::max(free, shift.range.to);
    cut_breaks(shift);
  }
  std::erase_if(all, [range](const ShiftTime& shift) {
    return shift.range.empty() || shift.range.to <= range.from || shift.range.from >= range.to;
  });
  return all;
}

}  // namespace heed::machines
