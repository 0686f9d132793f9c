// What has no effect: words that nothing speaks of, rules that never win.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "policy/compile/cubes.h"
#include "policy/lint/lint_checks.h"

namespace heed::policy {
namespace {

/// Words that a clause or a kind names, each as "dimension:path".
class Spoken {
 public:
  explicit Spoken(const Policy& policy) {
    each_rule(policy.rules(), [&](const Rule& rule) { add(rule.scope); });
    for (const Duty& duty : policy.duties()) {
      add(duty.scope);
      add(Dimension::kEvent, duty.event);
    }
    for (const Kind& kind : policy.kinds()) {
      for (const Field& field : kind.fields) add(Dimension::kCategory, field.category);
    }
  }
  /// The word itself, one above or one below it.
  bool of(Dimension dimension, const std::string& path) const {
    const std::string key = fact_path(dimension, path);
    if (said_.contains(key)) return true;
    const auto below = said_.lower_bound(key + ".");
    if (below != said_.end() && below->starts_with(key + ".")) return true;
    for (std::size_t dot = path.rfind('.'); dot != std::string::npos && dot > 0;
         dot = path.rfind('.', dot - 1)) {
      if (said_.contains(fact_path(dimension, path.substr(0, dot)))) return true;
    }
    return false;
  }

 private:
  void add(Dimension dimension, const std::string& path) {
    said_.insert(fact_path(dimension, path));
  }
  void add(const Scope& scope) {
    const std::array parts = {std::pair{Dimension::kCategory, &scope.categories},
                              std::pair{Dimension::kPurpose, &scope.purposes},
                              std::pair{Dimension::kParty, &scope.parties},
                              std::pair{Dimension::kSource, &scope.sources},
                              std::pair{Dimension::kSubject, &scope.subjects},
                              std::pair{Dimension::kRegion, &scope.regions},
                              std::pair{Dimension::kChannel, &scope.channels},
                              std::pair{Dimension::kCondition, &scope.when},
                              std::pair{Dimension::kCondition, &scope.unless}};
    for (const auto& [dimension, paths] : parts) {
      for (const Name& path : *paths) add(dimension, path.text);
    }
  }

  std::set<std::string> said_;
};

void check_word(Linter& linter, const Spoken& spoken, const Document& document, Dimension dimension,
                const WordNode& word, const std::string& path) {
  if (!spoken.of(dimension, path)) {
    const bool condition = dimension == Dimension::kCondition;
    linter.warn_at(condition ? "unused-condition" : "unspoken-word", document, word.name.place,
                   condition
                       ? fmt::format("no rule asks for the condition '{}'", path)
                       : fmt::format("no clause speaks of the {} '{}'", name_of(dimension), path),
                   "leave it out, or write the clause that it is for");
    return;  // what is below it is as silent
  }
  for (const WordNode& below : word.below) {
    check_word(linter, spoken, document, dimension, below, path + "." + below.name.text);
  }
}

/// Whether in this cell some deny is possible whenever the allow is certain.
bool swallowed(std::span<const CellRule> rules, const Cube& allow) {
  return std::ranges::any_of(rules, [&](const CellRule& deny) {
    return !deny.allow && (deny.must & ~allow.must) == 0 && (deny.must_not & ~allow.must_not) == 0;
  });
}

bool ever_wins(const Policy& policy, const Rule& rule) {
  const auto ways = alternatives(rule.scope, policy.facts());
  const auto categories = covered(policy, policy.categories(), rule.scope.categories);
  const auto parties = covered(policy, policy.parties(), rule.scope.parties);
  for (const Purpose purpose : covered(policy, policy.purposes(), rule.scope.purposes)) {
    for (const Category category : categories) {
      for (const Party party : parties) {
        const auto rules =
            policy.table().rules(policy.table().set_number(purpose, category, party));
        if (!std::ranges::all_of(
                ways, [&](const Alternative& way) { return swallowed(rules, way.cube); })) {
          return true;
        }
      }
    }
  }
  return false;
}

}  // namespace

void check_unused(Linter& linter) {
  const Spoken spoken(linter.policy());
  for (const Document& document : linter.policy().documents()) {
    if (document.header.kind == FileKind::kWords) continue;  // stands for many policies
    for (const Declaration& declaration : document.declarations) {
      const auto* vocabulary = std::get_if<VocabularyNode>(&declaration);
      if (vocabulary == nullptr) continue;
      check_word(linter, spoken, document, vocabulary->dimension, vocabulary->word,
                 vocabulary->word.name.text);
    }
  }
}

void check_dead_rules(Linter& linter) {
  each_rule(linter.policy().rules(), [&](const Rule& rule) {
    if (!rule.allow || ever_wins(linter.policy(), rule)) return;
    linter.warn_rule("dead-rule", rule,
                     "this allow never wins: denies of this policy cover all of it",
                     "leave it out, or make it an exception of the deny that covers it");
  });
}

}  // namespace heed::policy
