// What a database runs on: the machine, with what RocksDB 7.8 gets wrong mended, the order of its
// logs (silo/kv_log_order.h). Part of the adapter silo/kv.h.
#pragma once

#include <memory>

#include "silo/kv_log_order.h"

namespace rocksdb {
class Env;
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

 private:
  const LogOrder logs_;
  const std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace heed::silo::kv
