// The machines of every organization, opened when they are first asked for.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "base/sync.h"
#include "machines/machines.h"
#include "silo/silo.h"

namespace heed::app {

/// Thread-safe.
class Organizations {
 public:
  /// All outlive it.
  Organizations(silo::Store& store, const Clock& clock, Random& random)
      : store_(store), clock_(clock), random_(random) {}

  /// kNotFound for an organization without a silo.
  policy::Governed<std::shared_ptr<machines::Machines>> machines(OrganizationId organization);
  /// The machines of one that are not removed. Learns whose they are.
  policy::Governed<std::vector<machines::Machine>> load(OrganizationId organization);

  /// For the box: files a report with the organization that owns the machine, as the engine.
  policy::Governed<std::uint64_t> take(const machines::Report& report);
  Result<machines::Resume> resume(machines::MachineId machine);

  /// Machines::tick() of all that are open.
  void tick();
  /// Machines::look_back() of one that has something due, in turn; whether there was one.
  bool look_back();

 private:
  policy::Governed<std::shared_ptr<machines::Machines>> owner(machines::MachineId machine);
  std::optional<OrganizationId> known_owner(machines::MachineId machine);

  silo::Store& store_;
  const Clock& clock_;
  Random& random_;
  Mutex mutex_;
  std::map<OrganizationId, std::shared_ptr<machines::Machines>> open_ HEED_GUARDED_BY(mutex_);
  OrganizationId looked_back_ HEED_GUARDED_BY(mutex_);  ///< The last one that did.
  std::unordered_map<machines::MachineId, OrganizationId, machines::MachineId::Hash> owners_
      HEED_GUARDED_BY(mutex_);
};

/// The standing of the program itself when it files what machines say.
Result<policy::Access> engine_access(const policy::Policy& policy);

}  // namespace heed::app
