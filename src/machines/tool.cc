#include "machines/tool.h"

#include <algorithm>
#include <map>

namespace heed::machines {

namespace {

/// The part of the stretch in which the machine was in cycle, and when that ended.
struct Worked {
  Duration in_cycle;
  Time end;
};

/// `first`: the first activity that may reach into the stretch; moves on with it.
Worked worked_in(TimeRange stretch, const std::vector<Activity>& activities, std::size_t& first) {
  Worked worked;
  while (first < activities.size() && activities[first].range.to <= stretch.from) ++first;
  for (std::size_t i = first; i < activities.size(); ++i) {
    const Activity& activity = activities[i];
    if (activity.range.from >= stretch.to) break;
    if (!activity.standing.in_cycle) continue;
    const TimeRange both{std::max(stretch.from, activity.range.from),
                         std::min(stretch.to, activity.range.to)};
    worked.in_cycle += both.length();
    worked.end = both.to;
  }
  return worked;
}

}  // namespace

const ToolWork* WorkOfTools::find(std::string_view tool) const {
  const auto found = std::ranges::lower_bound(tools, tool, {}, &ToolWork::tool);
  return found != tools.end() && found->tool == tool ? &*found : nullptr;
}

WorkOfTools work_of_tools(TimeRange range, const std::vector<Activity>& activities,
                          const std::vector<ToolInSpindle>& spindle) {
  std::map<std::string, ToolWork> tools;
  WorkOfTools all;
  std::size_t first = 0;
  const auto add = [&](TimeRange stretch, const std::optional<std::string>& tool) {
    stretch = {std::max(stretch.from, range.from), std::min(stretch.to, range.to)};
    if (stretch.empty()) return;
    const Worked worked = worked_in(stretch, activities, first);
    if (worked.in_cycle == Duration()) return;
    if (!tool) {
      all.unknown += worked.in_cycle;
      return;
    }
    ToolWork& use = tools[*tool];
    ++use.uses;
    use.in_cycle += worked.in_cycle;
    use.last = worked.end;
  };
  Time from = range.from;
  std::optional<std::string> now;
  for (const ToolInSpindle& next : spindle) {
    if (next.tool == now) continue;  // said once more
    add({from, next.from}, now);
    from = std::max(from, next.from);
    now = next.tool;
  }
  add({from, range.to}, now);
  for (auto& [name, use] : tools) {
    use.tool = name;
    all.tools.push_back(std::move(use));
  }
  return all;
}

std::optional<double> ToolLived::used() const {
  if (!life.item.empty()) {
    if (!counted || !life.counted) return {};
    return *counted / *life.counted;
  }
  std::optional<double> most;
  const auto take = [&](double share) { most = std::max(most.value_or(share), share); };
  if (life.in_cycle) take(in_cycle.in_seconds() / life.in_cycle->in_seconds());
  if (life.uses) take(static_cast<double>(uses) / static_cast<double>(*life.uses));
  return most;
}

}  // namespace heed::machines
