// The smallest groups that aggregates may tell of, cell by cell.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "policy/compare/compare_parts.h"

namespace heed::policy {
namespace {

/// The aggregate duties of a policy with their words resolved once.
class Groups {
 public:
  explicit Groups(const Policy& policy) {
    for (const Duty& duty : policy.duties()) {
      if (duty.kind != DutyKind::kAggregate) continue;
      duties_.push_back({&duty, covered_words(policy.purposes(), duty.scope.purposes),
                         covered_words(policy.categories(), duty.scope.categories),
                         covered_words(policy.parties(), duty.scope.parties)});
    }
  }
  bool empty() const { return duties_.empty(); }

  /// As Policy::least_group; nullptr for 0.
  const Duty* least(Purpose purpose, Category category, Party party) const {
    const Duty* least = nullptr;
    for (const Resolved& r : duties_) {
      if (!r.purposes[purpose.index] || !r.categories[category.index] || !r.parties[party.index]) {
        continue;
      }
      if (least == nullptr || r.duty->least > least->least) least = r.duty;
    }
    return least;
  }

 private:
  struct Resolved {
    const Duty* duty;
    std::vector<bool> purposes;
    std::vector<bool> categories;
    std::vector<bool> parties;
  };
  std::vector<Resolved> duties_;
};

struct Changed {
  std::string clause;
  std::set<std::string> categories;
};
/// By the sizes before and after.
using Changes = std::map<std::pair<std::uint32_t, std::uint32_t>, Changed>;

/// The highest of them, at most four by name.
std::string told(const std::set<std::string>& paths) {
  std::vector<std::string_view> highest;
  for (const std::string& path : paths) {
    const bool below = std::ranges::any_of(highest, [&](std::string_view above) {
      return path.starts_with(above) && path[above.size()] == '.';
    });
    if (!below) highest.push_back(path);
  }
  constexpr std::size_t kMost = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(highest.size(), kMost); ++i) {
    if (i > 0) text += ", ";
    text += highest[i];
  }
  if (highest.size() > kMost) text += fmt::format(" and {} more", highest.size() - kMost);
  return text;
}

DutyChange tell(std::uint32_t before, std::uint32_t after, const Changed& changed) {
  DutyChange change;
  change.change = after < before ? Change::kWidened : Change::kNarrowed;
  change.what = "aggregate " + told(changed.categories);
  if (before > 0) change.before = std::to_string(before);
  if (after > 0) change.after = std::to_string(after);
  change.clause = changed.clause;
  const std::string categories = spoken(told(changed.categories));
  change.sentence =
      after == 0
          ? fmt::format("After this change {} could tell of a single one; it was a group of {}.",
                        categories, before)
          : fmt::format("After this change a group that {} tell of could be as small as {}{}.",
                        categories, after, before > 0 ? fmt::format(" instead of {}", before) : "");
  return change;
}

}  // namespace

void compare_groups(Comparing& comparing, Comparison& result) {
  const Groups before(comparing.before);
  const Groups after(comparing.after);
  if (before.empty() && after.empty()) return;
  Matched& words = comparing.words;
  Changes changes;
  for (std::size_t p = 0; p < words.purposes.pairs.size(); ++p) {
    const auto& purpose = words.purposes.pairs[p];
    for (std::size_t c = 0; c < words.categories.pairs.size(); ++c) {
      const auto& category = words.categories.pairs[c];
      for (std::size_t r = 0; r < words.parties.pairs.size(); ++r) {
        const auto& party = words.parties.pairs[r];
        if (!purpose.before || !category.before || !party.before || !purpose.after ||
            !category.after || !party.after) {
          continue;
        }
        const Duty* old_duty = before.least(*purpose.before, *category.before, *party.before);
        const Duty* new_duty = after.least(*purpose.after, *category.after, *party.after);
        const std::uint32_t old_least = old_duty ? old_duty->least : 0;
        const std::uint32_t new_least = new_duty ? new_duty->least : 0;
        // Where nothing is ever told, no group is too small.
        if (old_least == new_least || !comparing.cells.can_allow(comparing.set_after(p, c, r))) {
          continue;
        }
        words.broken_purposes[p] = true;
        words.broken_categories[c] = true;
        words.broken_parties[r] = true;
        Changed& changed = changes[{old_least, new_least}];
        changed.clause = new_duty ? comparing.after.clauses()[new_duty->clause].id
                                  : comparing.before.clauses()[old_duty->clause].id;
        changed.categories.insert(comparing.after.categories().path(*category.after));
      }
    }
  }
  for (const auto& [sizes, changed] : changes) {
    result.duties.push_back(tell(sizes.first, sizes.second, changed));
  }
}

}  // namespace heed::policy
