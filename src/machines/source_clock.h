// How wrong a live source's clock is, measured (docs/STATES.md §5).
#pragma once

#include <deque>
#include <optional>

#include "base/time.h"

namespace heed::machines {

class SourceClock {
 public:
  /// An offset of at most this is latency, not a wrong clock.
  static constexpr Duration kTolerance = Duration::seconds(5);
  static constexpr Duration kWindow = Duration::seconds(60);
  /// What comes after a longer silence may have waited somewhere.
  static constexpr Duration kFresh = Duration::seconds(10);

  struct Change {
    Duration before, after;
  };

  SourceClock() = default;
  /// As it was when the program stopped; the window starts anew.
  explicit SourceClock(Duration correction) : correction_(correction) {}

  /// What is added to device times: 0 while the clock is right.
  Duration correction() const { return correction_; }
  /// The source connected anew: what was measured before says nothing about it.
  void connected() { window_.clear(); }
  /// One measurement at `arrival`, which never decreases by more than the box's clock steps.
  std::optional<Change> sample(Time arrival, Duration offset);

 private:
  struct Sample {
    Time arrival;
    Duration offset;
  };
  /// Offsets rise from front to back: the front is the smallest of the window.
  std::deque<Sample> window_;
  Duration correction_;
};

}  // namespace heed::machines
