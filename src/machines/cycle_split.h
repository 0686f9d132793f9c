// Runs → cycles that are not judged yet (docs/CYCLES.md §4).
#pragma once

#include <vector>

#include "machines/cycle_tracker.h"

namespace heed::machines {

/// In their order, without overlap.
std::vector<Cycle> split_run(const MachineRun& run);

}  // namespace heed::machines
