// A machine's alarms as they were recorded, under the caller's access (docs/ALARMS.md).
#pragma once

#include "machines/alarm_pareto.h"
#include "machines/reading.h"

namespace heed::machines {

/// Of all items that the access may see, in the order of their beginnings. kInvalid for a range
/// that is empty or above Figures::kLongestOee, kExhausted beyond Figures::kMostAlarms.
Governed<std::vector<AlarmSpan>> load_alarms(const Reading& reading, TimeRange range);

}  // namespace heed::machines
