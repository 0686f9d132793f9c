// What an item said, as it held over stretches of time: values and stretches both in the order of
// time, gone through once.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "base/time.h"

namespace heed::machines {

/// Value is what the item says; nothing while it is UNAVAILABLE or was not said yet.
template <class Value>
class HeldOver {
 public:
  /// The stretch, the part of it over which the value held, and the value.
  using Visit = std::function<void(std::size_t, TimeRange, const Value&)>;

  /// `stretches` do not overlap.
  HeldOver(std::vector<TimeRange> stretches, Visit visit)
      : stretches_(std::move(stretches)), visit_(std::move(visit)) {}

  void say(Time at, std::optional<Value> value) {
    pass(at);
    value_ = std::move(value);
    since_ = at;
  }
  /// The last value held to the end of all stretches.
  void finish() { pass(Time::max()); }

 private:
  void pass(Time to) {
    while (next_ < stretches_.size()) {
      const TimeRange part{std::max(stretches_[next_].from, since_),
                           std::min(stretches_[next_].to, to)};
      if (value_ && !part.empty()) visit_(next_, part, *value_);
      if (stretches_[next_].to > to) return;
      ++next_;
    }
  }

  const std::vector<TimeRange> stretches_;
  const Visit visit_;
  std::size_t next_ = 0;
  std::optional<Value> value_;
  Time since_ = Time::min();
};

}  // namespace heed::machines
