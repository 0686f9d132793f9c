// When the kept figures of each card (glance.h) are to be worked out anew, and what they were last.
#pragma once

#include <map>
#include <optional>

#include "base/sync.h"
#include "machines/glance_reading.h"

namespace heed::machines {

/// Thread-safe. Whatever it does not remember is due: after a start that is every machine.
class Glances {
 public:
  /// The audit of data that come late, or of a recording that grows, is not made more often.
  static constexpr Duration kAuditsApart = Duration::minutes(5);
  /// After something could not be read, or not be kept by a policy that has no word for it.
  static constexpr Duration kTryAgain = Duration::hours(1);

  /// `clock` outlives it.
  explicit Glances(const Clock& clock) : clock_(clock) {}

  void meet(MachineId machine);
  void forget(MachineId machine);
  /// A rule of figures changed, or where the machine stands.
  void rules_changed(std::optional<MachineId> machine = {});
  /// Something was stored there; if that lies within what was audited, it is audited anew.
  void placed(MachineId machine, Time earliest);

  struct Due {
    MachineId machine;
    bool audit = false, forecast = false;
    std::optional<ForecastLook> before;
    std::uint64_t changes = 0;  ///< Of its rules until then.
  };
  /// The one that waits longest. One at a time: it is given back to looked() or failed() first.
  std::optional<Due> due();
  void looked(const Due& due, const std::optional<AuditLook>& audit,
              const std::optional<ForecastLook>& forecast);
  void failed(const Due& due);

  /// What is kept, as the room itself may see it; nothing before it was learned.
  std::optional<Glance> known(MachineId machine) const;
  void learn(MachineId machine, Glance glance);

 private:
  struct Entry {
    Time audit_due = Time::min(), forecast_due = Time::min();
    TimeRange audited;
    std::optional<Time> checked;
    std::optional<ForecastLook> batch;
    std::optional<Glance> known;
    // Of what happens while somebody looks, so that it is not taken for seen.
    std::uint64_t changes = 0;  ///< Of rules
    Time earliest = Time::max();
  };
  const Clock& clock_;
  mutable Mutex mutex_;
  std::map<MachineId, Entry> entries_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::machines
