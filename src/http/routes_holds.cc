// Reasons that stop a removal for a while, and how late removal is: what an organization answers
// for when it says that things are gone.
#include "http/asked.h"
#include "http/hold_shape.h"
#include "http/principal.h"
#include "http/record_asked.h"
#include "http/routes.h"
#include "silo/lateness.h"

namespace heed::http {

void write_hold(JsonWriter& w, const policy::Policy& policy, const silo::Hold& hold) {
  w.begin_object().member("id", hold.id).key("subject");
  hold.subject.is_nil() ? w.null() : w.value(hold.subject.text());
  const policy::Kind* kind = hold.kind ? policy.kind(*hold.kind) : nullptr;
  w.key("kind");
  kind == nullptr ? w.null() : w.value(kind->name);
  w.member("reason", hold.reason).member("until", hold.until);
  w.member("by", hold.by).member("placed", hold.placed).end_object();
}

namespace {

Asked<Response> list_holds(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  ASSIGN_OR_RETURN(const auto holds, silo->holds(access_of(context.principal, *policy)));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const silo::Hold& hold : holds) write_hold(w, *policy, hold);
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<silo::Hold> hold_in(const policy::Policy& policy, const Json& form) {
  silo::Hold hold;
  ASSIGN_OR_RETURN(hold.id, about("id", required_string(form, "id")));
  ASSIGN_OR_RETURN(hold.reason, about("reason", required_string(form, "reason")));
  ASSIGN_OR_RETURN(hold.subject, subject_in(form));
  ASSIGN_OR_RETURN(const std::string until, about("until", required_string(form, "until")));
  const auto end = parse_time(until);
  if (!end) return wrong("until", "This is no time.", "Write it as 2027-01-31T00:00:00Z.");
  hold.until = *end;
  if (const std::string name = text_or(form, "kind", ""); !name.empty()) {
    const policy::Kind* kind = policy.kind(name);
    if (kind == nullptr) return wrong("kind", "The policy declares no kind '" + name + "'.");
    hold.kind = kind->id;
  }
  return hold;
}

Asked<Response> place_hold(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_of(api, context));
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(silo::Hold hold, hold_in(*policy, form));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  if (auto placed = silo->place_hold(access_of(context.principal, *policy), hold); !placed) {
    return refuse(problem(placed.error()));
  }
  hold.by = context.principal.id;
  hold.placed = api.clock.now();
  JsonWriter w;
  write_hold(w, *policy, hold);
  return json(std::move(w), 201);
}

Asked<Response> lift_hold(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN([[maybe_unused]] const auto owner, owner_of(api, context));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const bool lifted, silo->lift_hold(access, context.parameter("hold")));
  if (!lifted) return refuse(not_found());
  return no_content();
}

Asked<Response> show_retention(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  const silo::SiloStatistics now = silo->statistics();
  JsonWriter w;
  w.begin_object().member("logical_overdue", now.overdue.in_seconds());
  w.member("physical_overdue", now.physically_overdue.in_seconds());
  w.member("late", silo::is_late(now)).member("remains", now.remains.in_seconds());
  w.member("scrubbed", now.scrubbed).member("erasures", now.erasures);
  w.member("at", api.clock.now()).end_object();
  return json(std::move(w));
}

}  // namespace

void add_hold_routes(Router& router, const Api& api) {
  const std::string holds = below(kOrganizationPath, "/holds");
  router.add({.method = Method::kGet,
              .pattern = holds,
              .name = "list_holds",
              .summary = "What stops removal, why, and until when",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Holds"}}},
              .handler = bind(api, list_holds)});
  router.add({.method = Method::kPost,
              .pattern = holds,
              .name = "place_hold",
              .summary = "Stop the removal of a person's, a kind's or all items until a day",
              .request = Body{"NewHold"},
              .answers = {{.status = 201, .body = Body{"Hold"}}},
              .handler = bind(api, place_hold)});
  router.add({.method = Method::kDelete,
              .pattern = holds + "/{hold}",
              .name = "lift_hold",
              .summary = "End a hold; what it alone stopped is removed by the next upkeep",
              .answers = {{.status = 204}},
              .handler = bind(api, lift_hold)});
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/retention"),
              .name = "show_retention",
              .summary = "By how much removal is late, by both clocks",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Retention"}}},
              .handler = bind(api, show_retention)});
}

}  // namespace heed::http
