#include "machines/calendar_book.h"

#include <algorithm>

#include "machines/calendar_json.h"
#include "machines/kinds.h"

namespace heed::machines {
namespace {

constexpr std::size_t kPlan = 1;
constexpr std::size_t kFields = 2;

/// Nothing if it does not read: written by a later version, or in a zone that tzdata gave up.
std::optional<ShiftCalendar> read_record(const silo::Record& record) {
  if (record.fields.size() != kFields) return {};
  const std::string* plan = std::get_if<std::string>(&record.fields[kPlan]);
  const auto json = plan == nullptr ? fail(ErrorKind::kCorrupt, "") : Json::parse(*plan);
  if (!json) return {};
  auto calendar = read_calendar(*json);
  return calendar ? std::optional(*std::move(calendar)) : std::nullopt;
}

std::optional<std::optional<ShiftCalendar>> parse_version(const std::string& value) {
  if (value.empty()) return std::optional<ShiftCalendar>();
  const auto json = Json::parse(value);
  if (!json) return {};
  auto calendar = read_calendar(*json);
  if (!calendar) return {};
  return std::optional(*std::move(calendar));
}

bool has_location(const std::vector<ShiftCalendar>& calendars, std::string_view location) {
  return std::ranges::find(calendars, location, &ShiftCalendar::location) != calendars.end();
}

/// At each time the one, or else the other.
CalendarBook::OverTime either(const CalendarBook::OverTime& one,
                              const CalendarBook::OverTime& other) {
  std::vector<Time> times;
  for (const auto* dated : {&one, &other}) {
    for (const auto& since : dated->all()) times.push_back(since.from);
  }
  std::ranges::sort(times);
  CalendarBook::OverTime both = std::optional<ShiftCalendar>();
  for (const Time time : times) both.paint(time, one.at(time) ? one.at(time) : other.at(time));
  return both;
}

}  // namespace

Governed<std::vector<ShiftCalendar>> CalendarBook::list(const Access& access) const {
  ASSIGN_OR_RETURN(const auto kept, first(access));
  ASSIGN_OR_RETURN(auto locations, rules_.owners(access, Rule::kCalendar));
  for (const ShiftCalendar& calendar : kept) locations.push_back(calendar.location);
  std::ranges::sort(locations);
  const auto [from, to] = std::ranges::unique(locations);
  locations.erase(from, to);
  std::vector<ShiftCalendar> calendars;
  for (const std::string& location : locations) {
    ASSIGN_OR_RETURN(const OverTime dated, own(access, kept, location, {}));
    if (dated.last()) calendars.push_back(*dated.last());
  }
  return calendars;
}

Governed<CalendarBook::OverTime> CalendarBook::find(const Access& access, std::string_view location,
                                                    std::optional<Time> known) const {
  ASSIGN_OR_RETURN(const auto kept, first(access));
  ASSIGN_OR_RETURN(OverTime others, own(access, kept, {}, known));
  if (location.empty()) return others;
  ASSIGN_OR_RETURN(const OverTime its, own(access, kept, location, known));
  return either(its, others);
}

Governed<void> CalendarBook::put(const Access& access, const ShiftCalendar& calendar, Time from) {
  if (auto checked = check_calendar(calendar); !checked) {
    return std::unexpected<policy::Withheld>(checked.error());
  }
  ASSIGN_OR_RETURN(const auto kept, list(access));
  if (!has_location(kept, calendar.location) && kept.size() >= kMostCalendars) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kExhausted, "location: an organization has at most 200 calendars",
              "Let locations that work alike share the one without a location."});
  }
  JsonWriter w;
  write_calendar(w, calendar);
  return rules_.add(access, Rule::kCalendar, calendar.location, from, w.take());
}

Governed<bool> CalendarBook::remove(const Access& access, std::string_view location, Time from) {
  ASSIGN_OR_RETURN(const auto kept, list(access));
  if (!has_location(kept, location)) return false;
  if (auto removed = rules_.add(access, Rule::kCalendar, location, from, {}); !removed) {
    return std::unexpected(removed.error());
  }
  return true;
}

Governed<std::vector<ShiftCalendar>> CalendarBook::first(const Access& access) const {
  ASSIGN_OR_RETURN(const silo::Page page,
                   silo_->scan(access, kind::kShiftCalendar, "", "", kMostCalendars));
  std::vector<ShiftCalendar> kept;
  for (const silo::Record& record : page.records) {
    if (auto calendar = read_record(record)) kept.push_back(*std::move(calendar));
  }
  return kept;
}

Governed<CalendarBook::OverTime> CalendarBook::own(const Access& access,
                                                   const std::vector<ShiftCalendar>& first,
                                                   std::string_view location,
                                                   std::optional<Time> known) const {
  const auto its = std::ranges::find(first, location, &ShiftCalendar::location);
  std::optional<ShiftCalendar> since_ever;
  if (its != first.end()) since_ever = *its;
  ASSIGN_OR_RETURN(const auto versions, rules_.versions(access, Rule::kCalendar, location));
  return over_time(std::move(since_ever), versions, known, parse_version);
}

}  // namespace heed::machines
