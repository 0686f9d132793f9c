#include "machines/calendar_book.h"

#include <algorithm>

#include "machines/calendar_json.h"
#include "machines/kinds.h"

namespace heed::machines {
namespace {

constexpr std::size_t kLocation = 0;
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

silo::Record write_record(std::string id, const ShiftCalendar& calendar) {
  silo::Record record{.kind = kind::kShiftCalendar, .id = std::move(id), .source = "browser"};
  JsonWriter w;
  write_calendar(w, calendar);
  record.fields.resize(kFields);
  record.fields[kLocation] = calendar.location;
  record.fields[kPlan] = w.take();
  return record;
}

}  // namespace

Governed<std::vector<ShiftCalendar>> CalendarBook::list(const Access& access) const {
  ASSIGN_OR_RETURN(auto kept, all(access));
  std::vector<ShiftCalendar> calendars;
  for (Kept& one : kept) calendars.push_back(std::move(one.calendar));
  std::ranges::sort(calendars, {}, &ShiftCalendar::location);
  return calendars;
}

Governed<std::optional<ShiftCalendar>> CalendarBook::find(const Access& access,
                                                          std::string_view location) const {
  ASSIGN_OR_RETURN(auto calendars, list(access));
  for (const std::string_view wanted : {location, std::string_view()}) {
    const auto found = std::ranges::find(calendars, wanted, &ShiftCalendar::location);
    if (found != calendars.end()) return std::optional(*std::move(found));
  }
  return std::optional<ShiftCalendar>();
}

Governed<void> CalendarBook::put(const Access& access, const ShiftCalendar& calendar) {
  if (auto checked = check_calendar(calendar); !checked) {
    return std::unexpected<policy::Withheld>(checked.error());
  }
  ASSIGN_OR_RETURN(const auto kept, all(access));
  const auto same = [&](const Kept& one) { return one.calendar.location == calendar.location; };
  const auto before = std::ranges::find_if(kept, same);
  if (before == kept.end() && kept.size() >= kMostCalendars) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kExhausted, "location: an organization has at most 200 calendars",
              "Let locations that work alike share the one without a location."});
  }
  const std::string id =
      before == kept.end() ? Id<struct CalendarTag>::make(random_).text() : before->id;
  return silo_->put(access, write_record(id, calendar));
}

Governed<bool> CalendarBook::remove(const Access& access, std::string_view location) {
  ASSIGN_OR_RETURN(const auto kept, all(access));
  for (const Kept& one : kept) {
    if (one.calendar.location == location) {
      return silo_->remove(access, kind::kShiftCalendar, one.id);
    }
  }
  return false;
}

Governed<std::vector<CalendarBook::Kept>> CalendarBook::all(const Access& access) const {
  ASSIGN_OR_RETURN(const silo::Page page,
                   silo_->scan(access, kind::kShiftCalendar, "", "", kMostCalendars));
  std::vector<Kept> kept;
  for (const silo::Record& record : page.records) {
    auto calendar = read_record(record);
    if (calendar) kept.push_back({record.id, *std::move(calendar)});
  }
  return kept;
}

}  // namespace heed::machines
