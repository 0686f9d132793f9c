// What a machine's data items are and under which series the silo has them.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "machines/kinds.h"
#include "silo/series.h"

namespace heed::machines {

/// Immutable once shared; a new item makes a new one.
struct Directory {
  struct Entry {
    DataItem item;
    DataClass data = DataClass::kProduction;
    Role role = Role::kNone;
    silo::SeriesId series;
    bool condition = false;  ///< It has been observed as a condition.
  };
  std::vector<DataItem> model;  ///< Empty for a source without one.
  /// Observed items, by key.
  std::map<std::string, Entry, std::less<>> observed;
  std::optional<silo::SeriesId> states, history;
  std::array<std::optional<silo::SeriesId>, kDataClasses.size()> lines;

  const Entry* find(std::string_view key) const {
    const auto found = observed.find(key);
    return found == observed.end() ? nullptr : &found->second;
  }
  /// What is known of an item: from the model, or no more than its key.
  DataItem describe(std::string_view key) const;
  Role role_of(std::string_view key) const;
};

/// Names of a machine's series.
std::string observations_prefix(MachineId machine);  ///< "<machine>/"

}  // namespace heed::machines
