// Why machines stand: the organization's codes and rules, and what somebody says of a stop.
#include "http/routes.h"
#include "http/time_forms.h"
#include "machines/meaning_of_time.h"
#include "machines/reason_json.h"

namespace heed::http {
namespace {

Asked<Response> show(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  ASSIGN_OR_RETURN(const auto tree, floor.machines->meaning_of_time().reasons(floor.access));
  JsonWriter w;
  write_reasons(w, tree);
  return json(std::move(w));
}

Asked<Response> set(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto tree, in_document(machines::read_reasons(form)));
  ASSIGN_OR_RETURN(const Time from, rule_from(api, context));
  ASSIGN_OR_RETURN(const Floor floor, floor_of(api, context));
  if (auto kept =
          in_document(floor.machines->meaning_of_time().set_reasons(floor.access, tree, from));
      !kept) {
    return std::unexpected(std::move(kept).error());
  }
  JsonWriter w;
  write_reasons(w, tree);
  return json(std::move(w));
}

Asked<std::string> code_in(const Json& form) {
  const Json* code = form.find("code");
  if (code == nullptr) {
    return wrong("code", "The field is missing.", "Name a reason, or null to take one back.");
  }
  if (code->is_null()) return std::string();
  if (code->string() == nullptr) return wrong("code", "The field is no text.");
  return *code->string();
}

Asked<Response> tag(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const Time from, time_member(form, "from"));
  ASSIGN_OR_RETURN(const Time to, time_member(form, "to", api.clock.now()));
  ASSIGN_OR_RETURN(const std::string code, code_in(form));
  ASSIGN_OR_RETURN(const AtMachine at, machine_of(api, context));
  auto said = in_document(at.machines->meaning_of_time().tag(at.access, at.id, {from, to}, code));
  if (!said) return std::unexpected(std::move(said).error());
  return no_content();
}

}  // namespace

void add_reason_routes(Router& router, const Api& api) {
  const std::string reasons = below(kOrganizationPath, "/reasons");
  router.add({.method = Method::kGet,
              .pattern = reasons,
              .name = "show_reasons",
              .summary = "The codes for why a machine stands, and the rules that give them",
              .need = Need::kSessionOrKey,
              .answers = {{.body = Body{"Reasons"}}},
              .handler = bind(api, show)});
  router.add({.method = Method::kPut,
              .pattern = reasons,
              .name = "set_reasons",
              .summary = "Put other codes and rules in their place",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .parameters = {rule_from_parameter()},
              .request = Body{"Reasons"},
              .answers = {{.body = Body{"Reasons"}}},
              .handler = bind(api, set)});
  router.add({.method = Method::kPost,
              .pattern = below(kMachinePath, "/reason-tags"),
              .name = "tag_stop",
              .summary = "Say why the machine stood; a part of a stop splits it",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"ReasonTag"},
              .answers = {{.status = 204}},
              .handler = bind(api, tag)});
}

}  // namespace heed::http
