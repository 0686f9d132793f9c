// The oracle: decides by walking the rules as they were written, one request at a time. Slow and
// plain, so that the table can be held against it.
#pragma once

#include "policy/policy.h"

namespace heed::policy {

/// What a fact or a scope is to a request (Kleene's three truth values).
enum class Truth : std::uint8_t { kFails, kUnknown, kHolds };

/// One rule or exception that speaks of the cell.
struct Heard {
  const Rule* rule = nullptr;
  /// Of its whole scope.
  Truth scope = Truth::kUnknown;
  /// An exception speaks in its place.
  const Rule* taken_by = nullptr;
  /// It gives its verdict: an allow that is certain, a deny that is possible.
  bool speaks = false;
};

/// Every rule that covers the cell, in the order they are written; a rule with several sources,
/// subjects, regions or channels once for each.
std::vector<Heard> hear(const Policy& policy, Purpose purpose, Category category, Party party,
                        Conditions conditions);

/// The same answer as Table::decide, by another way.
Decision decide_by_tree(const Policy& policy, Purpose purpose, Category category, Party party,
                        Conditions conditions);

}  // namespace heed::policy
