// What one shift leaves to the next: each machine in a row, and what people write to each other.
#include <algorithm>

#include "http/json_shapes.h"
#include "http/routes.h"
#include "http/several.h"
#include "http/time_forms.h"
#include "machines/figures.h"
#include "machines/meaning_of_time.h"
#include "machines/shift_notes.h"

namespace heed::http {
namespace {

/// How far around a moment a shift is looked for: over a long weekend.
constexpr Duration kAround = Duration::days(5);
constexpr std::size_t kMostStops = 5;
constexpr std::size_t kMostAlarms = 5;
/// With fewer complete cycles nothing is said about when the next one is done.
constexpr std::uint64_t kLeastCycles = 5;
/// Cycles of so long are compared with.
constexpr Duration kCyclesWithin = Duration::days(7);

/// The shift that a moment belongs to, or that ended last before it; the day where none is planned.
struct Chosen {
  bool has_calendar = false;
  TimeZone zone;
  std::string name;  ///< Empty for a day.
  TimeRange range;
  std::optional<Time> previous, next;  ///< Moments that choose those around it.
};

Chosen chosen_day(const machines::ShiftPlan& plan, Time at) {
  const TimeRange day{plan.zone.day_start(at), plan.zone.day_end(at)};
  return {plan.has_calendar, plan.zone, {}, day, day.from - Duration::nanoseconds(1), day.to};
}

Chosen choose(const machines::ShiftPlan& plan, Time at) {
  const auto& shifts = plan.shifts;
  const auto begins = [](const machines::ShiftTime& shift) { return shift.range.from; };
  const auto after = std::ranges::upper_bound(shifts, at, {}, begins);
  if (after == shifts.begin()) return chosen_day(plan, at);
  const auto shift = std::prev(after);
  Chosen chosen{plan.has_calendar, plan.zone, shift->name, shift->range, {}, {}};
  if (shift != shifts.begin()) chosen.previous = std::prev(shift)->range.from;
  if (std::next(shift) != shifts.end()) chosen.next = std::next(shift)->range.from;
  return chosen;
}

Asked<Chosen> chosen_shift(const Floor& floor, const std::string& location, Time at) {
  ASSIGN_OR_RETURN(const auto plan,
                   floor.machines->meaning_of_time().location_shifts(
                       floor.access, location, {std::max(at - kAround, Time()), at + kAround}));
  return choose(plan, at);
}

std::string location_of(const Context& context) {
  const std::string* location = context.request.query.find("location");
  return location == nullptr ? std::string() : *location;
}

/// What runs and when it is likely done: the beginning of what is in cycle without a break, and how
/// long the program's complete cycles took.
struct Running {
  std::string program;
  Time since;
  std::optional<TimeRange> done;  ///< Between p10 and p90 after its beginning.
  std::uint64_t complete = 0;
};

std::optional<Time> in_cycle_since(const std::vector<machines::Activity>& activities) {
  std::optional<Time> since;
  for (auto activity = activities.rbegin(); activity != activities.rend(); ++activity) {
    if (!activity->standing.in_cycle) break;
    since = activity->range.from;
  }
  return since;
}

std::optional<Running> running_of(const machines::Card& card,
                                  const machines::PeriodFigures& recent) {
  auto since = in_cycle_since(recent.oee.activities);
  if (!card.standing.in_cycle || !since) return {};
  if (recent.last_complete) since = std::max(*since, *recent.last_complete);
  Running running{.program = card.program ? card.program->value : std::string(), .since = *since};
  const auto program =
      std::ranges::find(recent.programs, running.program, &machines::ProgramStatistics::program);
  if (running.program.empty() || program == recent.programs.end()) return running;
  running.complete = program->complete;
  if (program->complete < kLeastCycles) return running;
  running.done = {*since + program->in_cycle.p10, *since + program->in_cycle.p90};
  return running;
}

void write_running(JsonWriter& w, const std::optional<Running>& running) {
  w.key("running");
  if (!running) {
    w.null();
    return;
  }
  w.begin_object().key("program");
  running->program.empty() ? w.null() : w.value(running->program);
  w.member("since", running->since).member("cycles", running->complete).key("done");
  if (running->done) {
    w.begin_object().member("from", running->done->from).member("to", running->done->to);
    w.end_object();
  } else {
    w.null();
  }
  w.end_object();
}

void write_stops(JsonWriter& w, const machines::Oee& oee) {
  w.key("stops").begin_array();
  for (const machines::LongStop& stop : machines::longest_stops(oee, kMostStops)) {
    w.begin_object().member("from", stop.range.from).member("to", stop.range.to);
    w.member("use", word(stop.use)).member("state", word(stop.state)).key("reason");
    stop.reason.empty() ? w.null() : w.value(stop.reason);
    w.end_object();
  }
  w.end_array();
}

/// Parts that the planned time so far would have made at the ideal time; nothing without one.
std::optional<double> goal_of(const machines::Oee& oee) {
  if (!oee.ideal) return {};
  return oee.planned_busy.in_seconds() / oee.ideal->in_seconds();
}

Asked<void> write_row(JsonWriter& w, const Floor& floor, const machines::Machine& machine,
                      TimeRange range, Time now) {
  ASSIGN_OR_RETURN(const auto card, floor.machines->card(floor.access, machine.id));
  ASSIGN_OR_RETURN(auto shift, floor.machines->figures().period(floor.access, machine.id, range,
                                                                {.alarms = true}));
  std::optional<Running> running;
  if (card.standing.in_cycle) {
    ASSIGN_OR_RETURN(const auto recent,
                     floor.machines->figures().period(
                         floor.access, machine.id, {now - kCyclesWithin, now}, {.cycles = true}));
    running = running_of(card, recent);
  }
  w.begin_object().key("card");
  write_card(w, card);
  w.key("figures");
  write_totals(w, machines::total_of({&shift, 1}));
  w.member("goal", goal_of(shift.oee));
  write_stops(w, shift.oee);
  const Duration operating = shift.reliability.operating;
  auto alarms =
      machines::alarm_pareto({{machine.id, std::move(shift.alarms)}}, machines::ParetoBy::kTime);
  const std::uint64_t kinds = alarms.size();
  if (alarms.size() > kMostAlarms) alarms.resize(kMostAlarms);
  w.key("alarms");
  write_pareto(w, alarms, machines::ParetoBy::kTime, operating);
  w.member("alarm_kinds", kinds);
  write_running(w, running);
  w.end_object();
  return {};
}

void write_note(JsonWriter& w, const machines::ShiftNote& note) {
  w.begin_object().member("id", note.id).member("location", note.location);
  w.member("begins", note.begins).key("machine");
  note.machine ? w.value(note.machine->text()) : w.null();
  w.member("text", note.text).member("written", note.written).member("who", note.who);
  w.end_object();
}

Asked<Response> show(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Time at, moment_of(api, context));
  ASSIGN_OR_RETURN(const Floor floor, report_floor_of(api, context));
  ASSIGN_OR_RETURN(const auto machines, machines_asked(context, floor));
  const std::string location = location_of(context);
  ASSIGN_OR_RETURN(const Chosen shift, chosen_shift(floor, location, at));
  ASSIGN_OR_RETURN(
      const auto notes,
      floor.machines->shift_notes().list(
          floor.access, location, {shift.range.from, shift.range.from + Duration::nanoseconds(1)}));
  JsonWriter w;
  w.begin_object().member("location", location).member("has_calendar", shift.has_calendar);
  w.member("zone", shift.zone.name()).key("shift").begin_object().key("name");
  shift.name.empty() ? w.null() : w.value(shift.name);
  w.member("day", format_day(shift.zone.wall(shift.range.from).day));
  w.member("from", shift.range.from).member("to", shift.range.to).end_object();
  w.member("previous", shift.previous);
  w.member("next", shift.next && *shift.next <= api.clock.now() ? shift.next : std::nullopt);
  w.key("machines").begin_array();
  for (const machines::Machine& machine : machines) {
    if (auto row = write_row(w, floor, machine, shift.range, api.clock.now()); !row) {
      return std::unexpected(std::move(row).error());
    }
  }
  w.end_array().key("notes").begin_array();
  for (const machines::ShiftNote& note : notes) write_note(w, note);
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> write(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  machines::NewShiftNote note;
  ASSIGN_OR_RETURN(note.text, about("text", required_string(form, "text")));
  ASSIGN_OR_RETURN(note.begins, time_member(form, "begins"));
  if (const Json* location = given(form, "location")) {
    if (location->string() == nullptr) return wrong("location", "The field is no text.");
    note.location = *location->string();
  }
  if (const Json* machine = given(form, "machine")) {
    note.machine = machine->string() == nullptr ? std::nullopt
                                                : machines::MachineId::parse(*machine->string());
    if (!note.machine) return wrong("machine", "This is no machine's id.");
  }
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const auto kept,
                   in_document(floor.machines->shift_notes().write(floor.access, note)));
  JsonWriter w;
  write_note(w, kept);
  return json(std::move(w), 201);
}

Asked<Response> take_back(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::string id, needed(context, "id"));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  auto gone = in_document(floor.machines->shift_notes().take_back(floor.access, id));
  if (!gone) return std::unexpected(std::move(gone).error());
  return no_content();
}

}  // namespace

void add_hand_over_routes(Router& router, const Api& api) {
  std::vector<Parameter> parameters = {
      time_parameter("at", "Of the shift; by default the one now, or that ended last")};
  for (Parameter& choice : machine_choice()) parameters.push_back(std::move(choice));
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/hand-over"),
              .name = "show_hand_over",
              .summary = "What a shift leaves to the next: states, parts, stops, alarms, notes",
              .need = Need::kSessionOrKey,
              .parameters = std::move(parameters),
              .answers = {{.body = Body{"HandOver"}}},
              .handler = bind(api, show)});
  const std::string notes = below(kOrganizationPath, "/shift-notes");
  router.add({.method = Method::kPost,
              .pattern = notes,
              .name = "write_shift_note",
              .summary = "Tell the next shift something",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"NewShiftNote"},
              .answers = {{.status = 201, .body = Body{"ShiftNote"}}},
              .handler = bind(api, write)});
  router.add({.method = Method::kDelete,
              .pattern = notes,
              .name = "take_shift_note_back",
              .summary = "Take a note back that one wrote oneself",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .parameters = {{.name = "id", .required = true}},
              .answers = {{.status = 204}},
              .handler = bind(api, take_back)});
}

}  // namespace heed::http
