// Exact duplicates: what was told twice is kept once, whenever the second telling comes.
//
// Only samples that ask for it fold (Sample::folds). Of one instant the first of each stays, in
// their order; and the last of all stays too, even if it was there before, because it is what holds
// from then on: told A, B, A at one instant, the series goes on with A. Whose arrival remains is
// not promised.
#pragma once

#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "silo/run.h"

namespace heed::silo {

/// In a run's flags; never the caller's.
constexpr std::uint8_t kFolds = 0x80;
constexpr std::uint8_t kMostFlags = 0x7f;

/// Given samples in the order of their times, gives them on without duplicates. The runs outlive
/// it.
class Folding {
 public:
  struct Seen {
    const Run* run = nullptr;
    const Run::Item* item = nullptr;
  };

  /// `give(Seen)` returns false to stop, which is then returned.
  template <class Give>
  bool add(Seen sample, const Give& give) {
    const bool next = !of_instant_.empty() && of_instant_.front().item->at != sample.item->at;
    if (!next || of_instant_.size() != 1 || held_) return add_to_others(sample, next, give);
    of_instant_.front() = sample;  // as nearly all are: alone in its instant
    return give(sample);
  }
  /// To be called at the end.
  template <class Give>
  bool finish(const Give& give) {
    const bool changed = held_ && what(*held_) != what(of_instant_.back());
    const std::optional<Seen> last = changed ? held_ : std::nullopt;
    held_.reset();
    of_instant_.clear();
    told_.clear();
    return !last || give(*last);
  }

 private:
  static constexpr std::size_t kFew = 8;
  using What = std::tuple<std::int64_t, std::uint8_t, bool, std::string_view>;

  /// Out of line, so that add() stays small, and what it takes in registers.
  template <class Give>
  [[gnu::noinline]] bool add_to_others(Seen sample, bool next, const Give& give) {
    if (next && !finish(give)) return false;
    if (is_told(sample)) {
      held_ = sample;
      return true;
    }
    held_.reset();
    of_instant_.push_back(sample);
    return give(sample);
  }
  static What what(const Seen& seen) {
    return {seen.item->device, seen.item->flags, seen.item->gap, seen.run->text(*seen.item)};
  }
  bool is_told(const Seen& sample);

  std::vector<Seen> of_instant_;  ///< As they were given
  std::set<What> told_;           ///< The same, once they are many
  std::optional<Seen> held_;      ///< A duplicate, until it is known whether it is the last
};

/// `run` is sorted.
void fold(Run& run);

}  // namespace heed::silo
