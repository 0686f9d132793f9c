// For tests: a bad disk. Never included by the program.
#pragma once

#include "silo/chunk_store.h"
#include "silo/testing.h"

namespace heed::silo {

inline std::string silo_path(const TemporaryStore& store) {
  return store.options().data_directory + "/silos/" + store.organization().text();
}

/// Changes the chunks that `choose` admits in the closed store's files, as a bad disk would. How
/// many those were.
inline int change_chunks(TemporaryStore& store, const std::function<bool(const ChunkKey&)>& choose,
                         const std::function<void(Bytes& value)>& change) {
  store.close();
  int changed = 0;
  {
    const kv::SharedMemory memory(1U << 20, 1U << 20);
    const auto database = *kv::Database::open(silo_path(store), memory);
    auto cursor = database->cursor(kv::Family::kChunks);
    kv::Changes changes;
    for (cursor.seek({}); cursor.valid(); cursor.next()) {
      if (!choose(*ChunkKey::parse(cursor.key()))) continue;
      Bytes value(cursor.value());
      change(value);
      changes.put(kv::Family::kChunks, cursor.key(), value);
      ++changed;
    }
    require(database->write(changes, kv::Sync::kYes).has_value(), "the disk is as bad as asked");
  }
  store.reopen();
  return changed;
}

/// Flips one bit of it.
inline void rot(Bytes& value) {
  value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 4);
}

}  // namespace heed::silo
