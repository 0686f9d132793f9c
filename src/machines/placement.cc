#include "machines/placement.h"

#include <algorithm>

namespace heed::machines {
namespace {

/// 2200-01-01: no placed time is later, whatever a source's clock says, so that sums of times near
/// it stay within what a Time can hold (2262).
constexpr Time kLatest = Time::from_seconds(7'258'118'400);

Time plus(Time time, Duration duration) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(time.nanoseconds(), duration.count_nanoseconds(), &sum)) {
    return kLatest;
  }
  return std::min(Time::from_nanoseconds(sum), kLatest);
}

Duration between(Time from, Time to) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(to.nanoseconds(), from.nanoseconds(), &difference)) {
    return Duration::max();
  }
  return Duration::nanoseconds(difference);
}

}  // namespace

Placement::Place Placement::place(Time device, Duration correction, bool old) {
  const Time t = plus(device, correction);
  if (!memory_.last || t >= *memory_.last) {
    memory_ = {t, Duration()};
    return {t, correction == Duration() ? Placed::kDevice : Placed::kCorrected};
  }
  const Time last = *memory_.last;
  if (old) return {t, Placed::kCarried};
  const Time shifted = plus(t, memory_.offset);
  if (shifted >= last && memory_.offset > Duration()) {
    memory_.last = shifted;
    return {shifted, Placed::kShifted};
  }
  if (between(shifted, last) <= kHeldAtMost) return {last, Placed::kHeld};
  memory_.offset = between(t, last);
  return {last, Placed::kShifted};
}

Placement::Place Placement::file(Time device) const {
  if (!memory_.last) return {device, Placed::kDevice};
  if (device > *memory_.last) return {*memory_.last, Placed::kHeld};
  return {device, Placed::kCarried};
}

}  // namespace heed::machines
