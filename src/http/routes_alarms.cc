// Alarms of one machine or of several: how often, how long, which first (docs/ALARMS.md).
#include "http/routes.h"
#include "http/several.h"
#include "http/time_forms.h"
#include "machines/alarm_pareto.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestAlarmDays = 93;
/// The intervals themselves, the latest ones; what lies before is counted in the rows alone.
constexpr std::size_t kMostSpans = 2'000;

struct Told {
  std::vector<machines::MachineAlarms> alarms;
  machines::Reliability reliability;
  machines::ParetoBy by = machines::ParetoBy::kTime;
  TimeRange range;
};

Asked<machines::ParetoBy> order_of(const Context& context) {
  const std::string* by = context.request.query.find("by");
  if (by == nullptr || *by == "time") return machines::ParetoBy::kTime;
  if (*by == "count") return machines::ParetoBy::kCount;
  return wrong("by", "Alarms stand in no such order.", "Take time or count.");
}

/// Whether warnings are left out.
Asked<bool> faults_alone(const Context& context) {
  const std::string* level = context.request.query.find("level");
  if (level == nullptr || *level == "all") return false;
  if (*level == "fault") return true;
  return wrong("level", "There is no such level.", "Take fault or all.");
}

Asked<Told> told_of(const Context& context, const Floor& floor,
                    const std::vector<machines::Machine>& machines, TimeRange range) {
  Told told{.range = range};
  ASSIGN_OR_RETURN(told.by, order_of(context));
  ASSIGN_OR_RETURN(const bool faults, faults_alone(context));
  ASSIGN_OR_RETURN(auto figures, periods_of(floor, machines, range, {.alarms = true}));
  for (machines::PeriodFigures& one : figures) {
    if (faults) std::erase_if(one.alarms, [](const auto& span) { return !span.fault; });
    told.reliability += one.reliability;
    told.alarms.push_back({one.machine.id, std::move(one.alarms)});
  }
  return told;
}

void write_spans(JsonWriter& w, const Told& told) {
  std::vector<std::pair<std::string, const machines::AlarmSpan*>> all;
  for (const machines::MachineAlarms& machine : told.alarms) {
    for (const machines::AlarmSpan& span : machine.spans) {
      all.emplace_back(machine.machine.text(), &span);
    }
  }
  std::ranges::sort(all, [](const auto& a, const auto& b) {
    if (a.second->range.from != b.second->range.from) {
      return a.second->range.from > b.second->range.from;
    }
    return a.first < b.first;
  });
  w.key("spans").begin_array();
  for (std::size_t i = 0; i < std::min(all.size(), kMostSpans); ++i) {
    write_span(w, all[i].first, *all[i].second);
  }
  w.end_array().member("spans_left_out",
                       std::uint64_t{all.size() - std::min(all.size(), kMostSpans)});
}

std::string csv_of(const std::vector<machines::AlarmRow>& rows, Duration operating) {
  std::string csv =
      "item,code,text,level,machines,count,seconds,longest_seconds,repaired,"
      "mean_seconds_to_repair,mean_seconds_between,carried,open,cut,gaps\r\n";
  const auto seconds = [](std::optional<Duration> duration) {
    return csv_number(duration ? std::optional(duration->in_seconds()) : std::nullopt);
  };
  for (const machines::AlarmRow& row : rows) {
    csv += csv_text(row.item) + ',' + csv_text(row.code) + ',' + csv_text(row.text) + ',';
    csv += row.fault ? "FAULT," : "WARNING,";
    csv += std::to_string(row.machines.size()) + ',' + std::to_string(row.count) + ',';
    csv += seconds(row.time) + ',' + seconds(row.longest) + ',' + std::to_string(row.repaired);
    csv += ',' + seconds(row.mean_to_repair()) + ',' + seconds(row.mean_between(operating));
    for (const std::uint64_t censored : {row.carried, row.open, row.cut, row.gaps}) {
      csv += ',' + std::to_string(censored);
    }
    csv += "\r\n";
  }
  return csv;
}

Asked<Response> answer(const Context& context, const Told& told) {
  ASSIGN_OR_RETURN(const bool csv, wants_csv(context));
  const auto rows = machines::alarm_pareto(told.alarms, told.by);
  if (csv) return csv_file(csv_of(rows, told.reliability.operating), "alarms.csv");
  JsonWriter w;
  w.begin_object().member("from", told.range.from).member("to", told.range.to);
  w.member("by", told.by == machines::ParetoBy::kTime ? "time" : "count").key("failures");
  write_reliability(w, told.reliability);
  w.key("items");
  write_pareto(w, rows, told.by, told.reliability.operating);
  write_spans(w, told);
  w.end_object();
  return json(std::move(w));
}

Asked<Response> of_machine(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestAlarmDays));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto machine, at.machines->machine(at.access, at.id));
  ASSIGN_OR_RETURN(const Told told, told_of(context, {at.machines, at.access}, {machine}, range));
  return answer(context, told);
}

Asked<Response> of_several(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestAlarmDays));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const auto machines, machines_asked(context, floor));
  ASSIGN_OR_RETURN(const Told told, told_of(context, floor, machines, range));
  return answer(context, told);
}

}  // namespace

void add_alarm_routes(Router& router, const Api& api) {
  std::vector<Parameter> parameters = {
      time_parameter("from", "By default 24 hours before `to`"),
      time_parameter("to", "By default now"),
      {.name = "by", .schema = R"({"enum":["time","count"]})", .description = "Which stand first"},
      {.name = "level", .schema = R"({"enum":["all","fault"]})"},
      {.name = "format", .schema = R"({"enum":["json","csv"]})"}};
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/alarms"),
              .name = "list_alarms",
              .summary = "The machine's alarms over at most 93 days: how often, how long, and how "
                         "long it ran between failures",
              .need = Need::kSessionOrKey,
              .parameters = parameters,
              .answers = {{.body = Body{"Alarms"}}},
              .handler = bind(api, of_machine)});
  for (Parameter& choice : machine_choice()) parameters.push_back(std::move(choice));
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/alarms"),
              .name = "list_alarms_of_several",
              .summary = "The same of several machines together",
              .need = Need::kSessionOrKey,
              .parameters = std::move(parameters),
              .answers = {{.body = Body{"Alarms"}}},
              .handler = bind(api, of_several)});
}

}  // namespace heed::http
