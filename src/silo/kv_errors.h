// What a person is told when RocksDB or the disk under it fails; part of the adapter silo/kv.h.
#pragma once

#include <string>

#include "base/result.h"

namespace rocksdb {
class Status;
}

namespace heed::silo::kv {

/// As RocksDB tells it, with the names of files as they are.
std::string text_of(const rocksdb::Status& status);

/// `doing` says what the program was about, `directory` is the database's. The message names the
/// file where RocksDB does.
std::unexpected<Error> failure(const rocksdb::Status& status, const std::string& doing,
                               const std::string& directory);

}  // namespace heed::silo::kv
