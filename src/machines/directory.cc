#include "machines/directory.h"

#include <algorithm>

namespace heed::machines {

DataItem Directory::describe(std::string_view key) const {
  const auto found = std::ranges::find(model, key, &DataItem::key);
  if (found != model.end()) return *found;
  return {.key = std::string(key), .name = std::string(key)};
}

Role Directory::role_of(std::string_view key) const {
  return model.empty() ? role_of_key(key) : role_of_item(describe(key));
}

std::string observations_prefix(MachineId machine) {
  return machine.text() + "/";
}

}  // namespace heed::machines
