// The checks of lint.cc, each a function from a policy to what it finds. Only lint*.cc include
// this.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "policy/policy.h"

namespace heed::policy {

/// Collects warnings about one policy.
class Linter {
 public:
  Linter(const Policy& policy, Time today) : policy_(policy), today_(today) {}
  const Policy& policy() const { return policy_; }
  Time today() const { return today_; }
  /// About the policy as a whole: stands at its header.
  void warn(std::string check, std::string message, std::string mend);
  void warn_clause(std::string check, std::uint16_t clause, std::string message, std::string mend);
  void warn_rule(std::string check, const Rule& rule, std::string message, std::string mend);
  void warn_at(std::string check, const Document& document, const Place& place, std::string message,
               std::string mend);
  /// In the order of files and places.
  std::vector<Finding> take();

 private:
  const Policy& policy_;
  Time today_;
  std::vector<Finding> findings_;
};

/// Calls `visit(rule)` for every rule of the text and every exception within.
template <class Visit>
void each_rule(const std::vector<Rule>& rules, const Visit& visit) {
  for (const Rule& rule : rules) {
    visit(rule);
    each_rule(rule.exceptions, visit);
  }
}

/// The declared words that these paths cover.
template <class Tag>
std::vector<Word<Tag>> covered(const Policy& policy, const Vocabulary<Tag>& words,
                               const std::vector<Name>& paths) {
  std::vector<Word<Tag>> all;
  for (std::uint16_t i = 0; i < words.size(); ++i) {
    if (!policy.gloss(Word<Tag>{i}).declared) continue;
    const bool in = paths.empty() || std::ranges::any_of(paths, [&](const Name& path) {
                      if (path.text == "any") return true;
                      const auto above = words.find(path.text);
                      return above && words.covers(*above, Word<Tag>{i});
                    });
    if (in) all.push_back({i});
  }
  return all;
}

/// Whether the sentence has one of these words; both in small letters.
bool mentions(const Clause& clause, const std::vector<std::string_view>& words);

// lint_text.cc: what the sentences say and leave open.
void check_dates(Linter& linter);
void check_silences(Linter& linter);
void check_security(Linter& linter);
void check_minors(Linter& linter);
void check_signals(Linter& linter);
void check_breach(Linter& linter);
void check_obligations(Linter& linter);

// lint_sharing.cc: rules that mean more in law than they look.
void check_sales(Linter& linter);
void check_open_categories(Linter& linter);
void check_split_purposes(Linter& linter);

// lint_words.cc: what has no effect.
void check_unused(Linter& linter);
void check_dead_rules(Linter& linter);

}  // namespace heed::policy
