// The log that protects the heads of series until they are sealed into chunks: numbered entries,
// durable one by one. The silo assumes nothing more of it, so that it need not be a local file: a
// stream of a message broker can take its place. What has been sealed is recorded by the silo in
// the same transaction as the chunks; truncation only tidies up after that.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "base/result.h"
#include "silo/kv.h"

namespace heed::silo {

/// Thread-safe.
class SeriesLog {
 public:
  virtual ~SeriesLog() = default;
  /// Durable when it returns. Concurrent calls, each with a position of its own, share a sync and
  /// may complete in any order.
  virtual Result<void> append(std::uint64_t position, BytesView entry) = 0;
  /// All entries at `from` and after, in order of position. Ends at the first error of `visit`.
  using Visitor = std::function<Result<void>(std::uint64_t position, BytesView entry)>;
  virtual Result<void> replay(std::uint64_t from, const Visitor& visit) const = 0;
  /// Entries up to and with `through` are needed no more.
  virtual Result<void> truncate(std::uint64_t through) = 0;
};

/// The log as a family of the silo's own database: RocksDB's group commit is the shared sync.
class DatabaseLog final : public SeriesLog {
 public:
  explicit DatabaseLog(kv::Database& database) : database_(database) {}
  Result<void> append(std::uint64_t position, BytesView entry) override;
  Result<void> replay(std::uint64_t from, const Visitor& visit) const override;
  Result<void> truncate(std::uint64_t through) override;

 private:
  kv::Database& database_;
};

}  // namespace heed::silo
