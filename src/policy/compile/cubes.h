// A rule with its exceptions as flat conditions: the step from the tree to the table.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/policy.h"

namespace heed::policy {

/// A conjunction of facts: those of `must` hold, those of `must_not` do not.
struct Cube {
  std::uint64_t must = 0;
  std::uint64_t must_not = 0;
  auto operator<=>(const Cube&) const = default;
  /// No request can be so.
  bool empty() const { return (must & must_not) != 0; }
  Cube operator&(const Cube& other) const { return {must | other.must, must_not | other.must_not}; }
};

/// One alternative of a scope: a conjunction, and the source, subject, region and channel that it
/// speaks of (Vocabulary::kNone for any), so that an exception meets only what it lies inside.
struct Alternative {
  Cube cube;
  std::uint16_t of[4] = {0xffff, 0xffff, 0xffff, 0xffff};
};

/// The alternatives of a whole scope; its names are known.
std::vector<Alternative> alternatives(const Scope& scope, const Vocabulary<FactTag>& facts);
/// Whether `inner` can be met within `outer`: each of its words is below outer's.
bool lies_inside(const Alternative& inner, const Alternative& outer,
                 const Vocabulary<FactTag>& facts);

/// The parts of `whole` that none of `taken` takes out. An allow must be certain and a deny
/// possible, so for a deny contradictions stay: with their facts unknown they are possible.
/// At most `most` cubes; nothing if there are more.
std::optional<std::vector<Cube>> without(const Cube& whole, std::span<const Cube> taken, bool allow,
                                         std::size_t most);

}  // namespace heed::policy
