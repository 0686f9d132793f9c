// The part of Records that removes what is past its deadline.
#include "silo/record_stored.h"
#include "silo/records.h"

namespace heed::silo {
namespace {

constexpr std::size_t kDeadlineSize = 8;

/// The end of the index entries that may be due: a version that shortens a keep makes records due
/// before the deadline that they were filed under.
Bytes end_of_due(const Rulings& rulings, Time now) {
  return ByteWriter().i64(rulings.filed_until(now).nanoseconds()).raw("\xff\xff\xff").take();
}

KindId kind_of(BytesView deadline_key) {
  return {ByteReader(deadline_key.substr(kDeadlineSize)).u16()};
}

/// Whether an index entry is worth a look: it is due, or its kind's keep was shortened.
bool may_be_due(const Rulings& rulings, BytesView deadline_key, Time now) {
  const KindId kind = kind_of(deadline_key);
  if (kind == kJournalKind) return false;  // a day of chunks: the series' own purge looks after it
  return Time::from_nanoseconds(ByteReader(deadline_key).i64()) <= now || rulings.shortened(kind);
}

}  // namespace

Result<std::map<KindId, std::uint64_t>> Records::purge(const Rulings& rulings,
                                                       const Spared& spared) {
  const Time now = ground_.clock.now();
  const Bytes end = end_of_due(rulings, now);
  std::map<KindId, std::uint64_t> purged;
  auto cursor = ground_.database.cursor(kv::Family::kDeadlines);
  for (cursor.seek({}); cursor.valid() && cursor.key() < end; cursor.next()) {
    if (!may_be_due(rulings, cursor.key(), now)) continue;
    ASSIGN_OR_RETURN(const bool gone, purge_one(rulings, cursor.key(), now, spared));
    if (gone) ++purged[kind_of(cursor.key())];
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return purged;
}

Result<bool> Records::purge_one(const Rulings& rulings, BytesView deadline_key, Time now,
                                const Spared& spared) {
  const Bytes key(deadline_key.substr(kDeadlineSize));
  const KindId kind = kind_of(deadline_key);
  const auto holding = locks_.records({&key, 1});
  kv::Changes changes;
  ASSIGN_OR_RETURN(const auto value, ground_.database.get(kv::Family::kRecords, key));
  bool due = false;
  if (value) {
    // It may have been replaced since the cursor was made.
    ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, kind, *value));
    due = stored.label.label.deadline <= now;
    if (is_leaving(ground_.seals.subjects, stored.label)) return false;  // goes as an erasure's
    if (due && spared(stored.label.label)) return false;
    if (due) put_removal(key, stored, changes);
  }
  const bool stale = Time::from_nanoseconds(ByteReader(deadline_key).i64()) <= now;
  if (due || stale) changes.remove(kv::Family::kDeadlines, deadline_key);
  if (changes.empty()) return false;
  if (auto written = ground_.database.write(changes, kv::Sync::kNo); !written) {
    return std::unexpected(written.error());
  }
  return due;
}

Result<Time> Records::first_due(const Rulings& rulings, const Spared& spared) const {
  const Time now = ground_.clock.now();
  const Bytes end = end_of_due(rulings, now);
  Time first = Time::max();
  auto cursor = ground_.database.cursor(kv::Family::kDeadlines);
  for (cursor.seek({}); cursor.valid() && cursor.key() < end; cursor.next()) {
    const Time filed = Time::from_nanoseconds(ByteReader(cursor.key()).i64());
    if (filed >= first) break;
    if (!may_be_due(rulings, cursor.key(), now)) continue;
    const BytesView key = cursor.key().substr(kDeadlineSize);
    ASSIGN_OR_RETURN(const auto value, ground_.database.get(kv::Family::kRecords, key));
    if (!value) continue;
    ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, kind_of_key(key), *value));
    if (is_leaving(ground_.seals.subjects, stored.label)) continue;
    const Time due = stored.label.label.deadline;
    if (due <= now && !spared(stored.label.label)) first = std::min(first, due);
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return first;
}

}  // namespace heed::silo
