#include "machines/timeline.h"

#include <algorithm>

namespace heed::machines {

void TimelineBuilder::add(const Transition& transition) {
  if (pending_ && transition.at > pending_->at) commit();
  pending_ = transition;
}

Timeline TimelineBuilder::finish(Time end) && {
  if (pending_ && pending_->at < end) commit();
  if (held_) push({held_->at, std::min(end, range_.to)}, *held_, held_->placed);
  return std::move(timeline_);
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
  timeline_.activities.push_back({range, start.standing, start.rule, std::max(start.placed, end)});
  const Duration length = range.length();
  timeline_.totals.at(static_cast<std::size_t>(start.standing.state)) += length;
  if (start.standing.in_cycle) timeline_.in_cycle += length;
  if (start.standing.executing) timeline_.executing += length;
}

}  // namespace heed::machines
