#include "http/record_asked.h"

#include <algorithm>
#include <array>

#include "http/limits.h"
#include "http/record_shapes.h"

namespace heed::http {
namespace {

// Facts that the program itself finds out (policies/words.policy). A caller who could claim them
// would open what they guard.
constexpr std::array<std::string_view, 12> kFoundOut = {
    "contract_valid", "same_person",     "verified_address",
    "verified_login", "aggregated",      "verified_three_points_signed",
    "ground_logged",  "required_by_law", "verified_two_points",
    "enrolled",       "safeguarded",     "on_behalf"};

Asked<void> claim(Claims& claims, std::string name, bool truth, std::string_view member) {
  if (std::ranges::find(kFoundOut, name) != kFoundOut.end()) {
    return wrong(member, "Whether " + name + " holds is found out by the program.",
                 "Leave it out.");
  }
  if (claims.size() == kMaxFacts) return wrong(member, "These are too many facts.");
  claims.emplace_back(std::move(name), truth);
  return {};
}

}  // namespace

Asked<policy::Kind> kind_named(const Api& api, const policy::Policy& policy,
                               std::string_view name) {
  const policy::Kind* kind = policy.kind(name);
  const bool own = std::ranges::any_of(
      api.inventory.kinds, [&](const policy::Kind& known) { return known.name == name; });
  if (kind == nullptr || own || kind->shape != policy::Shape::kRecord) return refuse(not_found());
  return *kind;
}

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

Asked<policy::Access> reading_access(const policy::Policy& policy, const Context& context) {
  const std::string* purpose = context.request.query.find("purpose");
  const std::string* party = context.request.query.find("party");
  if (party != nullptr && *party != "organization") {
    // Who asks here is of the organization, whatever they say: to others it goes by being shared.
    return wrong("party", "What is read here goes to the organization.",
                 "Hand it on with POST …/share, which tells the journal.");
  }
  ASSIGN_OR_RETURN(const Claims claims, claims_in(context.request.query));
  return access_for(policy, context, purpose != nullptr ? *purpose : "service", "organization",
                    claims);
}

std::vector<Parameter> reading_parameters() {
  return {{.name = "purpose", .description = "By default service"},
          {.name = "party", .description = "organization, and no other"},
          {.name = "holds", .description = "Conditions, with commas between"},
          {.name = "fails", .description = "Likewise"}};
}

Asked<Response> page_of_records(const silo::Silo& silo, const policy::Access& access,
                                const policy::Kind& kind, const Context& context,
                                silo::Query query) {
  const std::string* after = context.request.query.find("after");
  if (after != nullptr) query.after = *after;
  ASSIGN_OR_RETURN(const std::int64_t limit,
                   about("limit", context.request.query.number("limit", 1, kMaxRecordPage, 100)));
  query.limit = static_cast<std::size_t>(limit);
  ASSIGN_OR_RETURN(const silo::Page page, silo.query(access, query));
  JsonWriter w;
  w.begin_object().key("items").begin_array();
  for (const silo::Record& record : page.records) write_record(w, kind, record);
  w.end_array().key("next");
  page.next.empty() ? w.null() : w.value(page.next);
  w.member("withheld", page.withheld).end_object();
  return json(std::move(w));
}

std::vector<Parameter> page_parameters() {
  return {{.name = "after", .description = "What the page before said as next"},
          {.name = "limit",
           .schema = R"({"type":"integer","minimum":1,"maximum":1000})",
           .description = "Records of a page; by default 100"}};
}

std::string text_or(const Json& form, std::string_view member, std::string_view otherwise) {
  const Json* found = form.find(member);
  return found != nullptr && found->string() != nullptr ? *found->string() : std::string(otherwise);
}

Asked<SubjectId> subject_in(const Json& form) {
  const Json* member = given(form, "subject");
  if (member == nullptr) return SubjectId();
  const auto id = member->string() != nullptr ? SubjectId::parse(*member->string()) : std::nullopt;
  if (!id) return wrong("subject", "This is no id of a subject.");
  return *id;
}

}  // namespace heed::http
