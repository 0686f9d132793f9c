#include "machines/described.h"

#include <array>
#include <unordered_set>

namespace heed::machines {
namespace {

/// A prefix that no series of this room has: asking for it asks the policy and reads nothing.
constexpr std::string_view kNoSeries = "-";

using Classes = std::array<bool, kDataClasses.size()>;

Governed<Classes> readable_classes(const Reading& reading) {
  Classes readable{};
  for (const DataClass data : kDataClasses) {
    const auto listed =
        reading.silo.list_series(reading.access, kind::observations(data), kNoSeries);
    if (!listed && !listed.error().refusal()) return std::unexpected(listed.error());
    readable.at(static_cast<std::size_t>(data)) = listed.has_value();
  }
  return readable;
}

}  // namespace

Governed<MachineItems> load_descriptions(const Reading& reading) {
  ASSIGN_OR_RETURN(const Classes readable, readable_classes(reading));
  const Directory& directory = *reading.now.directory;
  MachineItems described{.items = {}, .withheld = 0, .has_link = reading.now.link.since != Time()};
  const auto add = [&](const DataItem& item, Role role, DataClass data, bool condition) {
    if (!readable.at(static_cast<std::size_t>(data))) {
      ++described.withheld;
      return;
    }
    described.items.push_back({item, word(role), condition});
  };
  std::unordered_set<std::string_view> in_model;
  for (const DataItem& item : directory.model) {
    const Directory::Entry* entry = directory.find(item.key);
    const bool condition =
        item.category == ItemCategory::kCondition || (entry != nullptr && entry->condition);
    add(item, role_of_item(item), entry != nullptr ? entry->data : data_class_of(item), condition);
    in_model.insert(item.key);
  }
  for (const auto& [key, entry] : directory.observed) {
    if (in_model.contains(key)) continue;
    add(entry.item, entry.role, entry.data, entry.condition);
  }
  return described;
}

Governed<std::vector<bool>> load_readable(const Reading& reading,
                                          std::span<const std::string_view> items) {
  std::vector<bool> readable;
  for (const std::string_view item : items) {
    const Directory::Entry* entry = reading.now.directory->find(item);
    if (entry == nullptr) {
      readable.push_back(false);
      continue;
    }
    const auto last = reading.silo.last_at(reading.access, entry->series, Time::max());
    if (!last && !last.error().refusal()) return std::unexpected(last.error());
    readable.push_back(last.has_value());
  }
  return readable;
}

}  // namespace heed::machines
