#include "policy/publish/explain.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "policy/compile/clause_place.h"
#include "policy/publish/plain.h"
#include "policy/tree.h"

namespace heed::policy {
namespace {

Truth truth_of(const Policy& policy, Conditions conditions, Dimension dimension,
               std::string_view path) {
  const auto fact = policy.facts().find(fact_path(dimension, path));
  if (!fact) return Truth::kUnknown;
  const std::uint64_t bit = std::uint64_t{1} << fact->index;
  if ((conditions.holds() & bit) != 0) return Truth::kHolds;
  return (conditions.fails() & bit) != 0 ? Truth::kFails : Truth::kUnknown;
}

/// Why the scope of a rule that is silent does not apply: the first fact that keeps it silent.
std::string missing(const Policy& policy, const Rule& rule, Conditions conditions) {
  const auto silences = [&](Truth truth, Truth wanted) {
    return rule.allow ? truth != wanted : truth != Truth::kUnknown && truth != wanted;
  };
  const auto told = [](Truth truth) {
    return truth == Truth::kUnknown ? "is not known"
           : truth == Truth::kHolds ? "holds"
                                    : "does not hold";
  };
  for (const Name& name : rule.scope.when) {
    const Truth truth = truth_of(policy, conditions, Dimension::kCondition, name.text);
    if (silences(truth, Truth::kHolds)) return fmt::format("{} {}", name.text, told(truth));
  }
  for (const Name& name : rule.scope.unless) {
    const Truth truth = truth_of(policy, conditions, Dimension::kCondition, name.text);
    if (silences(truth, Truth::kFails)) return fmt::format("{} {}", name.text, told(truth));
  }
  const std::array parts = {std::pair{Dimension::kSource, &rule.scope.sources},
                            std::pair{Dimension::kSubject, &rule.scope.subjects},
                            std::pair{Dimension::kRegion, &rule.scope.regions},
                            std::pair{Dimension::kChannel, &rule.scope.channels}};
  for (const auto& [dimension, paths] : parts) {
    if (paths->empty() || paths->front().text == "any") continue;
    Truth best = Truth::kFails;
    std::vector<std::string> names;
    for (const Name& path : *paths) {
      best = std::max(best, truth_of(policy, conditions, dimension, path.text));
      names.push_back(path.text);
    }
    if (!silences(best, Truth::kHolds)) continue;
    return best == Truth::kUnknown
               ? fmt::format("the {} is not known to be {}", name_of(dimension),
                             list_of(names, "or"))
               : fmt::format("the {} is not {}", name_of(dimension), list_of(names, "or"));
  }
  return "its exception's part lies outside";
}

/// A rule with several sources, subjects, regions or channels is heard once for each; it is told
/// once, by the way that came furthest.
int rank(const Heard& heard) {
  if (heard.speaks) return 2;
  return heard.taken_by != nullptr && heard.scope != Truth::kFails ? 1 : 0;
}

std::vector<Heard> once(const std::vector<Heard>& all) {
  std::vector<Heard> kept;
  std::unordered_map<const Rule*, std::size_t> at;
  for (const Heard& heard : all) {
    const auto [found, is_new] = at.emplace(heard.rule, kept.size());
    if (is_new) {
      kept.push_back(heard);
    } else if (rank(heard) > rank(kept[found->second])) {
      kept[found->second] = heard;
    }
  }
  return kept;
}

std::string outcome_of(const Policy& policy, const Heard& heard, Decision decision,
                       Conditions conditions) {
  if (heard.speaks) {
    if (heard.rule->allow == decision.allowed) return "agrees";
    return fmt::format("loses to the deny of {}", policy.clauses()[decision.clause].id);
  }
  if (rank(heard) == 1) {
    return fmt::format("is taken out by its exception in line {}", heard.taken_by->place.line);
  }
  return "does not apply: " + missing(policy, *heard.rule, conditions);
}

std::string answer_of(const Policy& policy, const Access& access, Category category,
                      const Explanation& explained) {
  const std::string request = fmt::format(
      "{} to {} for {}", spaced(policy.categories().path(category)),
      spaced(policy.parties().path(access.party)), spaced(policy.purposes().path(access.purpose)));
  if (explained.allowed) return fmt::format("Allowed by clause {}: {}.", explained.clause, request);
  if (explained.clause != "default") {
    return fmt::format("Refused by clause {}: {}.", explained.clause, request);
  }
  return fmt::format("Refused, since no clause surely allows it: {}.", request);
}

}  // namespace

Explanation explain(const Policy& policy, const Access& access, Category category) {
  Explanation explained;
  const Decision decision = policy.decide(access, category);
  explained.allowed = decision.allowed;
  const Refusal named = policy.refusal_of(decision, "");
  explained.clause = named.clause;
  explained.sentence = named.sentence;
  explained.answer = answer_of(policy, access, category, explained);
  bool decided = false;
  const auto all = once(hear(policy, access.purpose, category, access.party, access.conditions));
  for (const Heard& heard : all) {
    const Clause& clause = policy.clauses()[heard.rule->clause];
    Reason reason{clause.id,
                  clause.sentence,
                  clause_place(policy, clause.id).document->file,
                  heard.rule->place,
                  tell(policy, *heard.rule),
                  heard.rule->allow,
                  false,
                  {}};
    reason.decided = !decided && heard.speaks && heard.rule->allow == decision.allowed &&
                     heard.rule->clause == decision.clause;
    reason.outcome =
        reason.decided ? "decides" : outcome_of(policy, heard, decision, access.conditions);
    decided = decided || reason.decided;
    explained.reasons.push_back(std::move(reason));
  }
  return explained;
}

}  // namespace heed::policy
