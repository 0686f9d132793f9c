#include "machines/timeline.h"

namespace heed::machines {

void add_activity(Timeline& timeline, const Activity& activity) {
  timeline.activities.emplace_back() = activity;
  const Duration length = activity.range.length();
  timeline.totals.at(static_cast<std::size_t>(activity.standing.state)) += length;
  if (activity.standing.in_cycle) timeline.in_cycle += length;
  if (activity.standing.executing) timeline.executing += length;
}

}  // namespace heed::machines
