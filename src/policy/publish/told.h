// What every form of the published page tells, put together once from the policy and the evidence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/policy.h"
#include "policy/publish/render.h"

namespace heed::policy {

struct ToldRule {
  bool allow = false;
  std::string text;
};

struct ToldClause {
  const Clause* clause = nullptr;
  std::vector<ToldRule> rules;
  std::vector<std::string> duties;
  std::vector<std::string> points;  ///< Where its rules are asked.
  std::optional<Evidence::Clause> decisions;
};
/// In the order of the text.
std::vector<ToldClause> tell_clauses(const Policy& policy, const Evidence& evidence);

/// The fields of one kind that fall into one category.
struct ToldStored {
  std::string kind;
  std::string gloss;
  std::string fields;
  std::string category;
  std::string kept;  ///< "10 years (9.1)"
};
std::vector<ToldStored> tell_stored(const Policy& policy);

/// What the policy does when a browser sends Global Privacy Control, and Do Not Track: one sentence
/// each.
std::vector<std::string> tell_signals(const Policy& policy);

struct ToldWord {
  std::string word;
  std::string gloss;
};
/// Words of the dimension that are explained.
std::vector<ToldWord> tell_words(const Policy& policy, Dimension dimension);

/// "Reviewed every 12 months, next by 31 January 2027."
std::string tell_review(const Policy& policy, std::optional<Time> now);
/// "31 January 2026"
std::string tell_date(Time time);

}  // namespace heed::policy
