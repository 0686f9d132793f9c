// Decisions of the past against a proposed policy: what would newly pass or fail, and for whom.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/policy.h"

namespace heed::policy {

/// Equal decisions of one day, counted. Words are paths, so that a log outlives its policy.
struct LoggedDecision {
  std::string actor;
  std::string purpose;
  std::string party;
  std::string category;
  std::vector<std::string> holds;  ///< Facts, "condition:contract_valid"
  std::vector<std::string> fails;
  bool allowed = false;
  std::string clause;
  std::int32_t day = 0;  ///< UTC days since 1970.
  std::uint64_t count = 0;
};

struct ReplayChange {
  LoggedDecision logged;
  bool allowed = false;  ///< As the proposed policy decides.
  std::string clause;
};

struct Replay {
  /// Changes told one by one; the counts are of all.
  static constexpr std::size_t kMostTold = 10'000;
  std::uint64_t decisions = 0;  ///< Counts added up.
  std::uint64_t newly_allowed = 0;
  std::uint64_t newly_refused = 0;
  std::vector<ReplayChange> changes;  ///< The most frequent first.
};

/// Words are looked up once for each run of equal ones, so a log in the order of its words is the
/// fastest. A word that the proposed policy does not have is refused, a fact passed over.
Replay replay(std::span<const LoggedDecision> log, const Policy& proposed);

}  // namespace heed::policy
