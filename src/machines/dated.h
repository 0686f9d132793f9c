// A setting over time: what held from when on. Figures of a moment are made with what held then,
// so a change of a rule leaves what was reported before as it was (docs/OEE.md §9).
#pragma once

#include <algorithm>
#include <concepts>
#include <utility>
#include <vector>

#include "base/time.h"

namespace heed::machines {

template <class T>
class Dated {
 public:
  struct Since {
    Time from;
    T value;
    bool operator==(const Since&) const = default;
  };

  /// The same at all times.
  template <class U>
    requires std::convertible_to<U, T>
  Dated(
      U&& always) {  // NOLINT(google-explicit-constructor, bugprone-forwarding-reference-overload)
    since_.push_back({Time::min(), T(std::forward<U>(always))});
  }

  /// From `from` on, whatever was said to hold then before.
  void paint(Time from, T value) {
    std::erase_if(since_, [&](const Since& held) { return held.from >= from; });
    since_.push_back({from, std::move(value)});
  }
  const T& at(Time time) const {
    const auto after = std::ranges::upper_bound(since_, time, {}, &Since::from);
    return std::prev(after)->value;  // one holds since ever
  }
  const T& last() const { return since_.back().value; }
  /// In order; the first one since ever.
  const std::vector<Since>& all() const { return since_; }
  /// What `pick` makes of each value, from when on it held.
  template <class Pick>
  auto map(Pick pick) const {
    Dated<decltype(pick(std::declval<const T&>()))> made(pick(since_.front().value));
    for (std::size_t i = 1; i < since_.size(); ++i)
      made.paint(since_[i].from, pick(since_[i].value));
    return made;
  }
  /// Calls `each` with the parts of the range in which one value holds, and that value.
  template <class Each>
  void split(TimeRange range, Each each) const {
    for (std::size_t i = 0; i < since_.size(); ++i) {
      const Time end = i + 1 < since_.size() ? since_[i + 1].from : Time::max();
      const TimeRange part{std::max(range.from, since_[i].from), std::min(range.to, end)};
      if (!part.empty()) each(part, since_[i].value);
    }
  }

 private:
  std::vector<Since> since_;
};

}  // namespace heed::machines
