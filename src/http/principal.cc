#include "http/principal.h"

#include "silo/intake.h"

namespace heed::http {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kToken = "Token ";  // InfluxDB's word for it
constexpr std::string_view kPurpose = "service.monitoring";
constexpr std::string_view kTransfer = "service.transfer";
constexpr std::string_view kReports = "reports";
constexpr std::string_view kParty = "organization";

Principal of_key(const people::ApiKey& key) {
  Principal principal{.kind = Principal::Kind::kKey,
                      .id = key.id.text(),
                      .csrf = {},
                      .scopes = {},
                      .operates = false,
                      .organizations = {key.organization}};
  if (key.scopes.has(people::Scope::kRead)) principal.scopes.push_back(Scope::kRead);
  if (key.scopes.has(people::Scope::kWrite)) principal.scopes.push_back(Scope::kWrite);
  if (key.scopes.has(people::Scope::kIngest)) principal.scopes.push_back(Scope::kIngest);
  return principal;
}

Principal of_session(const people::Session& session) {
  Principal principal{.kind = Principal::Kind::kPerson,
                      .id = session.person.text(),
                      .csrf = session.csrf,
                      .scopes = {},
                      .operates = session.operates,
                      .organizations = {}};
  for (const people::Membership& membership : session.memberships) {
    principal.organizations.push_back(membership.organization);
  }
  return principal;
}

}  // namespace

policy::Inventory inventory() {
  policy::Inventory own;
  own.sources = {"api", "browser"};
  own.uses = {{std::string(kPurpose), std::string(kParty), "/api/v1/organizations/"},
              {std::string(kTransfer), std::string(kParty), "/api/v1/organizations/…/programs"},
              {std::string(kReports), std::string(kParty), "/api/v1/organizations/…/report"}};
  own.cookies = {std::string(kSessionCookie)};
  return own;
}

Authenticator authenticator(people::People& people) {
  return [&people](const Request& request) -> Principal {
    const std::string_view authorization = request.headers.value("Authorization");
    for (const std::string_view scheme : {kBearer, kToken}) {
      if (!authorization.starts_with(scheme)) continue;
      const auto key = people.key(authorization.substr(scheme.size()));
      return key && *key ? of_key(**key) : Principal();
    }
    const std::string_view token = request.cookie(kSessionCookie);
    if (token.empty()) return {};
    const auto session = people.session(token);
    return session && *session ? of_session(**session) : Principal();
  };
}

std::function<bool()> standing(people::People& people, const Request& request,
                               OrganizationId organization) {
  Request credentials;
  for (const char* name : {"Authorization", "Cookie"}) {
    if (const std::string* value = request.headers.find(name)) {
      credentials.headers.set(name, *value);
    }
  }
  return [ask = authenticator(people), credentials = std::move(credentials), organization] {
    const Principal principal = ask(credentials);
    const bool reads = principal.kind == Principal::Kind::kPerson || principal.has(Scope::kRead);
    return reads && principal.belongs_to(organization);
  };
}

policy::Access access_of(const Principal& principal, const policy::Policy& policy) {
  auto access = policy.access(principal.id, kPurpose, kParty, silo::own_intake());
  require(access.has_value(), "the policy has the words for showing an organization its data");
  return *std::move(access);
}

Result<policy::Access> report_access_of(const Principal& principal, const policy::Policy& policy) {
  return policy.access(principal.id, kReports, kParty, silo::own_intake());
}

policy::Access sender_access_of(const Principal& principal, const policy::Policy& policy) {
  policy::Access access = access_of(principal, policy);
  if (const auto enrolled = policy.facts().find("condition:enrolled")) {
    access.conditions = access.conditions.with(*enrolled, true);
  }
  access.conditions = policy.knowing(access.conditions, policy::Dimension::kSource, "api");
  return access;
}

policy::Access transfer_access_of(const Principal& principal, const policy::Policy& policy) {
  auto access = policy.access(principal.id, kTransfer, kParty, silo::own_intake());
  require(access.has_value(), "the policy has the words for carrying programs");
  if (const auto enrolled = policy.facts().find("condition:enrolled")) {
    access->conditions = access->conditions.with(*enrolled, true);
  }
  return *std::move(access);
}

}  // namespace heed::http
