// Rules that mean more in law than they look.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "policy/lint/lint.h"
#include "policy/lint/lint_checks.h"
#include "policy/publish/plain.h"

namespace heed::policy {
namespace {

using Names = std::vector<Name>;

bool is_any(const Names& paths) {
  return paths.empty() || paths[0].text == "any";
}

std::string_view root(std::string_view path) {
  return path.substr(0, path.find('.'));
}

/// Whether the word at `path` or one above it fits.
template <class Tag, class Fits>
bool above(const Policy& policy, const Vocabulary<Tag>& words, std::string_view path,
           const Fits& fits) {
  for (auto word = words.find(path); word; word = words.parent(*word)) {
    if (fits(words.path(*word), policy.gloss(*word).iri)) return true;
  }
  return false;
}

bool is_marketing(const Policy& policy, std::string_view purpose) {
  return above(policy, policy.purposes(), purpose, [](std::string_view path, std::string_view iri) {
    const std::string_view last = path.substr(path.rfind('.') + 1);
    return last == "marketing" || last == "advertising" || last == "ads" ||
           iri == "dpv:Marketing" || iri == "dpv:Advertising";
  });
}

bool is_personal(const Policy& policy, std::string_view category) {
  return above(policy, policy.categories(), category,
               [](std::string_view path, std::string_view iri) {
                 return path == "personal" || iri == "dpv:PersonalData" || iri.starts_with("pd:");
               });
}

/// The operator itself, who works for it, whom the data are about, and who must be told by law.
bool is_within(const Policy& policy, std::string_view party) {
  constexpr std::array<std::string_view, 7> kNames = {
      "organization", "staff", "engine", "person", "affiliate", "processor", "authority"};
  constexpr std::array<std::string_view, 4> kTerms = {"dpv:DataProcessor", "dpv:DataSubject",
                                                      "dpv:Authority", "dpv:DataController"};
  return above(policy, policy.parties(), party, [&](std::string_view path, std::string_view iri) {
    return std::ranges::count(kNames, path) > 0 || std::ranges::count(kTerms, iri) > 0;
  });
}

/// The request that suits an allow best: all that it wants is known to hold, all else to fail.
Conditions best_for(const Policy& policy, const Scope& scope) {
  Conditions all;
  for (std::uint16_t i = 0; i < policy.facts().size(); ++i) all = all.with(Fact{i}, false);
  for (const Name& name : scope.when) {
    if (const auto fact = policy.facts().find("condition:" + name.text))
      all = all.with(*fact, true);
  }
  const std::array parts = {std::pair{Dimension::kSource, &scope.sources},
                            std::pair{Dimension::kSubject, &scope.subjects},
                            std::pair{Dimension::kRegion, &scope.regions},
                            std::pair{Dimension::kChannel, &scope.channels}};
  for (const auto& [dimension, paths] : parts) {
    if (!is_any(*paths)) all = policy.knowing(all, dimension, paths->front().text);
  }
  return all;
}

/// Whether nothing that the allow covers passes once the condition holds: it says so itself, or
/// other clauses deny all of it.
bool honours(const Policy& policy, const Rule& rule, std::string_view condition) {
  if (std::ranges::count(rule.scope.unless, condition, &Name::text) > 0) return true;
  const auto fact = policy.facts().find("condition:" + std::string(condition));
  if (!fact) return false;
  const Conditions conditions = best_for(policy, rule.scope).with(*fact, true);
  const auto categories = covered(policy, policy.categories(), rule.scope.categories);
  const auto parties = covered(policy, policy.parties(), rule.scope.parties);
  for (const Purpose purpose : covered(policy, policy.purposes(), rule.scope.purposes)) {
    for (const Category category : categories) {
      for (const Party party : parties) {
        if (policy.table().decide(purpose, category, party, conditions).allowed) return false;
      }
    }
  }
  return true;
}

bool is_sale(const Policy& policy, const Rule& rule) {
  const Scope& scope = rule.scope;
  if (!rule.allow) return false;
  const bool personal =
      is_any(scope.categories) || std::ranges::any_of(scope.categories, [&](const Name& name) {
        return is_personal(policy, name.text);
      });
  const bool marketing = is_any(scope.purposes)
                             ? personal
                             : std::ranges::any_of(scope.purposes, [&](const Name& name) {
                                 return is_marketing(policy, name.text);
                               });
  return marketing && !is_any(scope.parties) &&
         std::ranges::any_of(scope.parties,
                             [&](const Name& name) { return !is_within(policy, name.text); });
}

/// Whether every request for this purpose and category is denied by a clause, whatever its facts.
bool denied_outright(const Policy& policy, Purpose purpose, Category category) {
  for (std::uint16_t party = 0; party < policy.parties().size(); ++party) {
    if (!policy.gloss(Party{party}).declared) continue;
    const auto rules =
        policy.table().rules(policy.table().set_number(purpose, category, Party{party}));
    if (std::ranges::none_of(rules, [](const CellRule& rule) {
          return !rule.allow && rule.must == 0 && rule.must_not == 0;
        })) {
      return false;
    }
  }
  return true;
}

template <class Tag>
bool covers(const Vocabulary<Tag>& words, const Names& paths, Word<Tag> word) {
  return std::ranges::any_of(paths, [&](const Name& path) {
    const auto over = words.find(path.text);
    return over && words.covers(*over, word);
  });
}

/// Categories other than `category` that some allow names for this purpose by name.
void add_allowed(const Policy& policy, Purpose purpose, std::string_view category,
                 std::set<std::string>& allowed) {
  for (const Rule& rule : policy.rules()) {
    if (!rule.allow || is_any(rule.scope.categories) ||
        !covers(policy.purposes(), rule.scope.purposes, purpose)) {
      continue;
    }
    for (const Name& name : rule.scope.categories) {
      if (root(name.text) != category) allowed.insert(std::string(root(name.text)));
    }
  }
}

void check_split(Linter& linter, const Rule& rule, const Name& denied) {
  const Policy& policy = linter.policy();
  const auto category = policy.categories().find(denied.text);
  if (!category || policy.gloss(*category).sensitive || denied.text != root(denied.text)) return;
  std::vector<std::string> purposes;
  std::set<std::string> allowed;
  for (std::uint16_t i = 0; i < policy.purposes().size(); ++i) {
    const Purpose purpose{i};
    if (!policy.gloss(purpose).declared || policy.purposes().parent(purpose)) continue;
    if (!is_any(rule.scope.purposes) && !covers(policy.purposes(), rule.scope.purposes, purpose)) {
      continue;
    }
    std::set<std::string> others;
    add_allowed(policy, purpose, denied.text, others);
    if (others.empty() || !denied_outright(policy, purpose, *category)) continue;
    purposes.push_back(spaced(policy.purposes().path(purpose)));
    allowed.merge(others);
  }
  if (purposes.empty()) return;
  std::vector<std::string> others;
  for (const std::string& path : allowed) others.push_back(spaced(path));
  linter.warn_rule("split-purpose", rule,
                   fmt::format("{} is denied for {}, for which other clauses allow {}; one table "
                               "may hold both",
                               spaced(denied.text), list_of(purposes), list_of(others)),
                   "give each field its own category, so that one read can be allowed in part");
}

}  // namespace

bool honours_gpc(const Policy& policy) {
  bool all = true;
  each_rule(policy.rules(), [&](const Rule& rule) {
    all = all && (!is_sale(policy, rule) || honours(policy, rule, "gpc"));
  });
  return all;
}

void check_sales(Linter& linter) {
  const Policy& policy = linter.policy();
  each_rule(policy.rules(), [&](const Rule& rule) {
    if (!is_sale(policy, rule)) return;
    std::vector<std::string> missing;
    for (const std::string_view condition : {"opted_out", "gpc", "minor"}) {
      if (!honours(policy, rule, condition)) missing.emplace_back(condition);
    }
    linter.warn_rule(
        "likely-sale", rule,
        fmt::format("others get data for marketing of their own, in law likely a sale or sharing "
                    "(Civ. 1798.140): opt-out link, Global Privacy Control and minors' opt-in are "
                    "mandatory{}",
                    missing.empty()
                        ? std::string()
                        : fmt::format("; this rule does not mind {}", list_of(missing, "or"))),
        missing.empty() ? "offer the opt-out link on every page, and say so in a sentence"
                        : "add: unless " + list_of(missing, "and"));
  });
}

void check_open_categories(Linter& linter) {
  const Policy& policy = linter.policy();
  for (const Rule& rule : policy.rules()) {
    if (!rule.allow || !is_any(rule.scope.purposes) || is_any(rule.scope.categories)) continue;
    std::vector<std::string> paths;
    for (const Name& name : rule.scope.categories) {
      if (!is_personal(policy, name.text)) paths.push_back(spaced(name.text));
    }
    if (paths.empty()) continue;
    const bool by_law = honours(policy, rule, "personal_by_law");
    linter.warn_rule(
        "open-category", rule,
        fmt::format("{} may serve any purpose, while the law of some regions calls addresses, "
                    "cookies and device numbers personal (Civ. 1798.140(v)){}",
                    list_of(paths), by_law ? "; so everything hangs on personal_by_law" : ""),
        by_law ? "make sure that personal_by_law is computed from the region of the item"
               : "add: unless personal_by_law");
  }
}

void check_split_purposes(Linter& linter) {
  std::set<std::pair<std::uint16_t, std::string>> seen;  // a clause may deny it rule by rule
  for (const Rule& rule : linter.policy().rules()) {
    if (rule.allow || rule.from_duty || is_any(rule.scope.categories)) continue;
    for (const Name& name : rule.scope.categories) {
      if (seen.emplace(rule.clause, name.text).second) check_split(linter, rule, name);
    }
  }
}

}  // namespace heed::policy
