// What a database runs on, with two things mended that RocksDB 7.8 gets wrong: the order of its
// logs (silo/kv_log_order.h), and flushes that come while it takes none. Part of the adapter
// silo/kv.h.
//
// A flush that was handed to a thread before an error stopped the database, and begins after it,
// gives up and leaves its family marked as waiting, though nobody will come for it. Every later
// flush of that family is then not asked for, and Resume(), which waits for all families, waits for
// ever. (Merges give back their place in that case; that flushes do not is an omission of RocksDB.)
// So flushes do not begin while the database is stopped; they begin once it is being resumed.
#pragma once

#include <memory>

#include "silo/kv_log_order.h"

namespace rocksdb {
class DB;
class Env;
class Status;
}  // namespace rocksdb

namespace heed::silo::kv {

/// Of one database, which it outlives.
class Environment {
 public:
  explicit Environment(rocksdb::Env& machine);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  rocksdb::Env* env() const { return env_.get(); }
  const LogOrder& logs() const { return logs_; }

  /// Of anything but a merge, or one that `stops` the database. To be called before RocksDB notes
  /// the error, as its listeners are. The database is null as long as it is being opened.
  void note_error(bool stops, rocksdb::DB* db);
  /// As RocksDB's, with the flushes that were held. No write succeeds, and nobody else asks for
  /// flushes or merges meanwhile.
  rocksdb::Status resume(rocksdb::DB& db);

  /// Whether it stands still until it is resumed.
  bool stopped() const;

  class Flushes;

 private:
  const LogOrder logs_;
  const std::shared_ptr<Flushes> flushes_;
  const std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace heed::silo::kv
