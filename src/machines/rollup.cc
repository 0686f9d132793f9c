#include "machines/rollup.h"

#include <algorithm>

#include "base/result.h"

namespace heed::machines {
namespace {

/// Rounded up, so that no more cells are needed than were asked for.
Duration cell_length(TimeRange range, std::size_t cells) {
  const auto count = static_cast<std::int64_t>(cells);
  return (range.length() + Duration::nanoseconds(count - 1)) / count;
}

}  // namespace

RollupBuilder::RollupBuilder(TimeRange range, std::size_t cells) {
  require(!range.empty() && cells > 0, "a roll-up has something to sum up");
  rollup_.range = range;
  rollup_.cell = cell_length(range, cells);
  const std::size_t count = cell_of(range.to - Duration::nanoseconds(1)) + 1;
  for (auto* column : {&rollup_.in_cycle, &rollup_.executing, &rollup_.doubtful}) {
    column->resize(count);
  }
  rollup_.gaps.resize(count);
}

void RollupBuilder::add(const Activity& activity) {
  spread(activity.range, share_of(activity.standing));
  if (activity.standing.in_cycle) spread(activity.range, rollup_.in_cycle);
  if (activity.standing.executing) spread(activity.range, rollup_.executing);
  if (activity.placed != Placed::kDevice) spread(activity.range, rollup_.doubtful);
}

void RollupBuilder::add(const Gap& gap) {
  const TimeRange& range = rollup_.range;
  if (gap.to < range.from || gap.from >= range.to) return;
  const std::size_t last = std::min(cell_of(gap.to), rollup_.gaps.size() - 1);
  for (std::size_t i = cell_of(std::max(gap.from, range.from)); i <= last; ++i) ++rollup_.gaps[i];
}

Rollup RollupBuilder::finish() && {
  return std::move(rollup_);
}

std::vector<Duration>& RollupBuilder::share_of(const Standing& standing) {
  auto& shares = rollup_.shares;
  auto found = std::ranges::find_if(shares, [&](const Rollup::Share& share) {
    return share.state == standing.state && share.bucket == standing.bucket;
  });
  if (found == shares.end()) {
    shares.push_back({standing.state, standing.bucket, {}});
    found = std::prev(shares.end());
    found->in_cells.resize(rollup_.gaps.size());
  }
  return found->in_cells;
}

std::size_t RollupBuilder::cell_of(Time at) const {
  const std::int64_t cell = rollup_.cell.count_nanoseconds();
  return static_cast<std::size_t>((at - rollup_.range.from).count_nanoseconds() / cell);
}

void RollupBuilder::spread(TimeRange range, std::vector<Duration>& cells) const {
  for (std::size_t i = cell_of(range.from); range.from < range.to; ++i) {
    const Time end = rollup_.range.from + rollup_.cell * (static_cast<std::int64_t>(i) + 1);
    const Time to = std::min(end, range.to);
    cells[i] += to - range.from;
    range.from = to;
  }
}

Governed<Overview> load_overview(const Reading& reading, TimeRange range, OverviewSize size) {
  Overview overview;
  RollupBuilder rollup(range, size.cells);
  Timeline timeline;
  std::size_t count = 0;
  const auto add = [&](const Activity& activity) {
    rollup.add(activity);
    if (++count <= size.activities) add_activity(timeline, activity);
  };
  ASSIGN_OR_RETURN(const Ending ending, scan_activities(reading, range, add));
  ASSIGN_OR_RETURN(auto gaps, load_gaps(reading, range));
  if (count <= size.activities && gaps.size() <= size.activities) {
    timeline.open = ending.open;
    timeline.gaps = std::move(gaps);
    overview.activities = std::move(timeline);
    return overview;
  }
  for (const Gap& gap : gaps) rollup.add(gap);
  overview.rollup = std::move(rollup).finish();
  overview.rollup->open = ending.open;
  return overview;
}

}  // namespace heed::machines
