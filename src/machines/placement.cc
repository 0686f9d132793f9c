#include "machines/placement.h"

namespace heed::machines {

Placement::Place Placement::place(Time device, Duration correction, bool old) {
  const Time t = device + correction;
  if (!memory_.last || t >= *memory_.last) {
    memory_ = {t, Duration()};
    return {t, correction == Duration() ? Placed::kDevice : Placed::kCorrected};
  }
  const Time last = *memory_.last;
  if (old) return {t, Placed::kCarried};
  const Time shifted = t + memory_.offset;
  if (shifted >= last && memory_.offset > Duration()) {
    memory_.last = shifted;
    return {shifted, Placed::kShifted};
  }
  if (last - shifted <= kHeldAtMost) return {last, Placed::kHeld};
  memory_.offset = last - t;
  return {last, Placed::kShifted};
}

}  // namespace heed::machines
