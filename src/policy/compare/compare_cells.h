// How two cells differ: for which facts one is allowed and the other is not. Only compare*.cc
// include this.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "policy/compare/compare.h"
#include "policy/compare/compare_facts.h"

namespace heed::policy {

struct Difference {
  Change change = Change::kEqual;
  /// One request that is decided otherwise, of the widened ones if there are any.
  Knowledge example;
  /// It is decided otherwise whatever else is known. If not, only while nothing more is known.
  bool firm = true;
  /// The search went beyond its limit; the difference is assumed, not shown.
  bool assumed = false;
};

/// Compares the sets of rules of two tables. Cells mostly share them, so each pair is thought about
/// once.
///
/// What a cell allows only grows with what is known: an allow needs facts known, and a deny goes
/// away when one of its facts is known to fail. So a cell allows no more than another if the other
/// allows each of the least knowledges that the one allows. They are found by starting with what an
/// allow needs and, for each deny that is still possible, trying each way to exclude it. This is
/// exact for requests of which some facts are unknown, too, which a comparison over true and false
/// alone is not.
class CellComparer {
 public:
  /// The set of a cell that a policy does not have: it refuses.
  static constexpr std::uint32_t kNoSet = 0xffff'ffff;
  /// Knowledges that one search may try, and all together. Beyond it a difference is assumed, so
  /// that a policy made to be intricate is told as weakened and never passed.
  static constexpr std::size_t kMostSteps = 20'000;
  static constexpr std::size_t kMostStepsInAll = 2'000'000;

  CellComparer(const Policy& before, const Policy& after);
  const Difference& compare(std::uint32_t before, std::uint32_t after);
  /// Whether a request exists that the set of the policy after allows.
  bool can_allow(std::uint32_t after);
  /// Equal for sets of the same rules, whichever policy and clauses they are of.
  std::uint64_t likeness(std::uint32_t set, bool after);
  const FactSpace& facts() const { return facts_; }

 private:
  struct Ways {
    std::vector<Knowledge> allows;  // closed
    std::vector<Knowledge> denies;
    std::uint64_t likeness = 0;
  };
  class Search;
  /// Whether they are written alike, which most are that are equal: no thought is needed then.
  bool same_rules(std::uint32_t before, std::uint32_t after) const;
  Ways ways(const Table& table, std::uint32_t set, bool after) const;
  const Ways& ways_before(std::uint32_t set);
  const Ways& ways_after(std::uint32_t set);
  std::optional<Difference> search(const Ways& more, const Ways& less);
  Difference think(const Ways& before, const Ways& after);

  const Policy& before_;
  const Policy& after_;
  FactSpace facts_;
  bool same_numbers_ = false;
  std::size_t steps_left_ = kMostStepsInAll;
  Ways nothing_;
  std::vector<std::optional<Ways>> ways_before_;
  std::vector<std::optional<Ways>> ways_after_;
  std::unordered_map<std::uint64_t, Difference> known_;  // by both set numbers
  std::unordered_map<std::uint32_t, bool> can_allow_;
};

}  // namespace heed::policy
