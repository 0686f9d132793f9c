// What a series came to, step by step, over a view of it: from the digests of its chunks where they
// cover whole steps, from its samples elsewhere.
//
// Late samples need no repair of anything: they are merged into their chunk, whose digest is made
// anew in the same write, or they lie beside it in another one, and then both are decoded.
#pragma once

#include "silo/series_view.h"

namespace heed::silo {

constexpr std::size_t kMostSteps = 100'000;
constexpr Duration kShortestStep = Duration::seconds(1);

/// kInvalid if there are too many steps or the range has no beginning or end. Steps of which
/// nothing is known are left out.
Result<std::vector<Rollup>> roll_up(SeriesView& view, TimeRange range, Duration step);

}  // namespace heed::silo
