// Transitions → activities (docs/STATES.md §4).
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "base/time.h"
#include "machines/transition.h"
#include "machines/views.h"

namespace heed::machines {

using ActivityVisitor = std::function<void(const Activity&)>;

/// Gives the activities of a range, in order, from transitions in the order of their instants
/// (equal instants in the order they happened; the last one counts). `visit(const Activity&)` is
/// called within add() and finish(): a week of fifty machines has 700,000 of them.
template <class Visit>
class TimelineBuilder {
 public:
  TimelineBuilder(TimeRange range, Visit visit) : range_(range), visit_(std::move(visit)) {}
  /// The last one at or before the range's start tells what holds there.
  void add(const Transition& transition) {
    if (pending_ && transition.at > pending_->at) commit();
    pending_ = transition;
  }
  /// `end`: where the last activity ends, unless the range ends before.
  void finish(Time end) && {
    if (pending_ && pending_->at < end) commit();
    if (held_) push({held_->at, std::min(end, range_.to)}, *held_, held_->placed);
  }

 private:
  /// The pending instant is settled: it starts an activity unless it changes nothing.
  void commit() {
    if (held_ && held_->standing == pending_->standing) return;
    if (held_) push({held_->at, std::min(pending_->at, range_.to)}, *held_, pending_->placed);
    held_ = pending_;
  }
  void push(TimeRange range, const Transition& start, Placed end) {
    range.from = std::max(range.from, range_.from);
    if (range.empty()) return;
    visit_({range, start.standing, start.rule, std::max(start.placed, end)});
  }

  TimeRange range_;
  Visit visit_;
  std::optional<Transition> held_;     ///< The activity that goes on, with its own start.
  std::optional<Transition> pending_;  ///< The latest instant, which may still change.
};

/// The next activity of the timeline, with what it adds to its sums.
void add_activity(Timeline& timeline, const Activity& activity);

}  // namespace heed::machines
