// Figures of a machine, and what they stand on that no control tells: goals and scrap.
#include "http/oee_shape.h"
#include "http/routes.h"
#include "http/time_forms.h"
#include "machines/figures.h"
#include "machines/meaning_of_time.h"

namespace heed::http {
namespace {

constexpr std::int32_t kLongestOeeDays = 93;
constexpr std::int32_t kLongestAuditDays = 32;

Asked<bool> wants_pieces(const Context& context) {
  const std::string* wanted = context.request.query.find("pieces");
  if (wanted == nullptr || *wanted == "true") return true;
  if (*wanted == "false") return false;
  return wrong("pieces", "This is neither true nor false.", "Leave it out to get them.");
}

Asked<Response> figures(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestOeeDays));
  ASSIGN_OR_RETURN(const bool pieces, wants_pieces(context));
  ASSIGN_OR_RETURN(const auto known, about("as_of", context.request.query.time("as_of")));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto oee, in_document(at.machines->figures().oee(
                                       at.access, at.id, {range, known, nullptr})));
  JsonWriter w;
  write_oee(w, oee, pieces);
  return json(std::move(w));
}

Asked<Response> self_audit(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const TimeRange range, range_of(api, context, kLongestAuditDays));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto audit,
                   in_document(at.machines->figures().self_audit(at.access, at.id, range)));
  JsonWriter w;
  write_self_audit(w, audit);
  return json(std::move(w));
}

Response goal_response(const machines::ProductionGoal& goal) {
  JsonWriter w;
  w.begin_object();
  w.member("ideal_seconds", goal.ideal ? std::optional(goal.ideal->in_seconds()) : std::nullopt);
  w.member("micro_stop_seconds", goal.micro_stop.in_seconds()).end_object();
  return json(std::move(w));
}

Asked<Response> show_goal(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto goal, at.machines->meaning_of_time().goal(at.access, at.id));
  return goal_response(goal);
}

Asked<Response> set_goal(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const machines::ProductionGoal goal, goal_in(form));
  ASSIGN_OR_RETURN(const Time from, rule_from(api, context));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  auto set = in_document(at.machines->meaning_of_time().set_goal(at.access, at.id, goal, from));
  if (!set) return std::unexpected(std::move(set).error());
  return goal_response(goal);
}

Asked<Response> add_scrap(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const Time found, time_member(form, "at", api.clock.now()));
  const Json* count = form.find("count");
  const auto parts = count == nullptr ? std::nullopt : count->integer();
  if (!parts) {
    return wrong("count", "This is no whole number of parts.", "Write it without quotes.");
  }
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  auto added =
      in_document(at.machines->meaning_of_time().add_scrap(at.access, at.id, found, *parts));
  if (!added) return std::unexpected(std::move(added).error());
  return no_content();
}

void add_goal_routes(Router& router, const Api& api) {
  const std::string goal = below(kMachinePath, "/goal");
  router.add({.method = Method::kGet,
              .pattern = goal,
              .name = "show_goal",
              .summary = "How long a part should take, and what a micro-stop is",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Goal"}}},
              .handler = bind(api, show_goal)});
  router.add({.method = Method::kPut,
              .pattern = goal,
              .name = "set_goal",
              .summary = "Change them",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .parameters = {rule_from_parameter()},
              .request = Body{"NewGoal"},
              .answers = {{.body = Body{"Goal"}}},
              .handler = bind(api, set_goal)});
  router.add({.method = Method::kPost,
              .pattern = below(kMachinePath, "/scrap"),
              .name = "report_scrap",
              .summary = "Parts that were found to be no good; below 0 takes some back",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"Scrap"},
              .answers = {{.status = 204}},
              .handler = bind(api, add_scrap)});
}

}  // namespace

void add_oee_routes(Router& router, const Api& api) {
  const std::vector<Parameter> range = {time_parameter("from", "By default 24 hours before `to`"),
                                        time_parameter("to", "By default now")};
  std::vector<Parameter> with_pieces = range;
  with_pieces.push_back({.name = "pieces",
                         .schema = R"({"type":"boolean"})",
                         .description = "false: the figures alone"});
  with_pieces.push_back(
      time_parameter("as_of", "With the rules as they were known then; by default now"));
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/oee"),
              .name = "show_oee",
              .summary = "Availability, effectiveness, quality and OEE over at most 93 days, with "
                         "the intervals that they were made of",
              .need = Need::kSessionOrKey,
              .parameters = std::move(with_pieces),
              .answers = {{.body = Body{"Oee"}}},
              .handler = bind(api, figures)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/self-audit"),
              .name = "show_self_audit",
              .summary = "Our time in cycle against the control's own counter, by day, over at "
                         "most 32 days",
              .need = Need::kSessionOrKey,
              .parameters = range,
              .answers = {{.body = Body{"SelfAudit"}}},
              .handler = bind(api, self_audit)});
  add_goal_routes(router, api);
}

}  // namespace heed::http
