// What a change of the text changes in what may be done: every cell and every duty of two policies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/policy.h"

namespace heed::policy {

/// Widened is weakened: something may be done, or be left undone, that the promise excluded.
enum class Change : std::uint8_t { kEqual, kNarrowed, kWidened, kBoth };

/// One cell whose decisions differ for some request. Paths are the new policy's words; a word that
/// was renamed consistently is matched with its old name, one that only the old policy has keeps
/// it.
struct CellChange {
  std::string purpose;
  std::string category;
  std::string party;
  Change change = Change::kEqual;
  /// The example: facts of one request that is decided otherwise. What is not named does not
  /// matter, or, where no such request exists, is unknown; the sentence says so then.
  std::vector<std::string> holds;  ///< "contract_valid", "source:site.demo_form"
  std::vector<std::string> fails;
  std::string clause_before;  ///< Deciding for the example; "default".
  std::string clause_after;
  /// "After this change a co-sponsor could receive job titles for marketing when …"
  std::string sentence;
};

/// A duty that is stricter or laxer, new or gone: keeps, groups, degrees, deadlines, notices, the
/// review. What a duty denies is among the cells already.
struct DutyChange {
  Change change = Change::kEqual;
  std::string what;    ///< "keep personal.contact"
  std::string before;  ///< "2 years", or empty.
  std::string after;
  std::string clause;
  std::string sentence;
};

/// A field of a stored kind whose category changed or to which an erasure does otherwise, or a kind
/// or field that came or went. One effect of an erasure for another, "removes" for "empties", is
/// neither more nor less: such a change is kEqual.
struct FieldChange {
  Change change = Change::kEqual;
  std::string field;  ///< "person.email"
  std::string before;
  std::string after;
  std::string sentence;
  /// Whether both policies have the field.
  bool stays() const { return !before.empty() && !after.empty(); }
};

struct Comparison {
  /// Cells told one by one; the counts are of all.
  static constexpr std::size_t kMostTold = 10'000;
  std::uint64_t equal = 0;  ///< Cells.
  std::uint64_t narrowed = 0;
  std::uint64_t widened = 0;      ///< Those that are both are counted in both.
  std::vector<CellChange> cells;  ///< Widened first; by purpose, category, party.
  std::vector<DutyChange> duties;
  std::vector<FieldChange> fields;
  std::vector<std::string> renamed;   ///< "purpose reports → reporting"
  std::vector<std::string> reworded;  ///< Clauses whose sentence changed and whose rules did not.
  /// Whether a promise weakened: then a notice must come before it is activated (O84).
  bool weakened() const;
  /// Whether nothing that decides or obliges changed.
  bool neutral() const;
};

/// Exact: every cell, for every combination of facts that hold, fail or are unknown, as far as the
/// trees of facts let them be together. Words are matched by path; a category, purpose or party
/// that is gone beside a new one is taken for renamed if every cell, duty and field under it is
/// equal. Facts and events are computed by the program under their names and are never renamed. A
/// word that is gone is refused, and so was one that is new. Ids of clauses, their order and how
/// their rules are divided do not matter. compare_cells.h says how it goes and what limits it.
Comparison compare(const Policy& before, const Policy& after);

}  // namespace heed::policy
