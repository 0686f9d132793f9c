// An organization's settings: its members and its API keys.
#include "http/asked.h"
#include "http/json_shapes.h"
#include "http/principal.h"
#include "http/routes.h"

namespace heed::http {
namespace {

Asked<Response> list_members(const Api& api, const Context& context) {
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const auto members, api.people.members(access, context.organization));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const people::Member& member : members) {
    w.begin_object().key("person");
    write_person(w, member.person);
    w.member("role", name_of(member.role)).end_object();
  }
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> list_keys(const Api& api, const Context& context) {
  const auto access = access_of(context.principal, *api.store.policy());
  ASSIGN_OR_RETURN(const auto keys, api.people.keys(access, context.organization));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const people::ApiKey& key : keys) {
    w.begin_object();
    write_key_members(w, key);
    w.end_object();
  }
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<people::Scopes> scopes_of(const Json& form) {
  constexpr std::string_view kMend = "Give a list of read, write, ingest.";
  const Json* member = form.find("scopes");
  if (member == nullptr || member->array() == nullptr) {
    return wrong("scopes", "The field is missing or no list.", std::string(kMend));
  }
  people::Scopes scopes;
  for (const Json& item : *member->array()) {
    const auto scope = item.string() ? people::scope_of(*item.string()) : std::nullopt;
    if (!scope) return wrong("scopes", "There is no such scope.", std::string(kMend));
    scopes = scopes.with(*scope);
  }
  if (scopes.empty())
    return wrong("scopes", "The key would be good for nothing.", std::string(kMend));
  return scopes;
}

Asked<Response> make_key(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto maker, owner_of(api, context));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto name, about("name", required_string(form, "name")));
  ASSIGN_OR_RETURN(const auto scopes, scopes_of(form));
  const auto made = api.people.make_key(maker, context.organization, name, scopes);
  if (!made) {
    const Error* error = made.error().error();
    const bool about_name = error != nullptr && error->kind == ErrorKind::kInvalid;
    return refuse(about_name ? problem(*error, "name") : problem(made.error()));
  }
  JsonWriter w;
  w.begin_object();
  write_key_members(w, made->key);
  w.member("key", made->token).end_object();
  return json(std::move(w), 201).with("Cache-Control", "no-store");
}

Asked<Response> remove_key(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const auto remover, owner_of(api, context));
  const auto id = people::ApiKeyId::parse(context.parameter("key"));
  if (!id) return refuse(not_found());
  ASSIGN_OR_RETURN(const bool removed, api.people.remove_key(remover, context.organization, *id));
  if (!removed) return refuse(not_found());
  return no_content();
}

}  // namespace

void add_settings_routes(Router& router, const Api& api) {
  const std::string keys = below(kOrganizationPath, "/api-keys");
  router.add({.method = Method::kGet,
              .pattern = below(kOrganizationPath, "/members"),
              .name = "list_members",
              .summary = "Who belongs to the organization",
              .answers = {{.body = Body{"Members"}}},
              .handler = bind(api, list_members)});
  router.add({.method = Method::kGet,
              .pattern = keys,
              .name = "list_keys",
              .summary = "The organization's API keys, without their secrets",
              .answers = {{.body = Body{"ApiKeys"}}},
              .handler = bind(api, list_keys)});
  router.add({.method = Method::kPost,
              .pattern = keys,
              .name = "make_key",
              .summary = "Make an API key; the answer is the only one that shows it",
              .request = Body{"NewKey"},
              .answers = {{.status = 201, .body = Body{"MadeKey"}}},
              .handler = bind(api, make_key)});
  router.add({.method = Method::kDelete,
              .pattern = keys + "/{key}",
              .name = "remove_key",
              .summary = "Remove an API key; it is refused from then on",
              .answers = {{.status = 204}},
              .handler = bind(api, remove_key)});
}

}  // namespace heed::http
