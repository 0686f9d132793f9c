// box: the edge. It reads the machines next to it and hands on, exactly once, what they said.
//
// In:  sources (a machine, a protocol, an address) and what their controls and adapters send.
// Out: numbered machines::Report values to an Ingest, in order per machine; the state of each link.
// Knows: wire (sessions without I/O), machines/observation.h, policy, base. Not the silo.
//
// An observation's way: net.h reads bytes -> a driver turns them into a Report -> class_filter.h
// drops what the policy does not let the organization keep -> spool.h numbers it and keeps it until
// it is acknowledged -> uplink.h hands it to the Ingest and repeats until it is taken.
//
// Durable means: the Ingest has acknowledged the report, or the spool has synced it. A report goes
// to the Ingest at once; the spool writes (one sync for all machines) only what has not been
// acknowledged within SpoolOptions::grace. So a healthy silo costs one sync, its own, and a slow,
// full or failing one costs nothing but disk: the spool takes over by itself. A source's place in
// its stream (Report::resume) travels inside the report, so it is never ahead of the data.
//
// The box never writes to a machine: what drivers can send is ping and read requests alone, and a
// test holds every byte they sent against that grammar (DESIGN §7).
//
// Threads: one loop for all sources, one for the spool, one for names (DNS), a few for the uplink.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/base.h"
#include "base/log.h"
#include "box/ingest.h"
#include "box/scan.h"
#include "box/source.h"
#include "machines/observation.h"
#include "policy/book.h"

namespace heed::box {

struct BoxOptions {
  /// The box's own directory, made if absent (0700): the spool, its key (0600), a lock.
  std::string directory;
  /// What it lets pass follows a change of policy with the next report.
  std::shared_ptr<const policy::InForce> policy;
  /// Disk that reports may take while the ingest does not; beyond it reading pauses.
  std::uint64_t spool_bytes = std::uint64_t{1} << 30;
  /// How long the ingest has before the spool writes a report too.
  Duration spool_grace = Duration::milliseconds(10);
  unsigned uplink_threads = 8;
  /// Each report once it is durable, perhaps twice (the spool and the ingest have it). From several
  /// threads; for meters and for the tests of this promise.
  std::function<void(const machines::Report&)> durable = [](const auto&) {};
};

/// Reads all sources. Thread-safe; no call waits for a machine, except diagnose().
class Box {
 public:
  virtual ~Box() = default;  ///< Stops within a second, without losing what is durable.

  /// Starts with what the spool still holds. `clock`, `random` (used from several threads) and
  /// `log` outlive the box. kConflict when another process has the directory.
  static Result<std::unique_ptr<Box>> open(BoxOptions options, Ingest ingest, const Clock& clock,
                                           Random& random, Log& log);

  /// Begins to read a machine. kInvalid for an address or settings that cannot be any; kConflict if
  /// the machine is being read already. Reading starts once Ingest::resume has answered.
  virtual Result<void> add(const Source& source) = 0;
  /// Stops reading it; what is in the spool is still handed on. kNotFound if it is not read.
  virtual Result<void> remove(machines::MachineId machine) = 0;
  /// Nothing for a machine that is not read.
  virtual std::optional<SourceStatus> status(machines::MachineId machine) const = 0;
  /// kInvalid, with the mend, for an address or settings that cannot be of the protocol.
  static Result<void> check(const Look& look);
  /// Connects for at most 5 s, stores nothing and says what happened. Blocking. kExhausted when
  /// four others are under way.
  virtual Result<Diagnosis> diagnose(const Look& look) = 0;
  /// Looks for machines on a network of its own. The box outlives the scan.
  std::unique_ptr<Scan> scan(const ScanRange& range, const Clock& clock);
};

}  // namespace heed::box
