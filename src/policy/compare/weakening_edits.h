// For tests only: edits of a policy's tree that may weaken it, by chance.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "policy/random_policy.h"

namespace heed::policy::edits {

/// Gives false where the edit has nothing to work on. What it makes need not compile.
using Edit = std::function<bool(Document& document, RandomPolicy& dice)>;
struct NamedEdit {
  std::string_view name;
  Edit edit;
};

template <class T>
T* pick(std::vector<T*> all, RandomPolicy& dice) {
  return all.empty() ? nullptr : all[dice.below(all.size())];
}

inline std::vector<ClauseNode*> clauses(Document& document) {
  std::vector<ClauseNode*> all;
  for (Declaration& declaration : document.declarations) {
    if (auto* clause = std::get_if<ClauseNode>(&declaration)) all.push_back(clause);
  }
  return all;
}

template <class Node, class Fits>
std::vector<Node*> statements(Document& document, Fits fits) {
  std::vector<Node*> all;
  for (ClauseNode* clause : clauses(document)) {
    for (Statement& statement : clause->statements) {
      auto* node = std::get_if<Node>(&statement);
      if (node != nullptr && fits(*node)) all.push_back(node);
    }
  }
  return all;
}

template <class Fits>
std::vector<RuleNode*> rules(Document& document, Fits fits) {
  return statements<RuleNode>(document, fits);
}
template <class Fits>
std::vector<DutyNode*> duties(Document& document, Fits fits) {
  return statements<DutyNode>(document, fits);
}

/// Removes one statement; a clause without any becomes information.
template <class Fits>
bool drop_statement(Document& document, RandomPolicy& dice, Fits fits) {
  std::vector<std::pair<ClauseNode*, std::size_t>> all;
  for (ClauseNode* clause : clauses(document)) {
    for (std::size_t i = 0; i < clause->statements.size(); ++i) {
      if (fits(clause->statements[i])) all.emplace_back(clause, i);
    }
  }
  if (all.empty()) return false;
  const auto [clause, index] = all[dice.below(all.size())];
  clause->statements.erase(clause->statements.begin() + static_cast<std::ptrdiff_t>(index));
  clause->information = clause->statements.empty();
  return true;
}

inline bool is_rule(const Statement& statement, bool allow) {
  const auto* rule = std::get_if<RuleNode>(&statement);
  return rule != nullptr && rule->allow == allow;
}

/// All names of a dimension's words, "any" left out, of the document's own declarations.
inline void collect(const WordNode& node, const std::string& above, std::vector<std::string>& all) {
  all.push_back(above.empty() ? node.name.text : above + "." + node.name.text);
  const std::string path = all.back();
  for (const WordNode& below : node.below) collect(below, path, all);
}
inline std::vector<std::string> words(const Document& document, Dimension dimension) {
  std::vector<std::string> all;
  for (const Declaration& declaration : document.declarations) {
    const auto* words = std::get_if<VocabularyNode>(&declaration);
    if (words != nullptr && words->dimension == dimension) collect(words->word, "", all);
  }
  return all;
}

inline bool drop_deny(Document& d, RandomPolicy& dice) {
  return drop_statement(d, dice, [](const Statement& s) { return is_rule(s, false); });
}
inline bool drop_duty(Document& d, RandomPolicy& dice) {
  return drop_statement(d, dice,
                        [](const Statement& s) { return std::holds_alternative<DutyNode>(s); });
}

/// To the word above, or to any.
inline bool widen_allow(Document& d, RandomPolicy& dice) {
  RuleNode* rule = pick(rules(d, [](const RuleNode& r) { return r.allow; }), dice);
  if (rule == nullptr) return false;
  constexpr std::array kParts = {&Scope::categories, &Scope::purposes, &Scope::parties,
                                 &Scope::sources};
  auto& paths = rule->scope.*kParts[dice.below(kParts.size())];
  if (paths.empty() || paths[0].text == "any") return false;
  std::string& path = paths[dice.below(paths.size())].text;
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos) {
    paths = {RandomPolicy::name("any")};
  } else {
    path.resize(dot);
  }
  return true;
}

inline bool remove_when(Document& d, RandomPolicy& dice) {
  RuleNode* rule = pick(rules(d,
                              [](const RuleNode& r) {
                                return r.allow && !(r.scope.when.empty() && r.scope.unless.empty());
                              }),
                        dice);
  if (rule == nullptr) return false;
  auto& names = rule->scope.when.empty() ? rule->scope.unless : rule->scope.when;
  names.erase(names.begin() + dice.below(names.size()));
  return true;
}

inline bool add_unless_to_deny(Document& d, RandomPolicy& dice) {
  RuleNode* rule = pick(rules(d, [](const RuleNode& r) { return !r.allow; }), dice);
  const std::vector<std::string> conditions = words(d, Dimension::kCondition);
  if (rule == nullptr || conditions.empty()) return false;
  rule->scope.unless.push_back(RandomPolicy::name(conditions[dice.below(conditions.size())]));
  return true;
}

inline bool add_exception_to_deny(Document& d, RandomPolicy& dice) {
  RuleNode* rule = pick(rules(d, [](const RuleNode& r) { return !r.allow; }), dice);
  const std::vector<std::string> purposes = words(d, Dimension::kPurpose);
  if (rule == nullptr || purposes.empty()) return false;
  RuleNode exception;
  exception.allow = true;
  exception.scope.purposes = {RandomPolicy::name(purposes[dice.below(purposes.size())])};
  rule->exceptions.push_back(std::move(exception));
  return true;
}

inline bool drop_exception_of_allow(Document& d, RandomPolicy& dice) {
  RuleNode* rule =
      pick(rules(d, [](const RuleNode& r) { return r.allow && !r.exceptions.empty(); }), dice);
  if (rule == nullptr) return false;
  rule->exceptions.erase(rule->exceptions.begin() + dice.below(rule->exceptions.size()));
  return true;
}

inline bool lengthen(Document& d, RandomPolicy& dice, DutyKind kind) {
  DutyNode* duty = pick(duties(d, [&](const DutyNode& n) { return n.kind == kind; }), dice);
  if (duty == nullptr) return false;
  duty->span.count += 1 + dice.below(9);
  return true;
}
inline bool keep_longer(Document& d, RandomPolicy& dice) {
  return lengthen(d, dice, DutyKind::kKeep);
}
inline bool answer_later(Document& d, RandomPolicy& dice) {
  return lengthen(d, dice, DutyKind::kAnswer);
}
inline bool notify_later(Document& d, RandomPolicy& dice) {
  return lengthen(d, dice, DutyKind::kNotify);
}
inline bool review_later(Document& d, RandomPolicy& dice) {
  if (d.header.review.count == 0) return false;
  d.header.review.count = dice.below(2) == 0 ? 0 : d.header.review.count + 1;
  return true;
}
inline bool tell_of_smaller_groups(Document& d, RandomPolicy& dice) {
  DutyNode* duty = pick(
      duties(d, [](const DutyNode& n) { return n.kind == DutyKind::kAggregate && n.least > 1; }),
      dice);
  if (duty == nullptr) return false;
  duty->least = 1 + dice.below(duty->least - 1);
  return true;
}
inline bool verify_less(Document& d, RandomPolicy& dice) {
  DutyNode* duty =
      pick(duties(d, [](const DutyNode& n) { return n.kind == DutyKind::kVerify; }), dice);
  if (duty == nullptr || duty->degree.text == "address") return false;
  duty->degree.text = "address";
  return true;
}

template <class Fits>
std::vector<FieldNode*> fields(Document& document, Fits fits) {
  std::vector<FieldNode*> all;
  for (Declaration& declaration : document.declarations) {
    auto* kind = std::get_if<KindNode>(&declaration);
    if (kind == nullptr) continue;
    for (FieldNode& field : kind->fields) {
      if (fits(*kind, field)) all.push_back(&field);
    }
  }
  return all;
}

inline bool reclassify_field(Document& d, RandomPolicy& dice) {
  const std::vector<std::string> categories = words(d, Dimension::kCategory);
  FieldNode* field = pick(fields(d, [](const KindNode&, const FieldNode&) { return true; }), dice);
  if (field == nullptr || categories.empty()) return false;
  field->category = RandomPolicy::name(categories[dice.below(categories.size())]);
  return true;
}

inline bool let_reference_stay(Document& d, RandomPolicy& dice) {
  FieldNode* field = pick(
      fields(d,
             [](const KindNode&, const FieldNode& f) { return f.type == FieldType::kReference; }),
      dice);
  if (field == nullptr) return false;
  field->on_erasure = OnErasure::kStays;
  return true;
}

inline bool drop_with(Document& d, RandomPolicy& dice) {
  FieldNode* field = pick(
      fields(d, [](const KindNode&, const FieldNode& f) { return !f.with.text.empty(); }), dice);
  if (field == nullptr) return false;
  field->with = {};
  return true;
}

inline const std::vector<NamedEdit>& weakenings() {
  static const std::vector<NamedEdit> kAll = {
      {"drop_deny", drop_deny},
      {"widen_allow", widen_allow},
      {"remove_when", remove_when},
      {"add_unless_to_deny", add_unless_to_deny},
      {"add_exception_to_deny", add_exception_to_deny},
      {"drop_exception_of_allow", drop_exception_of_allow},
      {"drop_duty", drop_duty},
      {"keep_longer", keep_longer},
      {"answer_later", answer_later},
      {"notify_later", notify_later},
      {"review_later", review_later},
      {"tell_of_smaller_groups", tell_of_smaller_groups},
      {"verify_less", verify_less},
      {"reclassify_field", reclassify_field},
      {"let_reference_stay", let_reference_stay},
      {"drop_with", drop_with},
  };
  return kAll;
}

}  // namespace heed::policy::edits
