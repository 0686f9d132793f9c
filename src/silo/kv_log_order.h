// The order in which the write-ahead logs of a database reach the disk. Part of the adapter
// silo/kv.h.
//
// RocksDB lets a new log take writes while the one before it may not be on the disk yet. If the
// power goes then, the old one can be gone as a whole, or end exactly between two records, and the
// new one be there: a write then survives one that came before it, and nothing in the files tells.
// So a log begins only once the one before it is down. The flush that follows would sync it anyway.
#pragma once

#include <memory>

namespace rocksdb {
class FileSystem;
}  // namespace rocksdb

namespace heed::silo::kv {

/// Of one database.
class LogOrder {
 public:
  explicit LogOrder(const std::shared_ptr<rocksdb::FileSystem>& files);
  const std::shared_ptr<rocksdb::FileSystem>& files() const { return files_; }
  /// Whether a write to the log that is written to, or a sync of it, has failed. It takes no more.
  bool failed() const;

  struct Newest;

 private:
  const std::shared_ptr<Newest> newest_;
  const std::shared_ptr<rocksdb::FileSystem> files_;
};

}  // namespace heed::silo::kv
