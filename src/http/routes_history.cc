// What a machine did and why: activities, conditions, explanations, links.
#include "http/asked.h"
#include "http/json_shapes.h"
#include "http/routes.h"
#include "machines/past.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestTimelineDays = 366;
constexpr std::int64_t kMostCells = 4'000;
constexpr std::int64_t kUsualCells = 1'000;
constexpr std::int64_t kMostActivities = 10'000;
constexpr std::int64_t kUsualActivities = 2'000;
constexpr std::int64_t kMostLinkChanges = 1'000;
constexpr std::int64_t kUsualLinkChanges = 100;

Asked<Response> activities(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestTimelineDays));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto timeline, at.machines->past().timeline(at.access, at.id, range));
  JsonWriter w;
  write_timeline(w, timeline);
  return json(std::move(w));
}

Asked<Response> overview(const Api& api, const Context& context) {
  const auto& query = context.request.query;
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestTimelineDays));
  ASSIGN_OR_RETURN(const std::int64_t cells,
                   about("cells", query.number("cells", 1, kMostCells, kUsualCells)));
  ASSIGN_OR_RETURN(
      const std::int64_t activities,
      about("activities", query.number("activities", 0, kMostActivities, kUsualActivities)));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto seen, at.machines->past().overview(
                                        at.access, at.id, range, static_cast<std::size_t>(cells),
                                        static_cast<std::size_t>(activities)));
  JsonWriter w;
  write_overview(w, seen);
  return json(std::move(w));
}

Asked<Response> conditions(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Time when, moment_of(api, context));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto active, at.machines->past().conditions(at.access, at.id, when));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const machines::Condition& condition : active) write_condition(w, condition);
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> explain(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Time when, moment_of(api, context));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto explanation, at.machines->past().explain(at.access, at.id, when));
  JsonWriter w;
  write_explanation(w, explanation);
  return json(std::move(w));
}

Asked<Response> link(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const std::int64_t limit,
                   about("limit", context.request.query.number("limit", 1, kMostLinkChanges,
                                                               kUsualLinkChanges)));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto history, at.machines->past().link_history(
                                           at.access, at.id, static_cast<std::size_t>(limit)));
  JsonWriter w;
  write_link_history(w, history);
  return json(std::move(w));
}

}  // namespace

void add_history_routes(Router& router, const Api& api) {
  const Parameter at = time_parameter("at", "By default now");
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/activities"),
              .name = "list_activities",
              .summary = "What the machine did, interval by interval, over at most 366 days",
              .need = Need::kSessionOrKey,
              .parameters = {time_parameter("from", "By default 24 hours before `to`"),
                             time_parameter("to", "By default now")},
              .answers = {{.body = Body{"Activities"}}},
              .handler = bind(api, activities)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/activities/overview"),
              .name = "overview_activities",
              .summary = "For a picture: the activities where they are few, else what share of "
                         "each cell was which state, over at most 366 days",
              .need = Need::kSessionOrKey,
              .parameters = {time_parameter("from", "By default 24 hours before `to`"),
                             time_parameter("to", "By default now"),
                             {.name = "cells",
                              .schema = R"({"type":"integer","minimum":1,"maximum":4000})",
                              .description = "Parts of the range, by default 1,000"},
                             {.name = "activities",
                              .schema = R"({"type":"integer","minimum":0,"maximum":10000})",
                              .description = "Told one by one up to so many, by default 2,000"}},
              .answers = {{.body = Body{"Overview"}}},
              .handler = bind(api, overview)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/conditions"),
              .name = "list_conditions",
              .summary = "Active warnings and faults at a moment",
              .need = Need::kSessionOrKey,
              .parameters = {at},
              .answers = {{.body = Body{"Conditions"}}},
              .handler = bind(api, conditions)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/explain"),
              .name = "explain_state",
              .summary = "Why the machine was in its state: the rule and the lines behind it",
              .need = Need::kSessionOrKey,
              .parameters = {at},
              .answers = {{.body = Body{"Explanation"}}},
              .handler = bind(api, explain)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/link"),
              .name = "list_link_changes",
              .summary = "When the connection came and went, newest first",
              .need = Need::kSessionOrKey,
              .parameters = {{.name = "limit",
                              .schema = R"({"type":"integer","minimum":1,"maximum":1000})"}},
              .answers = {{.body = Body{"LinkHistory"}}},
              .handler = bind(api, link)});
}

}  // namespace heed::http
