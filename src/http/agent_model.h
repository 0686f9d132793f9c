// What the machines of an organization are to an MTConnect client: Devices with Components and
// DataItems. docs/MTCONNECT_AGENT.md says which item becomes what.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "machines/agent.h"
#include "machines/machines.h"
#include "wire/mtconnect/devices.h"
#include "wire/mtconnect/writer.h"

namespace heed::http {

/// As one access may see it.
struct AgentModel {
  struct Place {
    std::size_t device = 0;
    std::size_t item = 0;
  };
  struct Machine {
    machines::MachineId id;
    std::unordered_map<std::string, std::size_t> items;  ///< By the item's key in Heed.
  };
  std::vector<wire::mtconnect::Device> devices;
  std::vector<Machine> machines;  ///< By device.
  std::unordered_map<machines::MachineId, std::size_t, machines::MachineId::Hash> device_of;
  std::size_t withheld = 0;  ///< Items that the policy does not show to this access.

  /// Nothing for what this access does not see.
  std::optional<Place> find(machines::MachineId machine, const std::string& item) const;
  /// By name, uuid or id.
  std::optional<std::size_t> find_device(std::string_view device) const;
  void add(const machines::Machine& machine, const machines::MachineItems& items);
};

policy::Governed<AgentModel> load_agent_model(const machines::Machines& machines,
                                              const policy::Access& access);

/// The observation as this item is told. Nothing if it cannot be told at all: a condition of an
/// item that is no condition. A value that the item's type has no word for is UNAVAILABLE.
std::optional<wire::mtconnect::Told> told_of(const AgentModel& model, AgentModel::Place place,
                                             const machines::Numbered& said);
/// Nothing is known of it.
wire::mtconnect::Told untold(AgentModel::Place place, std::uint64_t sequence, Time at);

/// An xs:ID that is the same as long as there is the machine, for whatever key.
std::string data_item_id(machines::MachineId machine, std::string_view key);

}  // namespace heed::http
