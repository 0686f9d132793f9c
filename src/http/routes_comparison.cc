// Machines, shifts or programs beside each other, and beside the period before.
#include <algorithm>
#include <map>

#include "http/routes.h"
#include "http/several.h"
#include "machines/figures.h"
#include "machines/meaning_of_time.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestComparedDays = 93;
/// Each shift of each machine is a reading of its own.
constexpr std::int32_t kLongestShiftDays = 8;

enum class By : std::uint8_t { kMachine, kShift, kProgram };

/// One line of the comparison. Programs have no figures of time: a plan knows of none.
struct Line {
  std::string name;
  std::optional<machines::MachineId> machine;
  std::optional<machines::Totals> totals;
  std::vector<machines::ProgramStatistics> programs;
  std::string no_programs;
  std::vector<machines::AlarmRow> alarms;
  std::vector<machines::ReasonTime> reasons;
  std::vector<machines::MachineId> on;  ///< Of a program: where it ran.
};
/// In the order in which they are told.
using Lines = std::vector<Line>;

struct Question {
  By by = By::kMachine;
  Floor floor;
  std::vector<machines::Machine> machines;
};

Asked<By> by_of(const Context& context) {
  const std::string* by = context.request.query.find("by");
  if (by == nullptr || *by == "machine") return By::kMachine;
  if (*by == "shift") return By::kShift;
  if (*by == "program") return By::kProgram;
  return wrong("by", "Nothing is compared by this.", "Take machine, shift or program.");
}

Asked<Lines> by_machine(const Question& question, TimeRange range) {
  ASSIGN_OR_RETURN(auto all, periods_of(question.floor, question.machines, range,
                                        {.alarms = true, .cycles = true}));
  Lines lines;
  for (machines::PeriodFigures& one : all) {
    Line line{.name = one.machine.name, .machine = one.machine.id};
    line.totals = machines::total_of({&one, 1});
    line.programs = std::move(one.programs);
    line.no_programs = std::move(one.no_programs);
    line.reasons = machines::time_by_reason(one.oee);
    line.alarms = machines::alarm_pareto({{one.machine.id, std::move(one.alarms)}},
                                         machines::ParetoBy::kTime);
    lines.push_back(std::move(line));
  }
  return lines;
}

void add_reasons(std::vector<machines::ReasonTime>& into,
                 const std::vector<machines::ReasonTime>& more) {
  for (const machines::ReasonTime& reason : more) {
    auto row = std::ranges::find(into, reason.code, &machines::ReasonTime::code);
    if (row == into.end()) row = into.insert(into.end(), {.code = reason.code, .time = {}});
    row->time += reason.time;
    row->stops += reason.stops;
  }
  machines::put_most_first(into);
}

/// Shifts of one name together, whatever day and machine.
Asked<Lines> by_shift(const Question& question, TimeRange range) {
  struct Gathered {
    machines::Totals totals;
    std::vector<machines::MachineAlarms> alarms;
    std::vector<machines::ReasonTime> reasons;
  };
  std::map<std::string, Gathered> by_name;
  for (const machines::Machine& machine : question.machines) {
    ASSIGN_OR_RETURN(const auto plan, question.floor.machines->meaning_of_time().shifts(
                                          question.floor.access, machine.id, range));
    for (const machines::ShiftTime& shift : plan.shifts) {
      const TimeRange within{std::max(shift.range.from, range.from),
                             std::min(shift.range.to, range.to)};
      ASSIGN_OR_RETURN(auto figures,
                       question.floor.machines->figures().period(question.floor.access, machine.id,
                                                                 within, {.alarms = true}));
      Gathered& gathered = by_name[shift.name];
      gathered.totals.add(figures);
      add_reasons(gathered.reasons, machines::time_by_reason(figures.oee));
      gathered.alarms.push_back({machine.id, std::move(figures.alarms)});
    }
  }
  Lines lines;
  for (auto& [name, gathered] : by_name) {
    gathered.totals.machines = question.machines.size();
    lines.push_back({.name = name,
                     .totals = gathered.totals,
                     .alarms = machines::alarm_pareto(gathered.alarms, machines::ParetoBy::kTime),
                     .reasons = std::move(gathered.reasons)});
  }
  return lines;
}

Asked<Lines> by_program(const Question& question, TimeRange range) {
  std::vector<machines::Cycle> cycles;
  std::map<std::string, std::vector<machines::MachineId>> on;
  for (const machines::Machine& machine : question.machines) {
    ASSIGN_OR_RETURN(auto list, question.floor.machines->figures().cycles(question.floor.access,
                                                                          machine.id, range));
    for (machines::Cycle& cycle : list.cycles) {
      auto& ids = on[cycle.program];
      if (ids.empty() || ids.back() != machine.id) ids.push_back(machine.id);
      cycles.push_back(std::move(cycle));
    }
  }
  Lines lines;
  for (machines::ProgramStatistics& program : machines::cycle_statistics(cycles)) {
    std::string name = program.program;
    auto ids = on[name];
    lines.push_back(
        {.name = std::move(name), .programs = {std::move(program)}, .on = std::move(ids)});
  }
  return lines;
}

Asked<Lines> lines_of(const Question& question, TimeRange range) {
  switch (question.by) {
    case By::kMachine: return by_machine(question, range);
    case By::kShift: return by_shift(question, range);
    case By::kProgram: return by_program(question, range);
  }
  return Lines();
}

void write_programs(JsonWriter& w, const Line& line) {
  w.key("programs").begin_array();
  for (const machines::ProgramStatistics& program : line.programs) {
    w.begin_object().key("program");
    program.program.empty() ? w.null() : w.value(program.program);
    w.member("complete", program.complete).member("tries", program.tries).key("in_cycle");
    if (program.complete == 0) {
      w.null();
    } else {
      w.begin_object().member("median", program.in_cycle.median.in_seconds());
      w.member("p10", program.in_cycle.p10.in_seconds());
      w.member("p90", program.in_cycle.p90.in_seconds());
      w.member("deviation", program.in_cycle.deviation.in_seconds()).end_object();
    }
    w.end_object();
  }
  w.end_array().key("no_programs");
  line.no_programs.empty() ? w.null() : w.value(line.no_programs);
}

void write_line_members(JsonWriter& w, const Line& line) {
  w.key("figures");
  if (line.totals) {
    write_totals(w, *line.totals);
  } else {
    w.null();
  }
  write_programs(w, line);
  w.key("alarms");
  write_pareto(w, line.alarms, machines::ParetoBy::kTime,
               line.totals ? line.totals->reliability.operating : Duration());
  w.key("reasons").begin_array();
  for (const machines::ReasonTime& reason : line.reasons) {
    w.begin_object().key("code");
    reason.code.empty() ? w.null() : w.value(reason.code);
    w.member("time", reason.time.in_seconds()).member("stops", reason.stops).end_object();
  }
  w.end_array();
}

void write_lines(JsonWriter& w, const Lines& lines, const Lines& before) {
  w.key("items").begin_array();
  for (const Line& line : lines) {
    w.begin_object().member("name", line.name).key("machine");
    line.machine ? w.value(line.machine->text()) : w.null();
    w.key("on").begin_array();
    for (const machines::MachineId id : line.on) w.value(id.text());
    w.end_array();
    write_line_members(w, line);
    const auto then = std::ranges::find_if(before, [&](const Line& earlier) {
      return earlier.name == line.name && earlier.machine == line.machine;
    });
    w.key("before");
    if (then == before.end()) {
      w.null();
    } else {
      w.begin_object();
      write_line_members(w, *then);
      w.end_object();
    }
    w.end_object();
  }
  w.end_array();
}

std::uint64_t alarms_of(const Line& line) {
  std::uint64_t count = 0;
  for (const machines::AlarmRow& row : line.alarms) count += row.count;
  return count;
}

std::string csv_row(std::string_view period, const Line& line) {
  std::string row = csv_text(line.name) + ',' + std::string(period);
  const machines::Totals totals = line.totals.value_or(machines::Totals());
  const auto figure = [&](std::optional<double> value) {
    row += ',' + csv_number(line.totals ? value : std::nullopt);
  };
  const auto parts = [&](std::uint64_t count) {
    return totals.counting > 0 ? std::optional(static_cast<double>(count)) : std::nullopt;
  };
  figure(totals.planned_busy.in_seconds());
  figure(totals.coverage());
  figure(totals.availability.value());
  figure(totals.effectiveness.value());
  figure(totals.quality.value());
  figure(totals.oee.value());
  figure(parts(totals.parts));
  figure(parts(totals.good));
  figure(totals.production.in_seconds());
  figure(totals.unexplained.in_seconds());
  figure(static_cast<double>(totals.reliability.failures));
  figure(static_cast<double>(alarms_of(line)));
  const auto& programs = line.programs;
  if (programs.empty()) return row + ",,,,,\r\n";
  row += ',' + csv_text(programs.front().program) + ',' + std::to_string(programs.front().complete);
  for (const Duration duration : {programs.front().in_cycle.median, programs.front().in_cycle.p10,
                                  programs.front().in_cycle.p90}) {
    row += ',';
    if (programs.front().complete > 0) row += csv_number(duration.in_seconds());
  }
  return row + "\r\n";
}

std::string csv_of(const Lines& lines, const Lines& before) {
  std::string csv =
      "name,period,planned_seconds,coverage,availability,effectiveness,quality,oee,parts,good,"
      "production_seconds,unexplained_seconds,failures,alarms,program,complete_cycles,"
      "median_seconds,p10_seconds,p90_seconds\r\n";
  for (const Line& line : lines) csv += csv_row("asked", line);
  for (const Line& line : before) csv += csv_row("before", line);
  return csv;
}

Asked<Response> compare(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const By by, by_of(context));
  ASSIGN_OR_RETURN(
      const TimeRange range,
      range_of(api, context, by == By::kShift ? kLongestShiftDays : kLongestComparedDays));
  ASSIGN_OR_RETURN(const bool with_before, flag_of(context, "before"));
  ASSIGN_OR_RETURN(const bool csv, wants_csv(context));
  ASSIGN_OR_RETURN(Floor floor, report_floor_of(api, context));
  ASSIGN_OR_RETURN(auto machines, machines_asked(context, floor));
  const Question question{by, std::move(floor), std::move(machines)};
  ASSIGN_OR_RETURN(const Lines lines, lines_of(question, range));
  const TimeRange earlier{range.from - range.length(), range.from};
  Lines before;
  if (with_before && earlier.from >= Time()) {
    ASSIGN_OR_RETURN(before, lines_of(question, earlier));
  }
  if (csv) return csv_file(csv_of(lines, before), "comparison.csv");
  JsonWriter w;
  w.begin_object().member("from", range.from).member("to", range.to).key("before");
  if (with_before) {
    w.begin_object().member("from", earlier.from).member("to", earlier.to).end_object();
  } else {
    w.null();
  }
  write_lines(w, lines, before);
  w.end_object();
  return json(std::move(w));
}

}  // namespace

void add_comparison_routes(Router& router, const Api& api) {
  std::vector<Parameter> parameters = {
      time_parameter("from", "By default 24 hours before `to`"),
      time_parameter("to", "By default now"),
      {.name = "by",
       .schema = R"({"enum":["machine","shift","program"]})",
       .description = "What stands beside each other; shifts over at most 8 days"},
      {.name = "before",
       .schema = R"({"type":"boolean"})",
       .description = "true: with the period of the same length before"},
      {.name = "format", .schema = R"({"enum":["json","csv"]})"}};
  for (Parameter& choice : machine_choice()) parameters.push_back(std::move(choice));
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/comparison"),
              .name = "compare",
              .summary = "Machines, shifts or programs beside each other over at most 93 days",
              .need = Need::kSessionOrKey,
              .parameters = std::move(parameters),
              .answers = {{.body = Body{"MachineComparison"}}},
              .handler = bind(api, compare)});
}

}  // namespace heed::http
