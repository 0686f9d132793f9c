#include "machines/calendar_json.h"

#include <algorithm>

#include "machines/json_form.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 7> kDayWords = {"mon", "tue", "wed", "thu",
                                                       "fri", "sat", "sun"};

void write_span(JsonWriter& w, const WallSpan& span) {
  w.member("from", format_minutes(span.from)).member("to", format_minutes(span.to));
}

void write_shift(JsonWriter& w, const Shift& shift) {
  w.member("name", shift.name);
  write_span(w, shift.span);
  w.key("breaks").begin_array();
  for (const PlannedBreak& pause : shift.breaks) {
    w.begin_object().member("name", pause.name);
    write_span(w, pause.span);
    w.end_object();
  }
  w.end_array();
}

Result<Shift> read_shift(const JsonForm& form) {
  Shift shift;
  ASSIGN_OR_RETURN(shift.name, form.text("name"));
  ASSIGN_OR_RETURN(shift.span, form.span());
  ASSIGN_OR_RETURN(const auto breaks, form.objects("breaks"));
  for (const JsonForm& pause : breaks) {
    ASSIGN_OR_RETURN(std::string name, pause.text_or("name", "Break"));
    ASSIGN_OR_RETURN(const WallSpan span, pause.span());
    shift.breaks.push_back({std::move(name), span});
  }
  return shift;
}

Result<std::array<bool, 7>> read_days(const JsonForm& form) {
  std::array<bool, 7> days{};
  ASSIGN_OR_RETURN(const auto words, form.texts("days"));
  for (const std::string& word : words) {
    const auto found = std::ranges::find(kDayWords, word);
    if (found == kDayWords.end()) {
      return form.wrong("days", "“" + word + "” is no day of the week",
                        "Write mon, tue, wed, thu, fri, sat or sun.");
    }
    days.at(static_cast<std::size_t>(found - kDayWords.begin())) = true;
  }
  return days;
}

Result<void> read_weekly(const JsonForm& form, ShiftCalendar& calendar) {
  ASSIGN_OR_RETURN(const auto shifts, form.objects("shifts"));
  for (const JsonForm& one : shifts) {
    WeeklyShift weekly;
    ASSIGN_OR_RETURN(weekly.shift, read_shift(one));
    ASSIGN_OR_RETURN(weekly.days, read_days(one));
    calendar.weekly.push_back(std::move(weekly));
  }
  return {};
}

Result<void> read_exceptions(const JsonForm& form, ShiftCalendar& calendar) {
  ASSIGN_OR_RETURN(const auto holidays, form.objects("holidays"));
  for (const JsonForm& one : holidays) {
    Holiday holiday;
    ASSIGN_OR_RETURN(holiday.name, one.text("name"));
    ASSIGN_OR_RETURN(holiday.first, one.day("first"));
    ASSIGN_OR_RETURN(holiday.last, one.day("last"));
    calendar.holidays.push_back(std::move(holiday));
  }
  ASSIGN_OR_RETURN(const auto extra, form.objects("extra_shifts"));
  for (const JsonForm& one : extra) {
    ExtraShift shift;
    ASSIGN_OR_RETURN(shift.shift, read_shift(one));
    ASSIGN_OR_RETURN(shift.first, one.day("first"));
    ASSIGN_OR_RETURN(shift.last, one.day("last"));
    calendar.extra.push_back(std::move(shift));
  }
  return {};
}

}  // namespace

void write_calendar(JsonWriter& w, const ShiftCalendar& calendar) {
  w.begin_object().member("location", calendar.location).member("zone", calendar.zone.name());
  w.key("shifts").begin_array();
  for (const WeeklyShift& weekly : calendar.weekly) {
    w.begin_object().key("days").begin_array();
    for (std::size_t i = 0; i < kDayWords.size(); ++i) {
      if (weekly.days[i]) w.value(kDayWords[i]);
    }
    w.end_array();
    write_shift(w, weekly.shift);
    w.end_object();
  }
  w.end_array().key("holidays").begin_array();
  for (const Holiday& holiday : calendar.holidays) {
    w.begin_object().member("name", holiday.name).member("first", format_day(holiday.first));
    w.member("last", format_day(holiday.last)).end_object();
  }
  w.end_array().key("extra_shifts").begin_array();
  for (const ExtraShift& extra : calendar.extra) {
    w.begin_object().member("first", format_day(extra.first));
    w.member("last", format_day(extra.last));
    write_shift(w, extra.shift);
    w.end_object();
  }
  w.end_array().end_object();
}

Result<ShiftCalendar> read_calendar(const Json& json) {
  const JsonForm form(json);
  ShiftCalendar calendar;
  ASSIGN_OR_RETURN(calendar.location, form.text_or("location", ""));
  ASSIGN_OR_RETURN(const std::string zone, form.text("zone"));
  auto found = TimeZone::find(zone);
  if (!found) return form.wrong("zone", found.error().message, found.error().mend);
  calendar.zone = *found;
  if (auto weekly = read_weekly(form, calendar); !weekly) return std::unexpected(weekly.error());
  if (auto rest = read_exceptions(form, calendar); !rest) return std::unexpected(rest.error());
  if (auto checked = check_calendar(calendar); !checked) return std::unexpected(checked.error());
  return calendar;
}

}  // namespace heed::machines
