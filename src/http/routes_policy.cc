// The policy in force, for everybody, and what it or a proposed text would decide.
#include "base/crypto.h"
#include "http/asked.h"
#include "http/limits.h"
#include "http/policy_evidence.h"
#include "http/policy_routes.h"
#include "http/policy_shapes.h"

namespace heed::http {
namespace {

/// A fact with what follows in its tree: below one that fails nothing holds, and what holds makes
/// all above it hold.
Asked<policy::Conditions> conditions_of(const policy::Policy& policy, const Json& form) {
  policy::Conditions conditions;
  const auto& facts = policy.facts();
  for (const std::string_view member : {"fails", "holds"}) {
    const bool truth = member == "holds";
    ASSIGN_OR_RETURN(const auto told, texts_in(form, member, kMaxFacts));
    for (const std::string& path : told) {
      const auto fact = facts.find(path);
      if (!fact) return wrong(member, "The policy has no fact '" + path + "'.");
      for (std::uint16_t index = 0; index < facts.size(); ++index) {
        const policy::Fact other{index};
        const bool follows = truth ? facts.covers(other, *fact) : facts.covers(*fact, other);
        if (follows) conditions = conditions.with(other, truth);
      }
    }
  }
  return conditions;
}

template <class Tag>
Asked<policy::Word<Tag>> word_in(const Json& form, std::string_view member,
                                 const policy::Vocabulary<Tag>& words) {
  ASSIGN_OR_RETURN(const auto path, about(member, required_string(form, member)));
  const auto word = words.find(path);
  if (!word) return wrong(member, "The policy has no such word as '" + path + "'.");
  return *word;
}

/// The proposed text of the form, or the one in force: compiled anew, so that places are lines of
/// the text that the reader has before them.
Asked<std::shared_ptr<const policy::Policy>> policy_of(const Api& api, const Json& form) {
  const auto in_force = api.store.policy();
  const Json* text = form.find("text");
  if (text != nullptr && text->string() == nullptr) return wrong("text", "The field is no text.");
  const std::string& source = text != nullptr ? *text->string() : in_force->source();
  policy::Checked checked = policy::check({{std::string(kPolicyFile), source}}, in_force.get());
  if (!checked.ok()) return refuse(does_not_compile(checked.findings));
  return checked.policy;
}

Asked<Response> decide(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, policy_form_of(context));
  ASSIGN_OR_RETURN(const auto policy, policy_of(api, form));
  ASSIGN_OR_RETURN(const auto purpose, word_in(form, "purpose", policy->purposes()));
  ASSIGN_OR_RETURN(const auto category, word_in(form, "category", policy->categories()));
  ASSIGN_OR_RETURN(const auto party, word_in(form, "party", policy->parties()));
  ASSIGN_OR_RETURN(const auto conditions, conditions_of(*policy, form));
  const policy::Access access{context.principal.id, purpose, party, conditions};
  JsonWriter w;
  write_explanation(w, explain(*policy, access, category));
  return json(std::move(w));
}

}  // namespace

void add_policy_routes(Router& router, const Api& api) {
  const auto evidence = std::make_shared<EvidenceKeeper>(api.store, api.inventory, api.clock);
  const std::string policy = below(kApiPath, "/policy");
  router.add(
      {.method = Method::kGet,
       .pattern = policy,
       .name = "show_policy",
       .summary = "The policy in force: its clauses, words and text, and how often it decided",
       .need = Need::kNothing,
       .answers = {{.body = Body{"Policy"}}},
       .handler = [&api, evidence](const Context& context) {
         const auto book = api.store.book();
         JsonWriter w;
         write_policy(w, book->current(), *evidence->load_evidence(), api.clock.now());
         return published(json(std::move(w)), book->policy(), context.request, "policy");
       }});
  router.add({.method = Method::kPost,
              .pattern = policy + "/decide",
              .name = "decide",
              .summary = "What the policy, or a proposed text, decides of a request, and why",
              .request = Body{"PolicyQuestion"},
              .answers = {{.body = Body{"PolicyDecision"}}},
              .handler = bind(api, decide)});
  add_privacy_routes(router, api, evidence);
  add_policy_change_routes(router, api);
}

Response does_not_compile(const std::vector<policy::Finding>& findings) {
  JsonWriter w;
  w.begin_object().member("type", "about:blank").member("title", "The text does not compile");
  w.member("status", 422);
  if (!findings.empty()) {
    w.member("detail", findings.front().message).member("mend", findings.front().mend);
  }
  w.member("field", "text").key("findings").begin_array();
  for (const policy::Finding& finding : findings) write_finding(w, finding);
  w.end_array().end_object();
  Response response = json(std::move(w), 422);
  return response.with("Content-Type", "application/problem+json");
}

Response published(Response response, const policy::Policy& policy, const Request& request,
                   std::string_view form) {
  // A figure beside the text may change while the text does not.
  const std::string etag =
      "\"" +
      to_hex(sha256(policy.hash() + "|" + std::string(form) + "|" + response.body)).substr(0, 32) +
      "\"";
  response.with("Heed-Policy-Hash", policy.hash()).with("ETag", etag);
  response.with("Cache-Control", "no-cache");
  if (request.headers.value("If-None-Match").contains(etag)) {
    response.status = 304;
    response.body.clear();
  }
  return response;
}

}  // namespace heed::http
