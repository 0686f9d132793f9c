// A long range of activities summed up in equal cells, for whoever draws more of them than a screen
// has columns. Nothing is dropped: a second of alarm in a year is in its cell.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "machines/reading.h"

namespace heed::machines {

/// At most so many cells, and no more than so many activities one by one.
struct OverviewSize {
  std::size_t cells = 1'000;
  std::size_t activities = 2'000;
};

class RollupBuilder {
 public:
  /// `range` is neither empty nor without an end; `cells` at least 1.
  RollupBuilder(TimeRange range, std::size_t cells);
  void add(const Activity& activity);
  void add(const Gap& gap);
  Rollup finish() &&;

 private:
  std::vector<Duration>& share_of(const Standing& standing);
  std::size_t cell_of(Time at) const;
  void spread(TimeRange range, std::vector<Duration>& cells) const;
  Rollup rollup_;
};

Governed<Overview> load_overview(const Reading& reading, TimeRange range, OverviewSize size);

}  // namespace heed::machines
