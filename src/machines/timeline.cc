#include "machines/timeline.h"

#include <algorithm>

namespace heed::machines {

void TimelineBuilder::add(const Transition& transition) {
  if (pending_ && transition.at > pending_->at) commit();
  pending_ = transition;
}

void TimelineBuilder::finish(Time end) && {
  if (pending_ && pending_->at < end) commit();
  if (held_) push({held_->at, std::min(end, range_.to)}, *held_, held_->placed);
}

/// The pending instant is settled: it starts an activity unless it changes nothing.
void TimelineBuilder::commit() {
  if (held_ && held_->standing == pending_->standing) return;
  if (held_) push({held_->at, std::min(pending_->at, range_.to)}, *held_, pending_->placed);
  held_ = pending_;
}

void TimelineBuilder::push(TimeRange range, const Transition& start, Placed end) {
  range.from = std::max(range.from, range_.from);
  if (range.empty()) return;
  visit_({range, start.standing, start.rule, std::max(start.placed, end)});
}

void add_activity(Timeline& timeline, const Activity& activity) {
  timeline.activities.push_back(activity);
  const Duration length = activity.range.length();
  timeline.totals.at(static_cast<std::size_t>(activity.standing.state)) += length;
  if (activity.standing.in_cycle) timeline.in_cycle += length;
  if (activity.standing.executing) timeline.executing += length;
}

}  // namespace heed::machines
