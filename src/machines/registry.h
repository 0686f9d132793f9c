// The machines that an organization has declared, as records.
#pragma once

#include <optional>
#include <vector>

#include "machines/access.h"
#include "machines/machine.h"
#include "silo/silo.h"

namespace heed::machines {

/// Thread-safe as its silo is; two changes at once may both see the name free, so the caller
/// serializes them.
class Registry {
 public:
  static constexpr std::size_t kMostMachines = 1'000;

  Registry(std::shared_ptr<silo::Silo> silo, const Clock& clock, Random& random)
      : silo_(std::move(silo)), clock_(clock), random_(random) {}

  Governed<Machine> add(const Access& access, const NewMachine& machine);
  Governed<Machine> change(const Access& access, MachineId id, const MachineChange& change);
  Governed<Machine> remove(const Access& access, MachineId id);
  Governed<Machine> restore(const Access& access, MachineId id);
  /// kNotFound when it is not there or is removed.
  Governed<Machine> find(const Access& access, MachineId id) const;
  Governed<std::vector<Machine>> list(const Access& access, bool with_removed) const;

 private:
  Governed<Machine> find_any(const Access& access, MachineId id) const;
  Governed<void> check_name_free(const Access& access, MachineId id, std::string_view name) const;
  Governed<Machine> put(const Access& access, const Machine& machine, silo::Expect expect);

  const std::shared_ptr<silo::Silo> silo_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace heed::machines
