// The spool: every report that the ingest has not acknowledged, numbered, in order per machine, in
// memory first and on disk when the ingest takes its time.
//
// Files: <directory>/spool/<16 hex digits>.segment for all machines together (one sync covers them
// all, where a file per machine would need fifty), <directory>/box.key, <directory>/box.lock.
//
// What it promises:
// - Numbers of a machine count up by one, across restarts.
// - A report is durable once acknowledge() or the callback `durable` has covered its number.
// - A torn tail (never durable) is cut; a damaged frame in the middle is stepped over; what stands
// in
//   for its report is an empty one with a gap that says which numbers are lost.
// - At most `disk_limit` bytes of segments and `memory_limit` bytes of reports, each plus what is
//   on its way. When either is reached it says so (`pressure`) and whoever reads machines pauses;
//   what is in the spool stays, oldest first. A disk that fails to write counts as full.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/base.h"
#include "base/log.h"
#include "box/ingest.h"
#include "machines/observation.h"

namespace heed::box {

using SharedReport = std::shared_ptr<const machines::Report>;

struct SpoolOptions {
  std::string directory;
  std::uint64_t disk_limit = std::uint64_t{1} << 30;
  std::uint64_t memory_limit = std::uint64_t{6} << 20;
  std::uint64_t segment_bytes = std::uint64_t{8} << 20;
  /// Age at which a report that is not acknowledged is written.
  Duration grace = Duration::milliseconds(10);
  /// The report, and those of its machine before it, are on disk. From the spool's thread.
  std::function<void(const machines::Report&)> durable = [](const auto&) {};
  /// pressed() changed. From any thread, without locks held.
  std::function<void()> pressure = [] {};
};

struct SpoolStatistics {
  std::uint64_t disk_bytes = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t syncs = 0;
  std::uint64_t damaged_bytes = 0;  ///< Stepped over or cut since it was opened.
  std::string failure;              ///< Why it cannot write now; empty when it can.
};

/// Thread-safe; next() for one machine from one thread at a time.
class Spool {
 public:
  virtual ~Spool() = default;  ///< Writes what is neither acknowledged nor on disk.

  /// kConflict when another process has the directory, kCorrupt when its key is missing or no key
  /// while there are segments. `clock`, `random` and `log` outlive it.
  static Result<std::unique_ptr<Spool>> open(SpoolOptions options, const Clock& clock,
                                             Random& random, Log& log);

  /// The machines of which it holds reports.
  virtual std::vector<machines::MachineId> machines() const = 0;
  /// What the ingest has; drops what that covers. Gives where the machine's stream goes on: the
  /// number and cursor of the last report that either has. Before the machine's first append().
  virtual Resume resume(machines::MachineId machine, const Resume& ingested) = 0;
  /// Numbers the report and takes it; gives the number.
  virtual std::uint64_t append(machines::Report report) = 0;
  /// The machine's next report after number `after`; nothing when there is none.
  virtual Result<SharedReport> next(machines::MachineId machine, std::uint64_t after) = 0;
  /// The ingest has the machine's reports through `number`.
  virtual void acknowledge(machines::MachineId machine, std::uint64_t number) = 0;
  /// Reports of the machine that are not acknowledged.
  virtual std::uint64_t queued(machines::MachineId machine) const = 0;
  /// The last number that was acknowledged.
  virtual std::uint64_t acknowledged(machines::MachineId machine) const = 0;
  /// It is full: whoever reads machines pauses until it is not.
  virtual bool pressed() const = 0;
  /// Writes all that is not acknowledged, now. For shutdown and tests.
  virtual Result<void> flush() = 0;
  virtual SpoolStatistics statistics() const = 0;
};

}  // namespace heed::box
