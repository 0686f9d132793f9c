// What a machine made: its cycles, one after the other, and how long each program takes.
#include "http/asked.h"
#include "http/cycle_shapes.h"
#include "http/routes.h"
#include "machines/figures.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestCycleDays = 100;

Asked<machines::CycleList> cycles_of(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestCycleDays));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(auto list, at.machines->figures().cycles(at.access, at.id, range));
  return list;
}

Asked<Response> cycles(const Api& api, const Context& context) {
  const std::string* format = context.request.query.find("format");
  if (format != nullptr && *format != "csv" && *format != "json") {
    return wrong("format", "There is no such format.", "Take json or csv.");
  }
  ASSIGN_OR_RETURN(const auto list, cycles_of(api, context));
  if (format != nullptr && *format == "csv") {
    Response response = text(csv_of_cycles(list.cycles), "text/csv; charset=utf-8; header=present");
    response.with("Content-Disposition", "attachment; filename=\"cycles.csv\"");
    return response;
  }
  JsonWriter w;
  write_cycles(w, list);
  return json(std::move(w));
}

Asked<Response> statistics(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto list, cycles_of(api, context));
  JsonWriter w;
  write_cycle_statistics(w, machines::cycle_statistics(list.cycles));
  return json(std::move(w));
}

}  // namespace

void add_cycle_routes(Router& router, const Api& api) {
  const Parameter from = time_parameter("from", "By default 24 hours before `to`");
  const Parameter to = time_parameter("to", "By default now");
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/cycles"),
              .name = "list_cycles",
              .summary = "The cycles that began in a range of at most 100 days, tries among them",
              .need = Need::kSessionOrKey,
              .parameters = {from, to, {.name = "format", .schema = R"({"enum":["json","csv"]})"}},
              .answers = {{.body = Body{"Cycles"}}},
              .handler = bind(api, cycles)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/cycles/statistics"),
              .name = "show_cycle_statistics",
              .summary = "How long each program's complete cycles took, and how many tries it had",
              .need = Need::kSessionOrKey,
              .parameters = {from, to},
              .answers = {{.body = Body{"CycleStatistics"}}},
              .handler = bind(api, statistics)});
}

}  // namespace heed::http
