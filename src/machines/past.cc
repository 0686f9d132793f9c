#include "machines/past.h"

#include "machines/evidence.h"
#include "machines/inside.h"
#include "machines/rollup.h"

namespace heed::machines {

Governed<Timeline> Past::timeline(const Access& access, MachineId machine, TimeRange range) const {
  return inside_.reading(access, machine,
                         [&](const Reading& r) { return load_timeline(r, range); });
}

Governed<Overview> Past::overview(const Access& access, MachineId machine, TimeRange range,
                                  std::size_t cells, std::size_t activities) const {
  return inside_.reading(access, machine, [&](const Reading& r) {
    return load_overview(r, range, {.cells = cells, .activities = activities});
  });
}

Governed<std::vector<ItemView>> Past::items(const Access& access, MachineId machine) const {
  return inside_.reading(access, machine, [](const Reading& r) { return load_items(r); });
}

Governed<Plot> Past::samples(const Access& access, MachineId machine, std::string_view item,
                             TimeRange range, std::size_t points) const {
  return inside_.reading(access, machine,
                         [&](const Reading& r) { return load_plot(r, item, range, points); });
}

Governed<void> Past::scan_samples(const Access& access, MachineId machine, std::string_view item,
                                  TimeRange range, const RowVisitor& visit) const {
  return inside_.reading(access, machine,
                         [&](const Reading& r) { return scan_item(r, item, range, visit); });
}

Governed<std::vector<Condition>> Past::conditions(const Access& access, MachineId machine,
                                                  Time at) const {
  return inside_.reading(access, machine, [&](const Reading& r) { return load_conditions(r, at); });
}

Governed<Explanation> Past::explain(const Access& access, MachineId machine, Time at) const {
  return inside_.reading(access, machine,
                         [&](const Reading& r) { return load_explanation(r, at); });
}

Governed<RawLine> Past::raw(const Access& access, MachineId machine, std::string_view item,
                            Time at) const {
  return inside_.reading(access, machine, [&](const Reading& r) { return load_line(r, item, at); });
}

Governed<LinkHistory> Past::link_history(const Access& access, MachineId machine,
                                         std::size_t limit) const {
  return inside_.reading(access, machine,
                         [&](const Reading& r) { return load_link_history(r, limit); });
}

}  // namespace heed::machines
