#include "machines/tools.h"

#include "machines/inside.h"
#include "machines/tool_reading.h"

namespace heed::machines {

Governed<ToolTable> Tools::table(const Access& access, MachineId machine, TimeRange range) const {
  return inside_.reading(access, machine, [&](const Reading& r) -> Governed<ToolTable> {
    auto lives = inside_.tools.lives(access, machine);
    if (!lives && !lives.error().refusal()) return std::unexpected(lives.error());
    return load_tools(r, lives.value_or(std::vector<ToolLife>()), range);
  });
}

Governed<void> Tools::set_life(const Access& access, MachineId machine, const ToolLife& life) {
  const Lock one(inside_.one_change);
  ASSIGN_OR_RETURN(const Machine found, inside_.registry.find(access, machine));
  return inside_.tools.put(access, found.id, life);
}

Governed<void> Tools::remove_life(const Access& access, MachineId machine, std::string_view tool) {
  ASSIGN_OR_RETURN(const Machine found, inside_.registry.find(access, machine));
  ASSIGN_OR_RETURN(const bool removed, inside_.tools.remove(access, found.id, tool));
  if (removed) return {};
  return std::unexpected<policy::Withheld>(
      Error{ErrorKind::kNotFound, "no life was set for this tool", {}});
}

}  // namespace heed::machines
