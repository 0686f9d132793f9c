// Which cycles are complete, on what evidence, and how sure that is (docs/CYCLES.md §5).
#pragma once

#include <vector>

#include "machines/cycle.h"

namespace heed::machines {

/// A cycle is compared with those that ended within this of its end…
constexpr Duration kPeersWithin = Duration::days(7);
/// …but with at most so many before it and behind it.
constexpr std::size_t kMostPeers = 50;

/// `cycles`: of one machine, in their order.
void judge_cycles(std::vector<Cycle>& cycles);

}  // namespace heed::machines
