// The kinds that a store was opened with, checked against its policy once.
#pragma once

#include <vector>

#include "policy/policy.h"

namespace heed::silo {

struct DeclaredKind {
  policy::Kind kind;
  /// The shortest keep among its fields' categories.
  Duration keep;

  /// `stored` + keep, or the end of time if that lies beyond it.
  Time deadline(Time stored) const;
};

/// Kind 0 is the journal's own, in category "administration"; its keep is not used.
constexpr policy::KindId kJournalKind{0};

/// Immutable.
class Declarations {
 public:
  /// kInvalid names the kind and field: a number or name used twice, the number 0, no fields, a
  /// category that the policy does not have, a category without a keep.
  static Result<Declarations> make(const std::vector<policy::Kind>& kinds,
                                   const policy::Table& policy);
  /// kInvalid if there is no such kind, or it has another shape.
  Result<const DeclaredKind*> find(policy::KindId id, policy::Shape shape) const;
  /// nullptr if there is no such kind.
  const DeclaredKind* find(policy::KindId id) const;

 private:
  std::vector<DeclaredKind> kinds_;  // by number
};

}  // namespace heed::silo
