#include "silo/log.h"

namespace heed::silo {
namespace {

Bytes key_of(std::uint64_t position) {
  return ByteWriter().u64(position).take();
}

}  // namespace

Result<void> DatabaseLog::append(std::uint64_t position, BytesView entry) {
  return database_.write(kv::Changes().put(kv::Family::kLog, key_of(position), entry),
                         kv::Sync::kYes);
}

Result<void> DatabaseLog::replay(std::uint64_t from, const Visitor& visit) const {
  auto cursor = database_.cursor(kv::Family::kLog);
  for (cursor.seek(key_of(from)); cursor.valid(); cursor.next()) {
    if (auto done = visit(ByteReader(cursor.key()).u64(), cursor.value()); !done) return done;
  }
  return cursor.status();
}

Result<void> DatabaseLog::truncate(std::uint64_t through) {
  kv::Changes changes;
  auto cursor = database_.cursor(kv::Family::kLog);
  for (cursor.seek({}); cursor.valid() && cursor.key() <= key_of(through); cursor.next()) {
    changes.remove(kv::Family::kLog, cursor.key());
  }
  if (auto walked = cursor.status(); !walked) return walked;
  return changes.empty() ? Result<void>() : database_.write(changes, kv::Sync::kNo);
}

}  // namespace heed::silo
