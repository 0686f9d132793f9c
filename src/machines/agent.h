// What a server of MTConnect needs of the machines: which items there are, and what they say,
// numbered (docs/MTCONNECT_AGENT.md).
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "machines/access.h"
#include "machines/agent_ring.h"
#include "machines/views.h"

namespace heed::machines {

struct Inside;

/// Thread-safe. Blocking (storage).
class Agent {
 public:
  /// For Machines alone, which outlives it with `inside`.
  explicit Agent(Inside& inside) : inside_(inside) {}

  /// Every item that the machine has or had, without what it said.
  Governed<MachineItems> describe(const Access& access, MachineId machine) const;
  /// By item: whether the access may read what it said last.
  Governed<std::vector<bool>> readable(const Access& access, MachineId machine,
                                       std::span<const std::string_view> items) const;
  /// The organization's numbered observations (agent_ring.h), begun now if nobody asked before.
  /// What is in it was read under the room's own standing: the caller shows of it only what
  /// describe() and, of an earlier one, readable() allow. `standing` names what both depend on
  /// beside the access, the policy in force; when it changes, the ring begins anew.
  Governed<std::shared_ptr<AgentRing>> ring(const Access& access, std::string_view standing) const;

 private:
  Inside& inside_;
};

}  // namespace heed::machines
