// Transitions → activities (docs/STATES.md §4).
#pragma once

#include <optional>
#include <vector>

#include "base/time.h"
#include "machines/transition.h"
#include "machines/views.h"

namespace heed::machines {

/// Builds the activities of a range from transitions in the order of their instants (equal
/// instants in the order they happened; the last one counts).
class TimelineBuilder {
 public:
  explicit TimelineBuilder(TimeRange range) : range_(range) {}
  /// The last one at or before the range's start tells what holds there.
  void add(const Transition& transition);
  /// `end`: where the last activity ends, unless the range ends before.
  Timeline finish(Time end) &&;

 private:
  void commit();
  void push(TimeRange range, const Transition& start, Placed end);
  TimeRange range_;
  std::optional<Transition> held_;     ///< The activity that goes on, with its own start.
  std::optional<Transition> pending_;  ///< The latest instant, which may still change.
  Timeline timeline_;
};

}  // namespace heed::machines
