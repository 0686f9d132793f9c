// A store that is asked GDPRbench's operations. Two there are: Heed's silo and PostgreSQL.
#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "bench/gdpr/trace.h"

namespace heed::bench::gdpr {

/// One that asks: a thread's own.
class Client {
 public:
  virtual ~Client() = default;
  /// How many records the operation touched; what it changed is durable when it returns.
  virtual Result<std::uint64_t> run(const Operation& operation) = 0;
};

struct Space {
  std::uint64_t data = 0;   ///< Bytes of the records and their indexes.
  std::uint64_t total = 0;  ///< Of everything, the log that is written ahead included.
};

class Target {
 public:
  virtual ~Target() = default;
  virtual Result<std::unique_ptr<Client>> client() = 0;
  /// Records from `first` to before `last`, as fast as the store takes many; durable at the end.
  virtual Result<void> load(std::uint64_t first, std::uint64_t last) = 0;
  /// Entries of the log that a regulator reads.
  virtual Result<void> load_log(std::uint64_t entries) = 0;
  /// What the store does by itself sooner or later to give space back: Heed's scrub, PostgreSQL's
  /// VACUUM.
  virtual Result<void> tidy_up() = 0;
  /// After what is in memory was written to files. No client may be in use.
  virtual Result<Space> space() = 0;
  /// Records that are there.
  virtual Result<std::uint64_t> count() = 0;
};

struct TargetOptions {
  const Trace* trace = nullptr;
  std::size_t page = 0;    ///< Most records of one answer by purpose or user; 0: all.
  bool indexes = true;     ///< PostgreSQL: on all nine fields of metadata, or on none.
  std::string connection;  ///< PostgreSQL: as libpq takes it.
  std::uint64_t log_entries = 0;
  std::size_t cache_bytes = 0;  ///< Heed: for blocks that were read.
};

Result<std::unique_ptr<Target>> open_heed(const TargetOptions& options);
Result<std::unique_ptr<Target>> open_postgres(const TargetOptions& options);

}  // namespace heed::bench::gdpr
