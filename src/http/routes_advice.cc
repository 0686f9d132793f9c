// What to expect of a machine and what to do about it: forecasts, recommendations, what an hour of
// a machine costs.
#include <charconv>

#include "http/advice_shapes.h"
#include "http/routes.h"
#include "http/time_forms.h"
#include "machines/outlook.h"

namespace heed::http {
namespace {

/// ?name=, a number of parts that is not negative; nothing when it is missing.
Asked<std::optional<double>> parts_in(const Context& context, std::string_view name) {
  const std::string* text = context.request.query.find(name);
  if (text == nullptr || text->empty()) return std::optional<double>();
  double parts = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), parts);
  const bool whole = error == std::errc() && end == text->data() + text->size();
  if (!whole || !(parts >= 0 && parts <= machines::Forecast::kMostParts)) {
    return wrong(name, "This is no number of parts.", "Write one of at most 100,000.");
  }
  return std::optional(parts);
}

Asked<Response> forecast(const Api& api, const Context& context) {
  machines::BatchGoal goal;
  ASSIGN_OR_RETURN(goal.parts, parts_in(context, "goal"));
  ASSIGN_OR_RETURN(goal.to_go, parts_in(context, "to_go"));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto answer, at.machines->outlook().forecast(at.access, at.id, goal));
  JsonWriter w;
  write_forecast(w, answer);
  return json(std::move(w));
}

Asked<Response> recommendations(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  ASSIGN_OR_RETURN(const auto list, at.machines->outlook().recommendations(at.access, at.id));
  JsonWriter w;
  write_advice(w, list);
  return json(std::move(w));
}

Asked<Response> dismiss(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  machines::NewDismissal dismissal;
  const Json* reason = form.find("reason");
  if (reason == nullptr || reason->string() == nullptr) {
    return wrong("reason", "The reason is missing.", "Say why it is not followed.");
  }
  dismissal.reason = *reason->string();
  if (given(form, "until") != nullptr) {
    ASSIGN_OR_RETURN(dismissal.until, time_member(form, "until"));
  }
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  auto done = in_document(at.machines->outlook().dismiss(
      at.access, at.id, context.parameter("recommendation"), dismissal));
  if (!done) return std::unexpected(std::move(done).error());
  return no_content();
}

Asked<Response> undo(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  auto done =
      at.machines->outlook().undo_dismissal(at.access, at.id, context.parameter("recommendation"));
  if (!done) return refuse(problem(done.error()));
  return no_content();
}

Response hour_response(const std::optional<machines::MachineHour>& hour) {
  JsonWriter w;
  write_machine_hour(w, hour);
  return json(std::move(w));
}

Asked<Response> show_hour(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const auto hour, floor.machines->outlook().machine_hour(floor.access));
  return hour_response(hour);
}

Asked<Response> set_hour(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  std::optional<machines::MachineHour> hour;
  const Json* cost = form.find("cost");
  if (cost == nullptr) {
    return wrong("cost", "The cost is missing.", "Write null where it is not known.");
  }
  if (!cost->is_null()) {
    const Json* currency = form.find("currency");
    if (!cost->number()) return wrong("cost", "This is no number.", "Write it without quotes.");
    if (currency == nullptr || currency->string() == nullptr) {
      return wrong("currency", "The currency is missing.", "EUR, USD or a sign will do.");
    }
    hour = machines::MachineHour{*cost->number(), *currency->string()};
  }
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  auto set = in_document(floor.machines->outlook().set_machine_hour(floor.access, hour));
  if (!set) return std::unexpected(std::move(set).error());
  return hour_response(hour);
}

void add_hour_routes(Router& router, const Api& api) {
  const std::string hour = below(kOrganizationPath, "/machine-hour");
  router.add({.method = Method::kGet,
              .pattern = hour,
              .name = "show_machine_hour",
              .summary = "What an hour of a machine costs, if somebody said it",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"MachineHour"}}},
              .handler = bind(api, show_hour)});
  router.add({.method = Method::kPut,
              .pattern = hour,
              .name = "set_machine_hour",
              .summary = "Say it, or with null take it back",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"MachineHour"},
              .answers = {{.body = Body{"MachineHour"}}},
              .handler = bind(api, set_hour)});
}

void add_dismissal_routes(Router& router, const Api& api) {
  const std::string dismissal = below(kMachinePath, "/recommendations/{recommendation}/dismissal");
  router.add({.method = Method::kPut,
              .pattern = dismissal,
              .name = "dismiss_recommendation",
              .summary = "Do not show it for a time, or for good, and say why",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"NewDismissal"},
              .answers = {{.status = 204}},
              .handler = bind(api, dismiss)});
  router.add({.method = Method::kDelete,
              .pattern = dismissal,
              .name = "undo_dismissal",
              .summary = "Show it again",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .answers = {{.status = 204}},
              .handler = bind(api, undo)});
}

}  // namespace

void add_advice_routes(Router& router, const Api& api) {
  const auto parts = [](std::string name, std::string description) {
    return Parameter{.name = std::move(name),
                     .schema = R"({"type":"number","minimum":0,"maximum":100000})",
                     .description = std::move(description)};
  };
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/forecast"),
              .name = "show_forecast",
              .summary = "When the batch will be done, with an 80 % interval and what it rests on",
              .need = Need::kSessionOrKey,
              .parameters = {parts("goal",
                                   "Parts of the batch, as the counter will show them; by "
                                   "default what the control says"),
                             parts("to_go", "Parts that are still to be made; wins over goal")},
              .answers = {{.body = Body{"Forecast"}}},
              .handler = bind(api, forecast)});
  router.add({.method = Method::kGet,
              .pattern = below(kMachinePath, "/recommendations"),
              .name = "list_recommendations",
              .summary = "What would be worth doing, from the last four weeks, with the evidence",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Recommendations"}}},
              .handler = bind(api, recommendations)});
  add_dismissal_routes(router, api);
  add_hour_routes(router, api);
}

}  // namespace heed::http
