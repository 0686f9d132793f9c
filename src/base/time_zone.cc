#include "base/time_zone.h"

// As Debian builds the library: zones from /usr/share/zoneinfo, nothing is ever downloaded.
#define USE_OS_TZDB 1
#include <date/tz.h>

#include <algorithm>

namespace heed {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::string_view kUtc = "UTC";
/// Four digits of a year, and far from the ends of Time.
constexpr TimeRange kDays{Time(), Time::from_seconds(7'258'118'400)};

const date::time_zone& zone_of(const void* zone) {
  return *static_cast<const date::time_zone*>(zone);
}

date::sys_seconds seconds_of(Time time) {
  return date::sys_seconds(std::chrono::seconds(time.seconds()));
}

/// The library throws where the database is missing or a zone's file is damaged. find() reads the
/// whole zone, so nothing of that is expected afterwards.
template <class Ask, class Value>
Value asked(Ask ask, Value otherwise) {
  try {
    return ask();
  } catch (const std::exception&) {
    return otherwise;
  }
}

/// A wall's time of a moment that the wall shows with this offset.
Time with_offset(WallTime wall, std::chrono::seconds offset) {
  return Time::from_seconds(wall.day.number * kSecondsPerDay - offset.count()) +
         wall.since_midnight;
}

}  // namespace

std::optional<Day> parse_day(std::string_view text) {
  if (text.size() != std::string_view("2026-03-29").size()) return {};
  const auto midnight = parse_time(std::string(text) + "T00:00:00Z");
  if (!midnight || !kDays.contains(*midnight)) return {};
  return Day{midnight->utc_day()};
}

std::string format_day(Day day) {
  return format_time(Time::from_seconds(day.number * kSecondsPerDay), 0).substr(0, 10);
}

Result<TimeZone> TimeZone::find(std::string_view name) {
  TimeZone found;
  if (name == kUtc) return found;
  found.zone_ = asked(
      [&]() -> const date::time_zone* {
        const date::time_zone* zone = date::locate_zone(name);
        (void)zone->get_info(date::sys_seconds());  // reads its file, which may be damaged
        return zone->name() == name ? zone : nullptr;
      },
      static_cast<const date::time_zone*>(nullptr));
  if (found.zone_ != nullptr) return found;
  return fail(ErrorKind::kNotFound, "there is no time zone of that name",
              "Write it as the IANA database does, for instance Europe/Berlin.");
}

std::vector<std::string> TimeZone::names() {
  std::vector<std::string> names = {std::string(kUtc)};
  const auto list = [&] {
    for (const date::time_zone& zone : date::get_tzdb().zones) {
      if (zone.name() != kUtc) names.push_back(zone.name());
    }
    return true;
  };
  asked(list, false);
  std::ranges::sort(names);
  return names;
}

std::string_view TimeZone::name() const {
  return zone_ == nullptr ? kUtc : std::string_view(zone_of(zone_).name());
}

Duration TimeZone::offset(Time at) const {
  if (zone_ == nullptr) return {};
  const auto offset =
      asked([&] { return zone_of(zone_).get_info(seconds_of(at)).offset; }, std::chrono::seconds());
  return Duration::seconds(offset.count());
}

WallTime TimeZone::wall(Time at) const {
  const Time shown = at + offset(at);
  const Day day{shown.utc_day()};
  return {day, shown - Time::from_seconds(day.number * kSecondsPerDay)};
}

Time TimeZone::moment(WallTime wall) const {
  if (zone_ == nullptr) return with_offset(wall, {});
  const auto local = date::local_seconds(seconds_of(with_offset(wall, {})).time_since_epoch());
  const auto ask = [&]() -> Time {
    const date::local_info info = zone_of(zone_).get_info(local);
    if (info.result != date::local_info::nonexistent) return with_offset(wall, info.first.offset);
    return Time::from_seconds(info.first.end.time_since_epoch().count());
  };
  return asked(ask, with_offset(wall, {}));
}

Time TimeZone::day_start(Time at) const {
  return begin(wall(at).day);
}

Time TimeZone::day_end(Time at) const {
  Day day = wall(at).day + 1;
  while (begin(day) <= at) day = day + 1;
  return begin(day);
}

}  // namespace heed
