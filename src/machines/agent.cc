#include "machines/agent.h"

#include "machines/described.h"
#include "machines/inside.h"

namespace heed::machines {

Governed<MachineItems> Agent::describe(const Access& access, MachineId machine) const {
  return inside_.reading(access, machine, [](const Reading& r) { return load_descriptions(r); });
}

Governed<std::vector<bool>> Agent::readable(const Access& access, MachineId machine,
                                            std::span<const std::string_view> items) const {
  return inside_.reading(access, machine,
                         [&](const Reading& r) { return load_readable(r, items); });
}

Governed<std::shared_ptr<AgentRing>> Agent::ring(const Access& access,
                                                 std::string_view standing) const {
  if (auto allowed = inside_.registry.list(access, false); !allowed) {
    return std::unexpected(allowed.error());
  }
  const Lock lock(inside_.one_begin);
  if (!inside_.ring->begin(standing)) return inside_.ring;
  ASSIGN_OR_RETURN(const auto all, inside_.registry.list(inside_.own, false));
  for (const Machine& machine : all) {
    if (auto told = inside_.recorder(machine.id)->tell_base(); !told) {
      inside_.ring->sleep();
      return std::unexpected(told.error());
    }
  }
  inside_.ring->run();
  return inside_.ring;
}

}  // namespace heed::machines
