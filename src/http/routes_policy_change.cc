// Changing the policy, for who runs the server: versions, checks, notices, activation, replay.
#include <map>

#include "http/asked.h"
#include "http/limits.h"
#include "http/notices.h"
#include "http/policy_routes.h"
#include "http/policy_shapes.h"
#include "http/principal.h"
#include "policy/activation.h"

namespace heed::http {
namespace {

/// What actors are called. Asks for each once.
class Names {
 public:
  Names(const Api& api, const Context& context)
      : api_(api), access_(access_of(context.principal, *api.store.policy())) {}
  /// A person's name; of another actor, or one who is gone, the id.
  const std::string& of(const std::string& actor) {
    const auto [at, fresh] = names_.try_emplace(actor, actor);
    if (!fresh) return at->second;
    const auto id = people::PersonId::parse(actor);
    if (!id) return at->second;
    const auto person = api_.people.person(access_, *id);
    if (person && *person) at->second = (*person)->name;
    return at->second;
  }

 private:
  const Api& api_;
  const policy::Access access_;
  std::map<std::string, std::string> names_;
};

struct House {
  std::shared_ptr<silo::Silo> silo;
  policy::Access access;
};
/// The house's silo, and the standing to keep its journal in this person's name.
Asked<House> house_of(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(auto silo, api.store.silo(people::house_id()));
  ASSIGN_OR_RETURN(auto access,
                   api.store.policy()->access(context.principal.id, "operation", "engine"));
  return House{std::move(silo), std::move(access)};
}

Asked<policy::Proposal> proposal_of(const Api& api, const Json& form) {
  ASSIGN_OR_RETURN(const auto text, about("text", required_string(form, "text")));
  const auto book = api.store.book();
  return policy::propose({{std::string(kPolicyFile), text}}, *book, api.inventory, api.clock.now());
}

void write_version(JsonWriter& w, const policy::Version& version, Names& names) {
  write_version_members(w, version, names.of(version.by));
  w.key("notice");
  if (version.notice) {
    w.begin_object();
    write_notice_members(w, *version.notice, names.of(version.notice->by));
    w.end_object();
  } else {
    w.null();
  }
}

Asked<Response> list_versions(const Api& api, const Context& context) {
  Names names(api, context);
  const auto book = api.store.book();
  JsonWriter w;
  w.begin_object().key("versions").begin_array();
  for (const policy::Version& version : book->versions()) {
    w.begin_object();
    write_version(w, version, names);
    w.end_object();
  }
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> show_version(const Api& api, const Context& context) {
  const std::string& number = context.parameter("number");
  const auto book = api.store.book();
  for (const policy::Version& version : book->versions()) {
    if (std::to_string(version.number) != number) continue;
    Names names(api, context);
    JsonWriter w;
    w.begin_object();
    write_version(w, version, names);
    w.member("source", version.policy->source()).end_object();
    return json(std::move(w));
  }
  return refuse(not_found());
}

Asked<Response> check(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, policy_form_of(context));
  ASSIGN_OR_RETURN(const auto proposal, proposal_of(api, form));
  JsonWriter w;
  write_proposal(w, proposal);
  return json(std::move(w));
}

void write_notice(JsonWriter& w, const GivenNotice& given, Names& names) {
  w.begin_object().member("id", given.id);
  write_notice_members(w, given.notice, names.of(given.notice.by));
  w.end_object();
}

Asked<Response> add_notice(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto hash, about("hash", required_string(form, "hash")));
  ASSIGN_OR_RETURN(const auto text, about("text", required_string(form, "text")));
  if (hash.size() != 64 || !from_hex(hash)) {
    return wrong("hash", "This is no hash of a text.", "Give the one that the check told.");
  }
  const Json* reaches = form.find("reaches_earlier_items");
  GivenNotice given{
      .id = {},
      .notice = {.given = api.clock.now(),
                 .by = context.principal.id,
                 .text = text,
                 .hash = hash,
                 .reaches_earlier_items = reaches != nullptr && reaches->boolean() == true}};
  ASSIGN_OR_RETURN(const House house, house_of(api, context));
  auto id = give_notice(*house.silo, house.access, given.notice);
  if (!id) {
    const Error* error = id.error().error();
    const bool about_text = error != nullptr && error->kind == ErrorKind::kInvalid;
    return refuse(about_text ? problem(*error, "text") : problem(id.error()));
  }
  given.id = *std::move(id);
  Names names(api, context);
  JsonWriter w;
  write_notice(w, given, names);
  return json(std::move(w), 201);
}

Asked<Response> list_notices(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const House house, house_of(api, context));
  ASSIGN_OR_RETURN(const auto notices, load_notices(*house.silo, house.access));
  Names names(api, context);
  JsonWriter w;
  w.begin_object().key("notices").begin_array();
  for (const GivenNotice& given : notices) write_notice(w, given, names);
  w.end_array().end_object();
  return json(std::move(w));
}

/// The notice that the form names, if it names one.
Asked<std::optional<policy::Notice>> notice_in(const Api& api, const Context& context,
                                               const Json& form) {
  const Json* member = given(form, "notice");
  if (member == nullptr) return std::nullopt;
  if (member->string() == nullptr) return wrong("notice", "The field is no notice's id.");
  ASSIGN_OR_RETURN(const House house, house_of(api, context));
  ASSIGN_OR_RETURN(const auto notices, load_notices(*house.silo, house.access));
  for (const GivenNotice& given : notices) {
    if (given.id == *member->string()) return given.notice;
  }
  return wrong("notice", "There is no such notice.", "Give it first: POST /api/v1/policy/notices");
}

Asked<Response> activate(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, policy_form_of(context));
  ASSIGN_OR_RETURN(const auto proposal, proposal_of(api, form));
  if (!proposal.checked.ok()) return refuse(does_not_compile(proposal.checked.findings));
  ASSIGN_OR_RETURN(auto notice, notice_in(api, context, form));
  ASSIGN_OR_RETURN(const std::uint32_t number,
                   api.store.activate(proposal, context.principal.id, std::move(notice)));
  const auto book = api.store.book();
  const policy::Version* version = book->version(number);
  require(version != nullptr, "what was activated is in the book");
  Names names(api, context);
  JsonWriter w;
  w.begin_object();
  write_version(w, *version, names);
  w.end_object();
  return json(std::move(w), 201);
}

Asked<Response> replay(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, policy_form_of(context));
  const Json* days = form.find("days");
  const auto back = days != nullptr ? days->integer() : std::nullopt;
  if (!back || *back < 1 || *back > kMaxReplayDays) {
    return wrong("days", "The days are no number from 1 to 366.");
  }
  ASSIGN_OR_RETURN(const auto proposal, proposal_of(api, form));
  if (!proposal.checked.ok()) return refuse(does_not_compile(proposal.checked.findings));
  const auto from_day = api.clock.now().utc_day() - static_cast<std::int32_t>(*back) + 1;
  const policy::Access access = access_of(context.principal, *api.store.policy());
  const auto person = people::PersonId::parse(context.principal.id);
  require(person.has_value(), "a session is a person's");
  ASSIGN_OR_RETURN(const auto belongings, api.people.belongings(access, *person));
  JsonWriter w;
  w.begin_object().key("organizations").begin_array();
  const auto decide_again = [&](OrganizationId id, std::string_view name) -> Asked<void> {
    ASSIGN_OR_RETURN(const auto silo, api.store.silo(id));
    ASSIGN_OR_RETURN(const auto log, silo->decisions(access, from_day));
    w.begin_object().member("id", id.text()).member("name", name);
    write_replay_members(w, policy::replay(log.decisions, *proposal.checked.policy));
    w.member("uncounted", log.uncounted).end_object();
    return {};
  };
  if (auto done = decide_again(people::house_id(), "This server: accounts and signing in"); !done) {
    return std::unexpected(std::move(done).error());
  }
  for (const people::Belonging& belonging : belongings) {
    auto done = decide_again(belonging.organization.id, belonging.organization.name);
    if (!done) return std::unexpected(std::move(done).error());
  }
  w.end_array().end_object();
  return json(std::move(w));
}

Asked<Response> coverage(const Api& api, const Context& /*context*/) {
  JsonWriter w;
  write_coverage(w, policy::cover(*api.store.policy(), api.inventory, {}));
  return json(std::move(w));
}

}  // namespace

void add_policy_change_routes(Router& router, const Api& api) {
  const std::string policy = below(kApiPath, "/policy");
  const auto add = [&](Method method, std::string_view path, std::string name, std::string summary,
                       std::optional<Body> request, Answer answer, Answerer answerer) {
    router.add({.method = method,
                .pattern = below(policy, path),
                .name = std::move(name),
                .summary = std::move(summary),
                .need = Need::kOperator,
                .request = std::move(request),
                .answers = {std::move(answer)},
                .handler = bind(api, answerer)});
  };
  add(Method::kGet, "/versions", "list_policy_versions",
      "Every version that was in force: when, by whom, after which notice", {},
      {.body = Body{"PolicyVersions"}}, list_versions);
  add(Method::kGet, "/versions/{number}", "show_policy_version", "One version with its text", {},
      {.body = Body{"PolicyVersion"}}, show_version);
  add(Method::kPost, "/check", "check_policy",
      "What is wrong with a text, and what it would change of the one in force", Body{"PolicyText"},
      {.body = Body{"PolicyCheck"}}, check);
  add(Method::kPost, "/notices", "give_notice", "Put on record that people were told of a text",
      Body{"NewNotice"}, {.status = 201, .body = Body{"Notice"}}, add_notice);
  add(Method::kGet, "/notices", "list_notices", "The notices that were given", {},
      {.body = Body{"Notices"}}, list_notices);
  add(Method::kPost, "/activate", "activate_policy",
      "Put a text in force; one that weakens a promise needs its notice", Body{"Activation"},
      {.status = 201, .body = Body{"PolicyVersion"}}, activate);
  add(Method::kPost, "/replay", "replay_policy",
      "What was decided in the last days, decided again by a text", Body{"ReplayQuestion"},
      {.body = Body{"Replay"}}, replay);
  add(Method::kGet, "/coverage", "show_policy_coverage",
      "Whether the text in force and the program speak of the same things", {},
      {.body = Body{"PolicyCoverage"}}, coverage);
}

}  // namespace heed::http
