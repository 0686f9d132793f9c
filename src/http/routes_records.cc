// Records of the kinds that a policy declares beside the program's own: filed, read and handed on
// by an organization's programs, each decided by the policy.
#include <algorithm>
#include <array>

#include "http/asked.h"
#include "http/limits.h"
#include "http/record_shapes.h"
#include "http/routes.h"

namespace heed::http {
namespace {

// Facts that the program itself finds out (policies/words.policy). A caller who could claim them
// would open what they guard.
constexpr std::array<std::string_view, 12> kFoundOut = {
    "contract_valid", "same_person",     "verified_address",
    "verified_login", "aggregated",      "verified_three_points_signed",
    "ground_logged",  "required_by_law", "verified_two_points",
    "enrolled",       "safeguarded",     "on_behalf"};
// Grounds that are a demand of the law (required_by_law); a vital interest, say, is none.
constexpr std::array<std::string_view, 4> kDemands = {"court_order", "law", "subpoena", "warrant"};

/// A kind that this policy declares and no room of the program keeps for itself: writing into a
/// room's own rows would go past what the room holds to be so.
Asked<policy::Kind> kind_of(const Api& api, const policy::Policy& policy, const Context& context) {
  const std::string& name = context.parameter("kind");
  const policy::Kind* kind = policy.kind(name);
  const bool own = std::ranges::any_of(
      api.inventory.kinds, [&](const policy::Kind& known) { return known.name == name; });
  if (kind == nullptr || own || kind->shape != policy::Shape::kRecord) return refuse(not_found());
  return *kind;
}

using Claims = std::vector<std::pair<std::string, bool>>;

Asked<void> claim(Claims& claims, std::string name, bool truth, std::string_view member) {
  if (std::ranges::find(kFoundOut, name) != kFoundOut.end()) {
    return wrong(member, "Whether " + name + " holds is found out by the program.",
                 "Leave it out.");
  }
  if (claims.size() == kMaxFacts) return wrong(member, "These are too many facts.");
  claims.emplace_back(std::move(name), truth);
  return {};
}

/// The member `facts`: {"opted_out": false}.
Asked<Claims> claims_in(const Json& form) {
  Claims claims;
  const Json* facts = form.find("facts");
  if (facts == nullptr) return claims;
  if (facts->object() == nullptr) return wrong("facts", "The field is no object.");
  for (const auto& [name, truth] : *facts->object()) {
    if (!truth.boolean()) return wrong("facts", "'" + name + "' is neither true nor false.");
    if (auto taken = claim(claims, name, *truth.boolean(), "facts"); !taken) {
      return std::unexpected(std::move(taken).error());
    }
  }
  return claims;
}

/// The parameters ?holds=a,b&fails=c.
Asked<Claims> claims_in(const Query& query) {
  Claims claims;
  for (const std::string_view parameter : {"holds", "fails"}) {
    const std::string* list = query.find(parameter);
    std::string_view rest = list != nullptr ? std::string_view(*list) : std::string_view();
    while (!rest.empty()) {
      const std::string_view name = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), name.size() + 1));
      auto taken = claim(claims, std::string(name), parameter == "holds", parameter);
      if (!taken) return std::unexpected(std::move(taken).error());
    }
  }
  return claims;
}

Asked<policy::Access> access_for(const policy::Policy& policy, const Context& context,
                                 std::string_view purpose, std::string_view party,
                                 const Claims& claims) {
  policy::Policy::KnownFacts facts;
  for (const auto& [name, truth] : claims) facts.emplace_back(name, truth);
  auto access = policy.access(context.principal.id, purpose, party, facts);
  if (!access) {
    const bool knows = policy.purposes().find(purpose).has_value();
    return refuse(problem(access.error(), knows ? "party" : "purpose"));
  }
  return *std::move(access);
}

std::string text_or(const Json& form, std::string_view member, std::string_view otherwise) {
  const Json* found = form.find(member);
  return found != nullptr && found->string() != nullptr ? *found->string() : std::string(otherwise);
}

Asked<SubjectId> subject_in(const Json& form) {
  const Json* member = form.find("subject");
  if (member == nullptr || member->is_null()) return SubjectId();
  const auto id = member->string() != nullptr ? SubjectId::parse(*member->string()) : std::nullopt;
  if (!id) return wrong("subject", "This is no id of a subject.");
  return *id;
}

Asked<Further> further_in(const Json& form) {
  const std::string word = text_or(form, "further", "refuse");
  if (word == "refuse") return Further::kRefuse;
  if (word == "drop") return Further::kDrop;
  return wrong("further", "Further fields are refused or dropped.", "Send refuse or drop.");
}

Asked<Response> file_record(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_of(api, *policy, context));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  silo::Record record{
      .kind = kind.id, .id = {}, .subject = {}, .source = {}, .fields = {}, .label = {}};
  ASSIGN_OR_RETURN(record.id, about("id", required_string(form, "id")));
  ASSIGN_OR_RETURN(record.source, about("source", required_string(form, "source")));
  ASSIGN_OR_RETURN(record.subject, subject_in(form));
  ASSIGN_OR_RETURN(const Further further, further_in(form));
  ASSIGN_OR_RETURN(FieldValues fields, field_values(kind, form, further));
  record.fields = std::move(fields.values);
  ASSIGN_OR_RETURN(const Claims claims, claims_in(form));
  ASSIGN_OR_RETURN(
      const policy::Access access,
      access_for(*policy, context, text_or(form, "purpose", "service"), "organization", claims));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  if (auto stored = silo->put(access, record); !stored) {
    return refuse(problem(std::move(stored).error()));
  }
  JsonWriter w;
  w.begin_object().member("kind", kind.name).member("id", record.id).key("dropped").begin_array();
  for (const std::string& name : fields.dropped) w.value(name);
  w.end_array().end_object();
  return json(std::move(w), 201);
}

Asked<Response> show_record(const Api& api, const Context& context) {
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_of(api, *policy, context));
  const std::string* purpose = context.request.query.find("purpose");
  const std::string* party = context.request.query.find("party");
  if (party != nullptr && *party != "organization") {
    // Who asks here is of the organization, whatever they say: to others it goes by being shared.
    return wrong("party", "What is read here goes to the organization.",
                 "Hand it on with POST …/share, which tells the journal.");
  }
  ASSIGN_OR_RETURN(const Claims claims, claims_in(context.request.query));
  ASSIGN_OR_RETURN(const policy::Access access,
                   access_for(*policy, context, purpose != nullptr ? *purpose : "service",
                              "organization", claims));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  ASSIGN_OR_RETURN(const auto record, silo->find(access, kind.id, context.parameter("record")));
  if (!record) return refuse(not_found());
  JsonWriter w;
  write_record(w, kind, *record);
  return json(std::move(w));
}

Asked<std::optional<silo::Ground>> ground_in(const Json& form) {
  const Json* ground = form.find("ground");
  if (ground == nullptr || ground->is_null()) return std::nullopt;
  silo::Ground told;
  for (const auto& [member, place] :
       {std::pair{"basis", &told.basis}, std::pair{"reference", &told.reference},
        std::pair{"approver", &told.approver}, std::pair{"jurisdiction", &told.jurisdiction}}) {
    ASSIGN_OR_RETURN(*place, about("ground", required_string(*ground, member)));
  }
  if (!told.complete()) {
    return wrong("ground", "The ground is not complete.",
                 "Give basis, reference, approver and jurisdiction, each in at most 200 bytes.");
  }
  return told;
}

void write_shared(JsonWriter& w, const policy::Kind& kind, const silo::Shared& shared) {
  w.begin_object().key("fields").begin_object();
  for (const auto& [name, value] : shared.fields) {
    const auto field = std::ranges::find(kind.fields, name, &policy::Field::name);
    require(field != kind.fields.end(), "what was shared is a field of its kind");
    w.key(name);
    write_field(w, field->type, value);
  }
  w.end_object().key("stripped").begin_array();
  for (const std::string& name : shared.stripped) w.value(name);
  w.end_array().key("clauses").begin_array();
  for (const std::string& clause : shared.clauses) w.value(clause);
  w.end_array().end_object();
}

Asked<Response> share_record(const Api& api, const Context& context) {
  constexpr std::size_t kMostFields = 64;
  const auto policy = api.store.policy();
  ASSIGN_OR_RETURN(const policy::Kind kind, kind_of(api, *policy, context));
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto purpose, about("purpose", required_string(form, "purpose")));
  ASSIGN_OR_RETURN(const auto party, about("party", required_string(form, "party")));
  silo::ShareRequest request{.kind = kind.id,
                             .id = context.parameter("record"),
                             .fields = {},
                             .recipient = {},
                             .ground = {}};
  ASSIGN_OR_RETURN(request.recipient, about("recipient", required_string(form, "recipient")));
  ASSIGN_OR_RETURN(request.fields, texts_in(form, "fields", kMostFields));
  ASSIGN_OR_RETURN(request.ground, ground_in(form));
  ASSIGN_OR_RETURN(Claims claims, claims_in(form));
  if (request.ground && std::ranges::find(kDemands, request.ground->basis) != kDemands.end()) {
    claims.emplace_back("required_by_law", true);
  }
  ASSIGN_OR_RETURN(const policy::Access access,
                   access_for(*policy, context, purpose, party, claims));
  ASSIGN_OR_RETURN(const auto silo, api.store.silo(context.organization));
  ASSIGN_OR_RETURN(const silo::Shared shared, silo->share(access, request));
  JsonWriter w;
  write_shared(w, kind, shared);
  return json(std::move(w));
}

}  // namespace

void add_record_routes(Router& router, const Api& api) {
  const std::string records = below(kOrganizationPath, "/records/{kind}");
  router.add({.method = Method::kPost,
              .pattern = records,
              .name = "file_record",
              .summary = "File a record of a kind that the policy declares, or file it anew",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"NewRecord"},
              .answers = {{.status = 201, .body = Body{"Filed"}}},
              .handler = bind(api, file_record)});
  router.add({.method = Method::kGet,
              .pattern = records + "/{record}",
              .name = "show_record",
              .summary = "A record, for a purpose that the policy allows",
              .need = Need::kSessionOrKey,
              .parameters = {{.name = "purpose", .description = "By default service"},
                             {.name = "party", .description = "organization, and no other"},
                             {.name = "holds", .description = "Conditions, with commas between"},
                             {.name = "fails", .description = "Likewise"}},
              .answers = {{.body = Body{"Record"}}},
              .handler = bind(api, show_record)});
  router.add({.method = Method::kPost,
              .pattern = records + "/{record}/share",
              .name = "share_record",
              .summary = "Hand on what the policy lets a party have, with a line in the journal",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .request = Body{"ShareQuestion"},
              .answers = {{.body = Body{"Shared"}}},
              .handler = bind(api, share_record)});
}

}  // namespace heed::http
