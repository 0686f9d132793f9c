// Takes the reports of one machine, each exactly once, all or nothing.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/sync.h"
#include "machines/agent_ring.h"
#include "machines/ledger.h"

namespace heed::machines {

/// A machine as it stands after its last report. Immutable.
struct Now {
  StateTracker tracker;
  LinkState link;
  std::optional<Time> last_seen;
  bool recording = false;
  Duration correction;
  std::optional<Time> clock_changed;
  std::shared_ptr<const Directory> directory;
};

/// Thread-safe. What it knows is read from the silo at the first use and after a failed append.
class Recorder {
 public:
  struct Taken {
    Recorded recorded;
    bool shown = false;  ///< Something that a card shows changed.
    std::vector<ItemValue> values;
    std::optional<Time> earliest;  ///< Place of a sample that was stored.
  };

  /// `own`: under which the ledger is read back. What is recorded is told to the ring.
  Recorder(std::shared_ptr<silo::Silo> silo, Access own, MachineId machine,
           std::shared_ptr<AgentRing> ring)
      : silo_(std::move(silo)), own_(std::move(own)), machine_(machine), ring_(std::move(ring)) {}

  Governed<Taken> record(const Access& access, const Report& report, bool gather_values);
  Governed<Resume> resume();
  /// Waits for no report that is being stored, except at the first use.
  Governed<std::shared_ptr<const Now>> now();
  /// Tells the ring what each item says, for its base.
  Governed<void> tell_base();

 private:
  Governed<void> ensure_loaded() HEED_REQUIRES(turn_);
  void show() HEED_REQUIRES(turn_);
  void tell(const Report& report, const std::vector<ItemValue>& values) HEED_REQUIRES(turn_);
  /// Everything that stands; `at` instead of the items' own times if given.
  std::vector<ItemValue> standings(std::optional<Time> at) const HEED_REQUIRES(turn_);

  const std::shared_ptr<silo::Silo> silo_;
  const Access own_;
  const MachineId machine_;
  const std::shared_ptr<AgentRing> ring_;
  Mutex turn_;  ///< Held while a report is stored; taken before mutex_.
  std::unique_ptr<Ledger> ledger_ HEED_GUARDED_BY(turn_);
  Mutex mutex_;  ///< Never held while anything slow happens.
  std::shared_ptr<const Now> now_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::machines
