#include "policy/tree.h"

#include <algorithm>
#include <array>

#include "policy/compile/compiler.h"

namespace heed::policy {
namespace {

struct Literal {
  Fact fact;
  bool wanted = true;
  bool operator==(const Literal&) const = default;
};
using Literals = std::vector<Literal>;

struct Cell {
  Purpose purpose;
  Category category;
  Party party;
};

template <class Tag>
bool speaks_of(const Vocabulary<Tag>& words, const std::vector<Name>& paths, Word<Tag> word) {
  return std::ranges::any_of(paths, [&](const Name& path) {
    if (path.text == "any") return true;
    const auto above = words.find(path.text);
    return above && words.covers(*above, word);
  });
}

bool covers(const Policy& policy, const Scope& scope, const Cell& cell) {
  return speaks_of(policy.purposes(), scope.purposes, cell.purpose) &&
         speaks_of(policy.categories(), scope.categories, cell.category) &&
         speaks_of(policy.parties(), scope.parties, cell.party);
}

Fact fact_of(const Policy& policy, Dimension dimension, const std::string& path) {
  return *policy.facts().find(fact_path(dimension, path));
}

/// Each way to choose one source, subject, region and channel of those that the scope names.
std::vector<Literals> ways(const Policy& policy, const Scope& scope) {
  Literals always;
  for (const Name& n : scope.when) {
    always.push_back({fact_of(policy, Dimension::kCondition, n.text), true});
  }
  for (const Name& n : scope.unless) {
    always.push_back({fact_of(policy, Dimension::kCondition, n.text), false});
  }
  std::vector<Literals> all = {always};
  const std::array parts = {std::pair{Dimension::kSource, &scope.sources},
                            std::pair{Dimension::kSubject, &scope.subjects},
                            std::pair{Dimension::kRegion, &scope.regions},
                            std::pair{Dimension::kChannel, &scope.channels}};
  for (const auto& [dimension, paths] : parts) {
    if (paths->front().text == "any") continue;
    std::vector<Literals> longer;
    for (const Literals& way : all) {
      for (const Name& path : *paths) {
        Literals one = way;
        one.push_back({fact_of(policy, dimension, path.text), true});
        longer.push_back(std::move(one));
      }
    }
    all = std::move(longer);
  }
  return all;
}

bool has(const Literals& literals, const Literal& literal) {
  return std::ranges::find(literals, literal) != literals.end();
}

std::string_view dimension_of(const Policy& policy, Fact fact) {
  const std::string_view path = policy.facts().path(fact);
  return path.substr(0, path.find(':'));
}

/// An exception from another source than its rule's way is none of that way.
bool meets(const Policy& policy, const Literals& inner, const Literals& outer) {
  return std::ranges::all_of(outer, [&](const Literal& o) {
    const std::string_view dimension = dimension_of(policy, o.fact);
    if (dimension == "condition") return true;
    return std::ranges::any_of(inner, [&](const Literal& i) {
      return dimension_of(policy, i.fact) == dimension && policy.facts().covers(o.fact, i.fact);
    });
  });
}

Truth truth(const Literals& literals, Conditions conditions) {
  Truth least = Truth::kHolds;
  for (const Literal& literal : literals) {
    const std::uint64_t bit = std::uint64_t{1} << literal.fact.index;
    const bool holds = (conditions.holds() & bit) != 0;
    const bool fails = (conditions.fails() & bit) != 0;
    Truth one = Truth::kUnknown;
    if (literal.wanted ? holds : fails) one = Truth::kHolds;
    if (literal.wanted ? fails : holds) one = Truth::kFails;
    least = std::min(least, one);
  }
  return least;
}

class Ear {
 public:
  Ear(const Policy& policy, const Cell& cell, Conditions conditions)
      : policy_(policy), cell_(cell), conditions_(conditions) {}

  void listen(const Rule& rule, const Literals& within) {
    if (!covers(policy_, rule.scope, cell_)) return;
    for (const Literals& way : ways(policy_, rule.scope)) {
      if (meets(policy_, way, within)) listen_to_way(rule, way, within);
    }
  }
  std::vector<Heard> take() { return std::move(heard_); }

 private:
  void listen_to_way(const Rule& rule, const Literals& way, const Literals& within) {
    Literals whole = within;
    for (const Literal& literal : way) {
      if (!has(whole, literal)) whole.push_back(literal);
    }
    Heard heard{&rule, truth(whole, conditions_), nullptr, false};
    for (const Rule& exception : rule.exceptions) {
      if (!covers(policy_, exception.scope, cell_)) continue;
      for (const Literals& inner : ways(policy_, exception.scope)) {
        if (!meets(policy_, inner, whole)) continue;
        Literals own;
        for (const Literal& literal : inner) {
          if (!has(whole, literal)) own.push_back(literal);
        }
        const Truth taken = truth(own, conditions_);
        if (rule.allow ? taken != Truth::kFails : taken == Truth::kHolds) {
          heard.taken_by = &exception;
        }
      }
    }
    const bool applies = rule.allow ? heard.scope == Truth::kHolds : heard.scope != Truth::kFails;
    heard.speaks = applies && heard.taken_by == nullptr;
    heard_.push_back(heard);
    for (const Rule& exception : rule.exceptions) listen(exception, whole);
  }

  const Policy& policy_;
  const Cell cell_;
  const Conditions conditions_;
  std::vector<Heard> heard_;
};

template <class Tag>
bool declared(const Policy& policy, const Vocabulary<Tag>& words, Word<Tag> word) {
  return word.index < words.size() && policy.gloss(word).declared;
}

}  // namespace

std::vector<Heard> hear(const Policy& policy, Purpose purpose, Category category, Party party,
                        Conditions conditions) {
  if (!declared(policy, policy.purposes(), purpose) ||
      !declared(policy, policy.categories(), category) ||
      !declared(policy, policy.parties(), party)) {
    return {};
  }
  Ear ear(policy, {purpose, category, party}, conditions);
  for (const Rule& rule : policy.rules()) ear.listen(rule, {});
  return ear.take();
}

Decision decide_by_tree(const Policy& policy, Purpose purpose, Category category, Party party,
                        Conditions conditions) {
  Decision decision;
  for (const Heard& heard : hear(policy, purpose, category, party, conditions)) {
    if (!heard.speaks) continue;
    const bool first = decision.clause == Table::kDefault;
    const bool allow = heard.rule->allow;
    const bool stronger = decision.allowed && !allow;
    const bool earlier =
        allow == decision.allowed && !first &&
        id_before(policy.clauses()[heard.rule->clause].id, policy.clauses()[decision.clause].id);
    if (first || stronger || earlier) decision = {allow, heard.rule->clause};
  }
  return decision;
}

}  // namespace heed::policy
