// The uplink: hands the spool's reports to the ingest, of each machine in order, of many machines
// at once (so that their silos' syncs are shared), and again after a failure until they are taken.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/base.h"
#include "base/log.h"
#include "box/ingest.h"
#include "box/spool.h"
#include "machines/observation.h"

namespace heed::box {

struct UplinkOptions {
  unsigned threads = 8;
  /// After a failure: doubling, with jitter.
  Duration first_wait = Duration::milliseconds(100);
  Duration longest_wait = Duration::seconds(30);
  /// Where a machine's stream goes on; once for each add(), from one of the uplink's threads.
  std::function<void(machines::MachineId, const Resume&)> resumed = [](auto, const auto&) {};
  /// The ingest has the report, and those of its machine before it. From one of the uplink's
  /// threads.
  std::function<void(const machines::Report&)> acknowledged = [](const auto&) {};
};

/// Thread-safe.
class Uplink {
 public:
  virtual ~Uplink() = default;  ///< Waits for the calls of the ingest that are under way.

  /// All outlive the uplink.
  static std::unique_ptr<Uplink> start(UplinkOptions options, Ingest ingest, Spool& spool,
                                       const Clock& clock, Random& random, Log& log);
  /// Asks the ingest where the machine stands, and takes it up from there. Reports of a machine may
  /// be appended to the spool once `resumed` was called for it.
  virtual void add(machines::MachineId machine) = 0;
  /// The spool has a report of the machine.
  virtual void wake(machines::MachineId machine) = 0;
  /// Why the machine's reports are not taken now; empty when they are.
  virtual std::string trouble(machines::MachineId machine) const = 0;
};

}  // namespace heed::box
