// Why a request is decided as it is: every rule that spoke of it, who won and who lost.
#pragma once

#include <string>
#include <vector>

#include "policy/policy.h"

namespace heed::policy {

struct Reason {
  std::string clause;
  std::string sentence;
  std::string file;
  Place place;
  std::string rule;  ///< In plain words: tell().
  bool allow = false;
  bool decided = false;
  /// "decides", "agrees", "loses to the deny of 3.2", "does not apply: minor is not known",
  /// "is taken out by its exception".
  std::string outcome;
};

struct Explanation {
  bool allowed = false;
  std::string clause;  ///< "default" if none.
  std::string sentence;
  std::string answer;  ///< One plain sentence.
  std::vector<Reason> reasons;
};

Explanation explain(const Policy& policy, const Access& access, Category category);

/// A rule, a duty in plain words: "Contact details may go to payment providers for billing while
/// their contract is in force."
std::string tell(const Policy& policy, const Rule& rule);
std::string tell(const Policy& policy, const Duty& duty);
/// A word as a reader knows it: its gloss, or its path with spaces.
std::string tell_word(const Policy& policy, Dimension dimension, std::string_view path);

}  // namespace heed::policy
