// The decision table: purpose × category × party → facts and the deciding clause.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "policy/words.h"

namespace heed::policy {

struct Decision {
  bool allowed = false;
  /// Index into Policy::clauses(): the clause that allowed it, or the one that denied it.
  /// Table::kDefault when no clause speaks of it; then it is refused.
  std::uint16_t clause = 0xffff;
};

/// One way to be allowed or denied in a cell: the facts of `must` hold and those of `must_not` do
/// not.
struct CellRule {
  std::uint64_t must = 0;
  std::uint64_t must_not = 0;
  std::uint16_t clause = 0;
  bool allow = false;
  auto operator<=>(const CellRule&) const = default;
};

/// Purposes × categories × parties, in words' indexes.
struct TableSize {
  std::size_t purposes = 0;
  std::size_t categories = 0;
  std::size_t parties = 0;
  std::size_t cells() const { return purposes * categories * parties; }
};

/// Immutable and safe to share between threads.
class Table {
 public:
  static constexpr std::uint16_t kDefault = 0xffff;
  static constexpr std::size_t kMostCells = 4'000'000;

  /// Denies go before allows; what no clause allows and what is unknown is refused. No allocation.
  Decision decide(Purpose purpose, Category category, Party party,
                  Conditions conditions) const noexcept {
    if (purpose.index >= size_.purposes || category.index >= size_.categories ||
        party.index >= size_.parties) {
      return {};
    }
    const Set set = sets_[set_of_[cell(purpose, category, party)]];
    const std::uint64_t holds = conditions.holds();
    const std::uint64_t fails = conditions.fails();
    for (const CellRule *r = rules_.data() + set.first, *end = r + set.count; r != end; ++r) {
      // An allow needs to be certain, a deny only possible (Kleene's three truth values).
      const bool applies = r->allow ? (r->must & ~holds) == 0 && (r->must_not & ~fails) == 0
                                    : (r->must & fails) == 0 && (r->must_not & holds) == 0;
      if (applies) return {r->allow, r->clause};
    }
    return {};
  }

  const TableSize& size() const { return size_; }
  /// The number of a cell's set of rules: cells of one number decide alike, whatever the facts.
  std::uint32_t set_number(Purpose purpose, Category category, Party party) const {
    return set_of_[cell(purpose, category, party)];
  }
  std::size_t set_count() const { return sets_.size(); }
  /// Denies first, then in the order of clauses.
  std::span<const CellRule> rules(std::uint32_t set_number) const {
    const Set set = sets_[set_number];
    return {rules_.data() + set.first, set.count};
  }
  /// Facts that can change the decision in this cell.
  std::uint64_t relevant(Purpose purpose, Category category, Party party) const {
    if (purpose.index >= size_.purposes || category.index >= size_.categories ||
        party.index >= size_.parties) {
      return 0;
    }
    return sets_[set_number(purpose, category, party)].relevant;
  }

 private:
  friend class TableBuilder;
  struct Set {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
    std::uint64_t relevant = 0;
  };
  std::size_t cell(Purpose purpose, Category category, Party party) const noexcept {
    return (purpose.index * size_.categories + category.index) * size_.parties + party.index;
  }

  TableSize size_;
  std::vector<std::uint32_t> set_of_;  // by cell
  std::vector<Set> sets_;
  std::vector<CellRule> rules_;
};

/// Adds rules to cells one by one; cells with the same rules share one set.
class TableBuilder {
 public:
  explicit TableBuilder(TableSize size);
  /// In every cell of the product of these words.
  void add(std::span<const std::uint16_t> purposes, std::span<const std::uint16_t> categories,
           std::span<const std::uint16_t> parties, const CellRule& rule);
  /// `rank[clause]` orders clauses within a set, so that the clause which a decision names does
  /// not hang on the order of writing.
  Table build(std::span<const std::uint16_t> rank) &&;

 private:
  /// A set is an earlier one and one rule more, so that growing one copies nothing. Set 0 is empty.
  struct Grown {
    std::uint32_t from = 0;
    std::uint32_t rule = 0;
  };
  /// With which rule a set grew last, and to which; 0 if it did not.
  struct Step {
    std::uint32_t rule = 0;
    std::uint32_t to = 0;
  };
  std::uint32_t with_rule(std::uint32_t set, std::uint32_t rule);
  /// Sorts the rules; gives the place of each by its former number.
  std::vector<std::uint32_t> sort_rules(std::span<const std::uint16_t> rank);
  void store(std::span<const std::uint32_t> places);

  Table table_;
  std::vector<CellRule> known_;  // rules, by number
  std::vector<Grown> sets_;
  std::vector<Step> last_steps_;  // by set
};

}  // namespace heed::policy
