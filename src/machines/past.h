// What a machine said and did, as it is recorded: activities, plots, conditions, and the reason for
// a state with the raw lines behind it.
#pragma once

#include <string_view>
#include <vector>

#include "machines/access.h"
#include "machines/condition.h"
#include "machines/views.h"

namespace heed::machines {

struct Inside;

/// Thread-safe. Blocking (storage). Nothing is read but under the caller's access.
class Past {
 public:
  /// For Machines alone, which outlives it with `inside`.
  explicit Past(Inside& inside) : inside_(inside) {}

  Governed<Timeline> timeline(const Access& access, MachineId machine, TimeRange range) const;
  /// For a picture of so many cells: the activities themselves when they are at most `activities`.
  /// `range` is not empty; `cells` at least 1.
  Governed<Overview> overview(const Access& access, MachineId machine, TimeRange range,
                              std::size_t cells, std::size_t activities) const;
  Governed<std::vector<ItemView>> items(const Access& access, MachineId machine) const;
  /// At most `points` (2 to 5,000) parts with their extremes, or every sample when they are fewer.
  /// kNotFound if the machine has no such item.
  Governed<Plot> samples(const Access& access, MachineId machine, std::string_view item,
                         TimeRange range, std::size_t points) const;
  /// Every stored sample in time order, for CSV.
  Governed<void> scan_samples(const Access& access, MachineId machine, std::string_view item,
                              TimeRange range, const RowVisitor& visit) const;
  /// Active conditions (WARNING, FAULT) at that moment.
  Governed<std::vector<Condition>> conditions(const Access& access, MachineId machine,
                                              Time at) const;
  /// "Why is it red": kNotFound before the machine's first observation.
  Governed<Explanation> explain(const Access& access, MachineId machine, Time at) const;
  /// The line behind the item's last observation at or before `at`.
  Governed<RawLine> raw(const Access& access, MachineId machine, std::string_view item,
                        Time at) const;
  /// The newest `limit` changes and gaps.
  Governed<LinkHistory> link_history(const Access& access, MachineId machine,
                                     std::size_t limit) const;

 private:
  Inside& inside_;
};

}  // namespace heed::machines
