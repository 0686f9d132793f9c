#include "http/policy_evidence.h"

#include <algorithm>
#include <map>
#include <set>

namespace heed::http {
namespace {

/// Whether `above` is `path` or an ancestor of it.
bool covers(std::string_view above, std::string_view path) {
  return path.starts_with(above) && (path.size() == above.size() || path[above.size()] == '.');
}

/// Whether a rule that names `names` may speak of an access under `path`, or below it.
bool speaks_of(const std::vector<policy::Name>& names, std::string_view path) {
  return names.empty() || std::ranges::any_of(names, [&](const policy::Name& name) {
           return name.text == "any" || covers(name.text, path) || covers(path, name.text);
         });
}

void count_silo(silo::Silo& silo, const policy::Access& access, std::int32_t from_day,
                std::map<std::string, policy::Evidence::Clause>& clauses) {
  const auto log = silo.decisions(access, from_day);
  if (!log) return;  // A policy may keep the journal from us: then there is nothing to show.
  for (const policy::LoggedDecision& decision : log->decisions) {
    policy::Evidence::Clause& clause = clauses[decision.clause];
    (decision.allowed ? clause.allowed : clause.refused) += decision.count;
  }
}

}  // namespace

std::vector<policy::Evidence::Point> enforcement_points(const policy::Policy& policy,
                                                        const policy::Inventory& inventory) {
  std::set<std::pair<std::uint16_t, std::string>> found;
  for (const policy::Inventory::Use& use : inventory.uses) {
    for (const policy::Rule& rule : policy.rules()) {
      if (speaks_of(rule.scope.purposes, use.purpose) && speaks_of(rule.scope.parties, use.party)) {
        found.emplace(rule.clause, use.where);
      }
    }
  }
  std::vector<policy::Evidence::Point> points;
  for (const auto& [clause, where] : found) points.push_back({policy.clauses()[clause].id, where});
  return points;
}

std::shared_ptr<const policy::Evidence> EvidenceKeeper::load_evidence() {
  const auto policy = store_.policy();
  {
    const Lock lock(mutex_);
    const bool same = known_.evidence != nullptr && known_.hash == policy->hash();
    const bool fresh = same && clock_.steady() - known_.counted < kAge;
    if (fresh || (counting_ && same)) return known_.evidence;
    if (counting_) return std::make_shared<const policy::Evidence>();
    counting_ = true;
  }
  auto counted = std::make_shared<const policy::Evidence>(count(*policy));
  const Lock lock(mutex_);
  known_ = {counted, policy->hash(), clock_.steady()};
  counting_ = false;
  return counted;
}

policy::Evidence EvidenceKeeper::count(const policy::Policy& policy) const {
  policy::Evidence evidence;
  evidence.points = enforcement_points(policy, inventory_);
  const auto access = policy.access("http", "operation", "engine");
  if (!access) return evidence;
  const Time now = clock_.now();
  std::map<std::string, policy::Evidence::Clause> clauses;
  for (const OrganizationId organization : store_.organizations()) {
    if (auto silo = store_.silo(organization)) {
      count_silo(**silo, *access, now.utc_day() - kDays + 1, clauses);
    }
  }
  for (auto& [id, clause] : clauses) {
    clause.id = id;
    evidence.clauses.push_back(std::move(clause));
  }
  evidence.counted_until = now;
  return evidence;
}

}  // namespace heed::http
