// For tests only: edits of a policy's tree that change nothing, by chance.
#pragma once

#include "policy/compare/weakening_edits.h"

namespace heed::policy::edits {

template <class T>
void shuffle(std::vector<T>& all, RandomPolicy& dice) {
  for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[dice.below(i)]);
}
inline void shuffle_words(WordNode& node, RandomPolicy& dice) {
  shuffle(node.below, dice);
  for (WordNode& below : node.below) shuffle_words(below, dice);
}
inline void shuffle_rule(RuleNode& rule, RandomPolicy& dice) {
  for (auto part :
       {&Scope::categories, &Scope::purposes, &Scope::parties, &Scope::sources, &Scope::subjects,
        &Scope::regions, &Scope::channels, &Scope::when, &Scope::unless}) {
    shuffle(rule.scope.*part, dice);
  }
  shuffle(rule.exceptions, dice);
  for (RuleNode& exception : rule.exceptions) shuffle_rule(exception, dice);
}

inline bool reorder(Document& d, RandomPolicy& dice) {
  shuffle(d.declarations, dice);
  for (Declaration& declaration : d.declarations) {
    if (auto* words = std::get_if<VocabularyNode>(&declaration)) {
      shuffle_words(words->word, dice);
    } else if (auto* clause = std::get_if<ClauseNode>(&declaration)) {
      shuffle(clause->statements, dice);
      for (Statement& statement : clause->statements) {
        if (auto* rule = std::get_if<RuleNode>(&statement)) shuffle_rule(*rule, dice);
      }
    }
  }
  return true;
}

inline bool split_clause(Document& d, RandomPolicy& dice) {
  std::vector<ClauseNode*> all = clauses(d);
  std::erase_if(all, [](const ClauseNode* c) { return c->statements.size() < 2; });
  ClauseNode* clause = pick(all, dice);
  if (clause == nullptr) return false;
  ClauseNode rest = *clause;
  rest.id.text += ".b";
  rest.statements.erase(rest.statements.begin());
  clause->statements.resize(1);
  d.declarations.emplace_back(std::move(rest));
  return true;
}

inline bool rename_clauses(Document& d, RandomPolicy& dice) {
  std::vector<ClauseNode*> all = clauses(d);
  shuffle(all, dice);
  for (std::size_t i = 0; i < all.size(); ++i) all[i]->id.text = fmt::format("{}", i + 1);
  return true;
}

inline bool reword(Document& d, RandomPolicy& dice) {
  ClauseNode* clause = pick(clauses(d), dice);
  if (clause == nullptr) return false;
  clause->sentence += " It is so.";
  clause->comments.push_back("said again");
  return true;
}

/// "deny a, b" as "deny a" and "deny b".
inline bool split_list(Document& d, RandomPolicy& dice) {
  constexpr std::array kParts = {&Scope::categories, &Scope::purposes, &Scope::parties,
                                 &Scope::sources, &Scope::subjects};
  const auto part = kParts[dice.below(kParts.size())];
  std::vector<std::pair<ClauseNode*, std::size_t>> all;
  for (ClauseNode* clause : clauses(d)) {
    for (std::size_t i = 0; i < clause->statements.size(); ++i) {
      const auto* rule = std::get_if<RuleNode>(&clause->statements[i]);
      const auto* duty = std::get_if<DutyNode>(&clause->statements[i]);
      const Scope& scope = rule ? rule->scope : duty->scope;
      if ((scope.*part).size() > 1 && (!rule || rule->exceptions.empty()))
        all.emplace_back(clause, i);
    }
  }
  if (all.empty()) return false;
  const auto [clause, index] = all[dice.below(all.size())];
  Statement second = clause->statements[index];
  const auto paths = [&](Statement& s) -> std::vector<Name>& {
    auto* rule = std::get_if<RuleNode>(&s);
    return (rule ? rule->scope : std::get<DutyNode>(s).scope).*part;
  };
  paths(second).erase(paths(second).begin());
  paths(clause->statements[index]).resize(1);
  clause->statements.push_back(std::move(second));
  return true;
}

/// "category a { b c }" as "category a { b } category a { c }".
inline bool split_words(Document& d, RandomPolicy& dice) {
  std::vector<VocabularyNode*> all;
  for (Declaration& declaration : d.declarations) {
    auto* words = std::get_if<VocabularyNode>(&declaration);
    if (words != nullptr && !words->word.below.empty()) all.push_back(words);
  }
  VocabularyNode* words = pick(all, dice);
  if (words == nullptr) return false;
  VocabularyNode second;
  second.dimension = words->dimension;
  second.word.name = words->word.name;
  second.word.below = {words->word.below.back()};
  words->word.below.pop_back();
  d.declarations.emplace_back(std::move(second));
  return true;
}

/// A path, where the word at `path` has the new name `name`.
inline void rename_in(std::vector<Name>& paths, const std::string& path, const std::string& name) {
  for (Name& n : paths) {
    if (n.text == path || n.text.starts_with(path + ".")) {
      const std::size_t start = path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1;
      n.text = n.text.substr(0, start) + name + n.text.substr(path.size());
    }
  }
}
inline void rename_in(RuleNode& rule, std::vector<Name> Scope::* part, const std::string& path,
                      const std::string& name) {
  rename_in(rule.scope.*part, path, name);
  for (RuleNode& exception : rule.exceptions) rename_in(exception, part, path, name);
}
inline bool rename_node(WordNode& node, const std::string& path, const std::string& name) {
  if (node.name.text == path) {
    node.name.text = name;
    return true;
  }
  if (!path.starts_with(node.name.text + ".")) return false;
  const std::string rest = path.substr(node.name.text.size() + 1);
  return std::ranges::any_of(node.below,
                             [&](WordNode& below) { return rename_node(below, rest, name); });
}

inline void rename_word(Document& d, Dimension dimension, const std::string& path,
                        const std::string& name) {
  const auto part = dimension == Dimension::kCategory  ? &Scope::categories
                    : dimension == Dimension::kPurpose ? &Scope::purposes
                                                       : &Scope::parties;
  for (Declaration& declaration : d.declarations) {
    if (auto* words = std::get_if<VocabularyNode>(&declaration)) {
      if (words->dimension == dimension) rename_node(words->word, path, name);
    } else if (auto* kind = std::get_if<KindNode>(&declaration)) {
      if (dimension != Dimension::kCategory) continue;
      std::vector<Name> names = {kind->category};
      for (const FieldNode& field : kind->fields) names.push_back(field.category);
      rename_in(names, path, name);
      kind->category = names[0];
      for (std::size_t i = 0; i < kind->fields.size(); ++i) kind->fields[i].category = names[i + 1];
    } else {
      for (Statement& statement : std::get<ClauseNode>(declaration).statements) {
        if (auto* rule = std::get_if<RuleNode>(&statement)) {
          rename_in(*rule, part, path, name);
        } else {
          rename_in(std::get<DutyNode>(statement).scope.*part, path, name);
        }
      }
    }
  }
}

inline bool rename_some_word(Document& d, RandomPolicy& dice) {
  constexpr std::array kDimensions = {Dimension::kCategory, Dimension::kPurpose, Dimension::kParty};
  const Dimension dimension = kDimensions[dice.below(kDimensions.size())];
  const std::vector<std::string> all = words(d, dimension);
  if (all.empty()) return false;
  rename_word(d, dimension, all[dice.below(all.size())], "renamed");
  return true;
}

inline bool index_field(Document& d, RandomPolicy& dice) {
  FieldNode* field = pick(fields(d,
                                 [](const KindNode& k, const FieldNode& f) {
                                   return k.shape == Shape::kRecord && f.type != FieldType::kReal &&
                                          f.type != FieldType::kBlob;
                                 }),
                          dice);
  if (field == nullptr) return false;
  field->indexed = !field->indexed;
  return true;
}

inline const std::vector<NamedEdit>& neutral_edits() {
  static const std::vector<NamedEdit> kAll = {
      {"reorder", reorder},
      {"split_clause", split_clause},
      {"rename_clauses", rename_clauses},
      {"reword", reword},
      {"split_list", split_list},
      {"split_words", split_words},
      {"rename_some_word", rename_some_word},
      {"index_field", index_field},
  };
  return kAll;
}

}  // namespace heed::policy::edits
