#include "http/several.h"

#include <algorithm>

#include <fmt/core.h>

#include "http/principal.h"
#include "http/report_making.h"

namespace heed::http {
namespace {

void write_ratio(JsonWriter& w, std::string_view name, const machines::SharedRatio& ratio) {
  w.key(name);
  const auto value = ratio.value();
  if (!value) {
    w.null();
    return;
  }
  w.begin_object().member("value", *value).member("over", ratio.over);
  w.member("under", ratio.under).member("of", ratio.of).end_object();
}

std::optional<double> seconds_of(std::optional<Duration> duration) {
  return duration ? std::optional(duration->in_seconds()) : std::nullopt;
}

}  // namespace

Asked<Floor> report_floor_of(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(auto machines, api.machines(context.organization));
  ASSIGN_OR_RETURN(auto access, report_access_of(context.principal, *api.store.policy()));
  return Floor{std::move(machines), std::move(access)};
}

Asked<std::vector<machines::Machine>> machines_asked(const Context& context, const Floor& floor) {
  ASSIGN_OR_RETURN(auto all, floor.machines->list(floor.access));
  std::vector<std::string> wanted;
  for (const auto& [name, value] : context.request.query.pairs()) {
    if (name == "machine") wanted.push_back(value);
  }
  const std::string* location = context.request.query.find("location");
  if (!wanted.empty()) {
    std::vector<machines::Machine> chosen;
    for (machines::Machine& machine : all) {
      const bool is_wanted = std::ranges::find(wanted, machine.id.text()) != wanted.end();
      if (is_wanted) chosen.push_back(std::move(machine));
    }
    std::ranges::sort(wanted);
    const auto twice = std::ranges::unique(wanted);
    wanted.erase(twice.begin(), twice.end());
    if (chosen.size() != wanted.size()) return refuse(not_found());
    return chosen;
  }
  if (location != nullptr) {
    std::erase_if(all,
                  [&](const machines::Machine& machine) { return machine.location != *location; });
  }
  return all;
}

std::vector<Parameter> machine_choice() {
  return {{.name = "machine", .description = "Its id; may stand several times; by default all"},
          {.name = "location", .description = "All machines of this place"}};
}

Asked<bool> wants_csv(const Context& context) {
  const std::string* format = context.request.query.find("format");
  if (format != nullptr && *format != "csv" && *format != "json") {
    return wrong("format", "There is no such format.", "Take json or csv.");
  }
  return format != nullptr && *format == "csv";
}

Asked<bool> flag_of(const Context& context, std::string_view parameter) {
  const std::string* wanted = context.request.query.find(parameter);
  if (wanted == nullptr || *wanted == "false") return false;
  if (*wanted == "true") return true;
  return wrong(parameter, "This is neither true nor false.", "Leave it out for false.");
}

Asked<std::vector<machines::PeriodFigures>> periods_of(
    const Floor& floor, const std::vector<machines::Machine>& machines, TimeRange range,
    machines::PeriodParts parts) {
  ASSIGN_OR_RETURN(auto all,
                   load_periods(floor.machines->figures(), floor.access, machines, range, parts));
  return all;
}

void write_reliability(JsonWriter& w, const machines::Reliability& reliability) {
  w.begin_object().member("count", reliability.failures);
  w.member("operating", reliability.operating.in_seconds());
  w.member("repaired", reliability.repaired);
  w.member("repair", reliability.repair.in_seconds());
  w.member("mean_to_repair", seconds_of(reliability.mean_to_repair()));
  w.member("mean_between", seconds_of(reliability.mean_between()));
  w.member("carried", reliability.carried).member("open", reliability.open);
  w.member("cut", reliability.cut).member("gaps", reliability.gaps).end_object();
}

void write_totals(JsonWriter& w, const machines::Totals& totals) {
  w.begin_object().member("machines", totals.machines);
  w.member("planned_busy", totals.planned_busy.in_seconds());
  w.member("known_busy", totals.known_busy.in_seconds());
  w.member("coverage", totals.coverage());
  w.member("production", totals.production.in_seconds());
  w.member("in_cycle", totals.in_cycle.in_seconds());
  w.member("unexplained", totals.unexplained.in_seconds()).key("uses").begin_object();
  for (std::size_t use = 0; use < machines::kTimeUses; ++use) {
    w.member(word(static_cast<machines::TimeUse>(use)), totals.uses.at(use).in_seconds());
  }
  w.end_object();
  write_ratio(w, "availability", totals.availability);
  write_ratio(w, "effectiveness", totals.effectiveness);
  write_ratio(w, "quality", totals.quality);
  write_ratio(w, "oee", totals.oee);
  const bool counted = totals.counting > 0;
  w.member("parts", counted ? std::optional(totals.parts) : std::nullopt);
  w.member("good", counted ? std::optional(totals.good) : std::nullopt);
  w.member("scrap", totals.scrap).key("failures");
  write_reliability(w, totals.reliability);
  w.end_object();
}

void write_span(JsonWriter& w, std::string_view machine, const machines::AlarmSpan& span) {
  w.begin_object().member("machine", machine).member("item", span.item).member("code", span.code);
  w.member("text", span.text).member("level", span.fault ? "FAULT" : "WARNING");
  w.member("from", span.range.from).member("to", span.range.to);
  w.member("carried", span.carried).member("end", word(span.end)).end_object();
}

void write_pareto(JsonWriter& w, const std::vector<machines::AlarmRow>& rows, machines::ParetoBy by,
                  Duration operating) {
  const auto size = [by](const machines::AlarmRow& row) {
    return by == machines::ParetoBy::kTime ? row.time.in_seconds() : static_cast<double>(row.count);
  };
  double all = 0;
  for (const machines::AlarmRow& row : rows) all += size(row);
  double until = 0;
  w.begin_array();
  for (const machines::AlarmRow& row : rows) {
    until += size(row);
    w.begin_object().member("item", row.item).member("code", row.code).member("text", row.text);
    w.member("level", row.fault ? "FAULT" : "WARNING").key("machines").begin_array();
    for (const machines::MachineId machine : row.machines) w.value(machine.text());
    w.end_array().member("count", row.count).member("time", row.time.in_seconds());
    w.member("longest", row.longest.in_seconds());
    w.member("share", all > 0 ? size(row) / all : 0.0);
    w.member("cumulative", all > 0 ? until / all : 0.0);
    w.member("repaired", row.repaired);
    w.member("mean_to_repair", seconds_of(row.mean_to_repair()));
    w.member("mean_between", seconds_of(row.mean_between(operating)));
    w.member("carried", row.carried).member("open", row.open).member("cut", row.cut);
    w.member("gaps", row.gaps).end_object();
  }
  w.end_array();
}

std::string csv_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_number(std::optional<double> number) {
  return number ? fmt::format("{}", *number) : std::string();
}

Response csv_file(std::string body, std::string_view name) {
  Response response = text(std::move(body), "text/csv; charset=utf-8; header=present");
  return response.with("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
}

}  // namespace heed::http
