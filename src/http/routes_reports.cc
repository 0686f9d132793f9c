// Reports of a day, a week or a month, as a page and as files (docs/REPORTS.md).
#include <algorithm>

#include <fmt/core.h>

#include "base/crypto.h"
#include "http/report_making.h"
#include "http/report_page.h"
#include "http/routes.h"
#include "http/several.h"
#include "machines/meaning_of_time.h"

namespace heed::http {
namespace {

struct Wanted {
  machines::ReportSpan span = machines::ReportSpan::kWeek;
  std::string format = "html";
  bool download = false;
};

Asked<Wanted> wanted_of(const Context& context) {
  const Query& query = context.request.query;
  Wanted wanted;
  if (const std::string* of = query.find("of")) {
    const auto span = machines::parse_report_span(*of);
    if (!span) return wrong("of", "There is no such report.", "Take day, week or month.");
    wanted.span = *span;
  }
  if (const std::string* format = query.find("format")) {
    if (*format != "html" && *format != "csv") {
      return wrong("format", "There is no such format.", "Take html or csv.");
    }
    wanted.format = *format;
  }
  ASSIGN_OR_RETURN(wanted.download, flag_of(context, "download"));
  return wanted;
}

/// ?on=, by default the day that ended last: of it, of its week, of its month.
Asked<Day> day_of(const Context& context, const TimeZone& zone, Time now) {
  const std::string* on = context.request.query.find("on");
  if (on == nullptr) return zone.wall(now).day - 1;
  const auto day = parse_day(*on);
  if (!day) return wrong("on", "This is no day.", "Write it as 2026-03-02.");
  if (*day > zone.wall(now).day)
    return wrong("on", "The day has not begun.", "Take an earlier one.");
  return *day;
}

std::string place_of(const Context& context, const std::vector<machines::Machine>& machines) {
  const std::string* location = context.request.query.find("location");
  const bool named = context.request.query.find("machine") != nullptr;
  if (named && machines.size() == 1) return machines.front().name;
  if (named) return fmt::format("{} machines", machines.size());
  if (location == nullptr) return "All machines";
  return location->empty() ? "Machines without a place" : *location;
}

/// Whose clocks it goes by: the location's, a single machine's, else those of all other places.
std::string clocks_of(const Context& context, const std::vector<machines::Machine>& machines) {
  if (const std::string* location = context.request.query.find("location")) return *location;
  return machines.size() == 1 ? machines.front().location : std::string();
}

Asked<ReportOf> make(const Api& api, const Context& context, const Wanted& wanted) {
  ASSIGN_OR_RETURN(const Floor floor, report_floor_of(api, context));
  ASSIGN_OR_RETURN(const auto machines, machines_asked(context, floor));
  const Time now = api.clock.now();
  ASSIGN_OR_RETURN(const auto plan, floor.machines->meaning_of_time().location_shifts(
                                        floor.access, clocks_of(context, machines),
                                        {now, now + Duration::seconds(1)}));
  ASSIGN_OR_RETURN(const Day day, day_of(context, plan.zone, now));
  ASSIGN_OR_RETURN(auto of, make_report_of(floor.machines->figures(),
                                           floor.machines->meaning_of_time(), floor.access,
                                           {.span = wanted.span,
                                            .place = place_of(context, machines),
                                            .machines = machines,
                                            .plan = plan,
                                            .day = day},
                                           now));
  return of;
}

std::string file_name(const ReportOf& of, std::string_view ending) {
  return fmt::format("{}-{}.{}", word(of.span), format_day(of.zone.wall(of.range.from).day),
                     ending);
}

/// The style is allowed by a nonce that is made from the page, as at /privacy: the same page keeps
/// it, and no script is allowed at all.
Response page_of(const ReportOf& of, bool download) {
  if (download) {
    Response file = text(report_html(of, ""), "text/html; charset=utf-8");
    return file.with("Content-Disposition",
                     fmt::format("attachment; filename=\"{}\"", file_name(of, "html")));
  }
  const std::string nonce = to_base64url(sha256(report_html(of, ""))).substr(0, 22);
  Response page = text(report_html(of, nonce), "text/html; charset=utf-8");
  return page.with("Content-Security-Policy",
                   "default-src 'none'; style-src 'nonce-" + nonce +
                       "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
}

Asked<Response> report(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Wanted wanted, wanted_of(context));
  ASSIGN_OR_RETURN(const ReportOf of, make(api, context, wanted));
  if (wanted.format == "csv") return csv_file(report_csv(of), file_name(of, "csv"));
  return page_of(of, wanted.download);
}

}  // namespace

void add_report_routes(Router& router, const Api& api) {
  std::vector<Parameter> parameters = {{.name = "of",
                                        .schema = R"({"enum":["day","week","month"]})",
                                        .description = "By default week"},
                                       {.name = "on",
                                        .schema = R"({"type":"string","format":"date"})",
                                        .description = "A day of it; by default yesterday"},
                                       {.name = "format", .schema = R"({"enum":["html","csv"]})"},
                                       {.name = "download",
                                        .schema = R"({"type":"boolean"})",
                                        .description = "true: as a file to be kept"}};
  for (Parameter& choice : machine_choice()) parameters.push_back(std::move(choice));
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/report"),
              .name = "show_report",
              .summary = "What came of a day, a week or a month, what changed, what to do",
              .need = Need::kSessionOrKey,
              .parameters = std::move(parameters),
              .answers = {{.body = Body{.schema = "", .type = "text/html"}}},
              .handler = bind(api, report)});
}

}  // namespace heed::http
