// Transitions → activities (docs/STATES.md §4).
#pragma once

#include <functional>
#include <optional>

#include "base/time.h"
#include "machines/transition.h"
#include "machines/views.h"

namespace heed::machines {

using ActivityVisitor = std::function<void(const Activity&)>;

/// Gives the activities of a range, in order, from transitions in the order of their instants
/// (equal instants in the order they happened; the last one counts).
class TimelineBuilder {
 public:
  TimelineBuilder(TimeRange range, ActivityVisitor visit)
      : range_(range), visit_(std::move(visit)) {}
  /// The last one at or before the range's start tells what holds there.
  void add(const Transition& transition);
  /// `end`: where the last activity ends, unless the range ends before.
  void finish(Time end) &&;

 private:
  void commit();
  void push(TimeRange range, const Transition& start, Placed end);
  TimeRange range_;
  ActivityVisitor visit_;
  std::optional<Transition> held_;     ///< The activity that goes on, with its own start.
  std::optional<Transition> pending_;  ///< The latest instant, which may still change.
};

/// The next activity of the timeline, with what it adds to its sums.
void add_activity(Timeline& timeline, const Activity& activity);

}  // namespace heed::machines
