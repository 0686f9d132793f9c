// Reads what was recorded, under the caller's access: timelines, items, plots, links.
#pragma once

#include "machines/access.h"
#include "machines/recorder.h"
#include "machines/threshold.h"
#include "machines/timeline.h"
#include "machines/views.h"

namespace heed::machines {

/// Whose reading it is, and of which machine.
struct Reading {
  const silo::Silo& silo;
  const Access& access;
  MachineId machine;
  const Now& now;
  Time clock;  ///< The wall clock's now.
};

struct Ending {
  bool open = false;  ///< The last activity still goes on.
};

/// Each activity of the range in order, cut to it.
Governed<Ending> scan_activities(const Reading& reading, TimeRange range,
                                 const ActivityVisitor& visit);
/// All of them.
Governed<std::vector<Activity>> load_activities(const Reading& reading, TimeRange range);
/// Those that touch the range.
Governed<std::vector<Gap>> load_gaps(const Reading& reading, TimeRange range);
Governed<Timeline> load_timeline(const Reading& reading, TimeRange range);
Governed<std::vector<ItemView>> load_items(const Reading& reading);
Governed<Plot> load_plot(const Reading& reading, std::string_view item, TimeRange range,
                         std::size_t points);
Governed<void> scan_item(const Reading& reading, std::string_view item, TimeRange range,
                         const RowVisitor& visit);
Governed<LinkHistory> load_link_history(const Reading& reading, std::size_t limit);

/// How long the item had each number, from what held when the range began to now at the latest.
/// Nothing holds while the item is UNAVAILABLE. kExhausted beyond kMostSignalValues.
Governed<std::vector<HeldValue>> load_held(const Reading& reading, std::string_view item,
                                           TimeRange range);

/// The activity at a moment, with its own beginning; nothing before the first one.
Governed<std::optional<Transition>> load_standing(const Reading& reading, Time at);

/// The observed item; kNotFound if there is none.
Governed<const Directory::Entry*> find_item(const Reading& reading, std::string_view item);

}  // namespace heed::machines
