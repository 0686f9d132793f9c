// When work is planned: the shift calendars of locations, and what they come to for a machine.
#include "http/routes.h"
#include "http/time_forms.h"
#include "machines/calendar_json.h"
#include "machines/meaning_of_time.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestPlanDays = 93;

Asked<Response> list(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const auto calendars, floor.machines->meaning_of_time().calendars(floor.access));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const machines::ShiftCalendar& calendar : calendars) write_calendar(w, calendar);
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> set(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto calendar, in_document(machines::read_calendar(form)));
  ASSIGN_OR_RETURN(const Time from, rule_from(api, context));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  if (auto kept =
          in_document(floor.machines->meaning_of_time().set_calendar(floor.access, calendar, from));
      !kept) {
    return std::unexpected(std::move(kept).error());
  }
  JsonWriter w;
  write_calendar(w, calendar);
  return json(std::move(w));
}

Asked<Response> remove(const Api& api, const Context& context) {
  const std::string* location = context.request.query.find("location");
  ASSIGN_OR_RETURN(const Time from, rule_from(api, context));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  const auto removed = floor.machines->meaning_of_time().remove_calendar(
      floor.access, location == nullptr ? "" : *location, from);
  if (!removed) return refuse(problem(removed.error()));
  return no_content();
}

Asked<Response> plan(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestPlanDays));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto plan,
                   in_document(at.machines->meaning_of_time().shifts(at.access, at.id, range)));
  JsonWriter w;
  w.begin_object().member("has_calendar", plan.has_calendar).member("location", plan.location);
  w.member("zone", plan.zone.name()).key("days").begin_array();
  for (Time begin = plan.zone.day_start(range.from); begin < range.to;) {
    const Time end = plan.zone.day_end(begin);
    w.begin_object().member("day", format_day(plan.zone.wall(begin).day));
    w.member("from", begin).member("to", end).end_object();
    begin = end;
  }
  w.end_array().key("items").begin_array();
  for (const machines::ShiftTime& shift : plan.shifts) write_shift_time(w, shift);
  w.end_array().end_object();
  return json(std::move(w));
}

}  // namespace

void add_shift_routes(Router& router, const Api& api) {
  const std::string calendars = below(kOrganizationPath, "/shift-calendars");
  router.add({.method = Method::kGet,
              .pattern = calendars,
              .name = "list_shift_calendars",
              .summary = "When work is planned, by location",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"ShiftCalendars"}}},
              .handler = bind(api, list)});
  router.add({.method = Method::kPut,
              .pattern = calendars,
              .name = "set_shift_calendar",
              .summary = "Put a calendar in the place of its location's earlier one",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .parameters = {rule_from_parameter()},
              .request = Body{"ShiftCalendar"},
              .answers = {{.body = Body{"ShiftCalendar"}}},
              .handler = bind(api, set)});
  router.add(
      {.method = Method::kDelete,
       .pattern = calendars,
       .name = "remove_shift_calendar",
       .summary = "Remove a location's calendar",
       .need = Need::kSessionOrKey,
       .scope = Scope::kWrite,
       .parameters = {{.name = "location", .description = "By default the calendar of no location"},
                      rule_from_parameter()},
       .answers = {{.status = 204}},
       .handler = bind(api, remove)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/shifts"),
              .name = "list_shifts",
              .summary = "The shifts and days of the machine's location, over at most 93 days",
              .need = Need::kSessionOrKey,
              .parameters = {time_parameter("from", "By default 24 hours before `to`"),
                             time_parameter("to", "By default now")},
              .answers = {{.body = Body{"Shifts"}}},
              .handler = bind(api, plan)});
}

}  // namespace heed::http
