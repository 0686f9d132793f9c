#include "machines/source_clock.h"

namespace heed::machines {

std::optional<SourceClock::Change> SourceClock::sample(Time arrival, Duration offset) {
  while (!window_.empty() && window_.front().arrival < arrival - kWindow) window_.pop_front();
  while (!window_.empty() && window_.back().offset >= offset) window_.pop_back();
  window_.push_back({arrival, offset});
  const Duration measured = window_.front().offset;
  if ((measured - correction_).magnitude() <= kTolerance) return {};
  const Change change{correction_, measured.magnitude() <= kTolerance ? Duration() : measured};
  correction_ = change.after;
  return change;
}

}  // namespace heed::machines
