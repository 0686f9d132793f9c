#include "policy/compare/compare_cells.h"

#include <algorithm>

namespace heed::policy {
namespace {

/// Of a set: neither order nor repetition matters.
std::uint64_t hash_of(const std::vector<Knowledge>& all) {
  std::vector<std::uint64_t> hashes;
  for (const Knowledge& one : all) {
    hashes.push_back(std::hash<FactBits>()(one.holds) * 0x9e37'79b9'7f4a'7c15ULL ^
                     std::hash<FactBits>()(one.fails));
  }
  std::ranges::sort(hashes);
  hashes.erase(std::ranges::unique(hashes).begin(), hashes.end());
  std::uint64_t hash = hashes.size();
  for (const std::uint64_t one : hashes) hash = (hash ^ one) * 0x100'0000'01b3ULL;
  return hash;
}

/// Whether each of `some` is one of `all`.
bool among(const std::vector<Knowledge>& some, const std::vector<Knowledge>& all) {
  return std::ranges::all_of(
      some, [&](const Knowledge& one) { return std::ranges::find(all, one) != all.end(); });
}
bool same(const std::vector<Knowledge>& a, const std::vector<Knowledge>& b) {
  return among(a, b) && among(b, a);
}

}  // namespace

/// Looks for what `more` allows and `less` does not.
class CellComparer::Search {
 public:
  Search(const FactSpace& facts, const Ways& more, const Ways& less, std::size_t most_steps)
      : facts_(facts), more_(more), less_(less), most_steps_(most_steps) {
    // What excludes a deny of `more` excludes every narrower deny of `less`.
    for (const Knowledge& deny : less.denies) {
      const bool shared =
          std::ranges::any_of(more.denies, [&](const Knowledge& wider) { return deny.has(wider); });
      if (!shared) own_denies_.push_back(&deny);
    }
  }

  std::optional<Difference> run() {
    for (const Knowledge& allow : more_.allows) {
      if (allow.possible()) walk(allow);
      if (firm_ || exhausted()) break;
    }
    if (firm_) return Difference{Change::kWidened, least(*firm_), true, false};
    if (weak_) return Difference{Change::kWidened, facts_.reduced(*weak_), false, false};
    if (exhausted()) return Difference{Change::kWidened, {}, false, true};
    return {};
  }

  std::size_t steps() const { return steps_; }

 private:
  bool exhausted() const { return steps_ >= most_steps_; }

  static bool allows(const Ways& ways, const Knowledge& known) {
    return std::ranges::any_of(ways.allows, [&](const Knowledge& a) { return known.has(a); }) &&
           std::ranges::all_of(ways.denies, [&](const Knowledge& d) { return known.excludes(d); });
  }
  bool surely_refused(const Knowledge& known) const {
    return std::ranges::any_of(less_.denies, [&](const Knowledge& d) { return known.has(d); }) ||
           std::ranges::all_of(less_.allows, [&](const Knowledge& a) { return known.excludes(a); });
  }
  /// Whether `less` allows this and all that `more` allows beyond it.
  bool hopeless(const Knowledge& known) const {
    return std::ranges::any_of(less_.allows, [&](const Knowledge& a) { return known.has(a); }) &&
           std::ranges::all_of(own_denies_, [&](const Knowledge* d) { return known.excludes(*d); });
  }

  void walk(const Knowledge& known) {
    ++steps_;
    if (exhausted() || hopeless(known)) return;
    const auto deny =
        std::ranges::find_if(more_.denies, [&](const Knowledge& d) { return !known.excludes(d); });
    if (deny == more_.denies.end()) {
      arrive(known);
      return;
    }
    for_each_way_out(known, *deny, [&](const Knowledge& next) {
      walk(next);
      return firm_.has_value() || exhausted();
    });
  }

  /// `more` allows it, and all beyond it.
  void arrive(const Knowledge& known) {
    if (!weak_ && !allows(less_, known)) weak_ = known;
    for (const Knowledge& deny : less_.denies) {
      const Knowledge both = facts_.closed({known.holds | deny.holds, known.fails | deny.fails});
      if (!both.possible()) continue;
      firm_ = both;
      return;
    }
    exclude_allows(known);
  }

  void exclude_allows(const Knowledge& known) {
    ++steps_;
    if (exhausted()) return;
    const auto allow =
        std::ranges::find_if(less_.allows, [&](const Knowledge& a) { return !known.excludes(a); });
    if (allow == less_.allows.end()) {
      firm_ = known;
      return;
    }
    for_each_way_out(known, *allow, [&](const Knowledge& next) {
      exclude_allows(next);
      return firm_.has_value() || exhausted();
    });
  }

  /// Each possible knowledge that excludes `part` by one fact more, until `visit` says to stop.
  template <class Visit>
  void for_each_way_out(const Knowledge& known, const Knowledge& part, Visit visit) {
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      for (const bool holds : {false, true}) {
        if (!(holds ? part.fails : part.holds).test(i)) continue;
        const Knowledge next = facts_.with(known, i, holds);
        if (next.possible() && visit(next)) return;
      }
    }
  }

  /// Drops facts that the example does not need.
  Knowledge least(const Knowledge& example) const {
    Knowledge best = facts_.reduced(example);
    for (std::size_t i = 0; i < facts_.size(); ++i) {
      Knowledge smaller = best;
      smaller.holds.reset(i);
      smaller.fails.reset(i);
      if (smaller == best) continue;
      const Knowledge all = facts_.closed(smaller);
      if (allows(more_, all) && surely_refused(all)) best = smaller;
    }
    return best;
  }

  const FactSpace& facts_;
  const Ways& more_;
  const Ways& less_;
  std::vector<const Knowledge*> own_denies_;
  const std::size_t most_steps_;
  std::size_t steps_ = 0;
  std::optional<Knowledge> firm_;
  std::optional<Knowledge> weak_;
};

CellComparer::CellComparer(const Policy& before, const Policy& after)
    : before_(before),
      after_(after),
      facts_(before, after),
      same_numbers_(facts_.same_numbers()),
      ways_before_(before.table().set_count()),
      ways_after_(after.table().set_count()) {}

CellComparer::Ways CellComparer::ways(const Table& table, std::uint32_t set, bool after) const {
  Ways all;
  for (const CellRule& rule : table.rules(set)) {
    const Knowledge needs = after ? facts_.of_after(rule) : facts_.of_before(rule);
    (rule.allow ? all.allows : all.denies).push_back(rule.allow ? facts_.closed(needs) : needs);
  }
  all.likeness = hash_of(all.allows) * 31 + hash_of(all.denies);
  return all;
}

const CellComparer::Ways& CellComparer::ways_before(std::uint32_t set) {
  if (set == kNoSet) return nothing_;
  auto& known = ways_before_[set];
  if (!known) known = ways(before_.table(), set, false);
  return *known;
}

const CellComparer::Ways& CellComparer::ways_after(std::uint32_t set) {
  if (set == kNoSet) return nothing_;
  auto& known = ways_after_[set];
  if (!known) known = ways(after_.table(), set, true);
  return *known;
}

const Difference& CellComparer::compare(std::uint32_t before, std::uint32_t after) {
  const auto [at, is_new] = known_.try_emplace(std::uint64_t{before} << 32 | after);
  if (is_new && !same_rules(before, after)) {
    at->second = think(ways_before(before), ways_after(after));
  }
  return at->second;
}

bool CellComparer::same_rules(std::uint32_t before, std::uint32_t after) const {
  if (!same_numbers_ || before == kNoSet || after == kNoSet) return false;
  const auto alike = [](const CellRule& a, const CellRule& b) {
    return a.allow == b.allow && a.must == b.must && a.must_not == b.must_not;
  };
  return std::ranges::equal(before_.table().rules(before), after_.table().rules(after), alike);
}

bool CellComparer::can_allow(std::uint32_t after) {
  const auto [at, is_new] = can_allow_.try_emplace(after, false);
  if (is_new) at->second = search(ways_after(after), nothing_).has_value();
  return at->second;
}

std::uint64_t CellComparer::likeness(std::uint32_t set, bool after) {
  return (after ? ways_after(set) : ways_before(set)).likeness;
}

std::optional<Difference> CellComparer::search(const Ways& more, const Ways& less) {
  Search search(facts_, more, less, std::min(kMostSteps, steps_left_));
  auto found = search.run();
  steps_left_ -= std::min(steps_left_, search.steps());
  return found;
}

Difference CellComparer::think(const Ways& before, const Ways& after) {
  if (before.likeness == after.likeness && same(before.allows, after.allows) &&
      same(before.denies, after.denies)) {
    return {};
  }
  auto widened = search(after, before);
  auto narrowed = search(before, after);
  if (widened) {
    if (narrowed) widened->change = Change::kBoth;
    return *widened;
  }
  if (!narrowed) return {};
  narrowed->change = Change::kNarrowed;
  return *narrowed;
}

}  // namespace heed::policy
