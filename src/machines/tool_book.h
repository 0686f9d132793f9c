// How long tools are to last, as somebody said: a record for each tool of a machine that has a
// life.
#pragma once

#include <memory>
#include <vector>

#include "machines/access.h"
#include "machines/tool.h"
#include "silo/silo.h"

namespace heed::machines {

/// Thread-safe as its silo is.
class ToolBook {
 public:
  static constexpr std::size_t kMostLives = 1'000;  ///< Of one machine.

  ToolBook(std::shared_ptr<silo::Silo> silo, const Clock& clock)
      : silo_(std::move(silo)), clock_(clock) {}

  /// By tool.
  Governed<std::vector<ToolLife>> lives(const Access& access, MachineId machine) const;
  /// In the place of the tool's earlier one. kInvalid names the field, kExhausted beyond
  /// kMostLives.
  Governed<void> put(const Access& access, MachineId machine, const ToolLife& life);
  /// Whether it had one.
  Governed<bool> remove(const Access& access, MachineId machine, std::string_view tool);

 private:
  const std::shared_ptr<silo::Silo> silo_;
  const Clock& clock_;
};

}  // namespace heed::machines
