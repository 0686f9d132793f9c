// What is known of a machine's tools (docs/TOOLS.md), and how long somebody says that they last.
#pragma once

#include <string_view>

#include "machines/access.h"
#include "machines/tool.h"

namespace heed::machines {

struct Inside;

/// Thread-safe. Blocking (storage).
class Tools {
 public:
  /// For Machines alone, which outlives it with `inside`.
  explicit Tools(Inside& inside) : inside_(inside) {}

  static constexpr Duration kLongestRange = Duration::days(100);
  /// kInvalid above kLongestRange.
  Governed<ToolTable> table(const Access& access, MachineId machine, TimeRange range) const;
  /// In the place of the tool's earlier one. kInvalid names the field, kExhausted beyond 1,000.
  Governed<void> set_life(const Access& access, MachineId machine, const ToolLife& life);
  /// kNotFound if the tool has none.
  Governed<void> remove_life(const Access& access, MachineId machine, std::string_view tool);

 private:
  Inside& inside_;
};

}  // namespace heed::machines
