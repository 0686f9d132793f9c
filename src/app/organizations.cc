#include "app/organizations.h"

#include "silo/intake.h"

namespace heed::app {

using policy::Governed;

Result<policy::Access> engine_access(const policy::Policy& policy) {
  auto facts = silo::own_intake();
  facts.emplace_back("enrolled", true);  // the box of this server belongs to its organizations
  ASSIGN_OR_RETURN(auto access, policy.access("engine", "service.monitoring", "engine", facts));
  access.conditions = policy.knowing(access.conditions, policy::Dimension::kSource, "box");
  return access;
}

Governed<std::shared_ptr<machines::Machines>> Organizations::machines(OrganizationId organization) {
  const Lock lock(mutex_);
  auto& machines = open_[organization];
  if (machines == nullptr) {
    ASSIGN_OR_RETURN(auto silo, store_.silo(organization));
    ASSIGN_OR_RETURN(const auto own, engine_access(*store_.policy()));
    ASSIGN_OR_RETURN(machines, machines::Machines::open(std::move(silo), own, clock_, random_));
  }
  return machines;
}

Governed<std::vector<machines::Machine>> Organizations::load(OrganizationId organization) {
  ASSIGN_OR_RETURN(const auto found, machines(organization));
  ASSIGN_OR_RETURN(const auto own, engine_access(*store_.policy()));
  ASSIGN_OR_RETURN(auto list, found->list(own));
  const Lock lock(mutex_);
  for (const machines::Machine& machine : list) owners_[machine.id] = organization;
  return list;
}

std::optional<OrganizationId> Organizations::known_owner(machines::MachineId machine) {
  const Lock lock(mutex_);
  const auto found = owners_.find(machine);
  return found == owners_.end() ? std::nullopt : std::optional(found->second);
}

Governed<std::shared_ptr<machines::Machines>> Organizations::owner(machines::MachineId machine) {
  std::optional<OrganizationId> organization = known_owner(machine);
  if (!organization) {  // added while the program runs
    for (const OrganizationId candidate : store_.organizations()) {
      ASSIGN_OR_RETURN([[maybe_unused]] const auto list, load(candidate));
    }
    organization = known_owner(machine);
  }
  if (!organization) {
    return std::unexpected(Error{ErrorKind::kNotFound, "no organization owns this machine", ""});
  }
  return machines(*organization);
}

Governed<std::uint64_t> Organizations::take(const machines::Report& report) {
  ASSIGN_OR_RETURN(const auto machines, owner(report.machine));
  ASSIGN_OR_RETURN(const auto own, engine_access(*store_.policy()));
  ASSIGN_OR_RETURN(const machines::Recorded recorded, machines->record(own, report));
  return recorded.last;
}

Result<machines::Resume> Organizations::resume(machines::MachineId machine) {
  const auto resumed = [&]() -> Governed<machines::Resume> {
    ASSIGN_OR_RETURN(const auto machines, owner(machine));
    ASSIGN_OR_RETURN(const auto own, engine_access(*store_.policy()));
    return machines->resume(own, machine);
  }();
  if (resumed) return *resumed;
  if (const Error* error = resumed.error().error()) return std::unexpected(*error);
  return fail(ErrorKind::kUnavailable, resumed.error().message());
}

bool Organizations::look_back() {
  std::vector<std::pair<OrganizationId, std::shared_ptr<machines::Machines>>> in_turn;
  {
    const Lock lock(mutex_);
    in_turn.assign(open_.upper_bound(looked_back_), open_.end());
    in_turn.insert(in_turn.end(), open_.begin(), open_.upper_bound(looked_back_));
  }
  for (const auto& [organization, machines] : in_turn) {
    if (machines == nullptr || !machines->look_back()) continue;
    const Lock lock(mutex_);
    looked_back_ = organization;
    return true;
  }
  return false;
}

void Organizations::tick() {
  const Lock lock(mutex_);
  for (const auto& [organization, machines] : open_) {
    if (machines != nullptr) machines->tick();
  }
}

}  // namespace heed::app
