// A machine's cycles, computed anew from what is stored, under the caller's access.
#pragma once

#include "machines/cycle.h"
#include "machines/reading.h"

namespace heed::machines {

/// kInvalid for a range above Figures::kLongestCycleRange, kExhausted beyond kMostCycles. What the
/// access may not see is as if it had never been said: without the program's name, runs are
/// compared by their tools alone.
Governed<CycleList> load_cycles(const Reading& reading, TimeRange range);

}  // namespace heed::machines
