// The part of Records that removes what is past its deadline.
#include "silo/record_codec.h"
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

/// By the version in force; Time::max() if it does not decode.
Time deadline_of(const Rulings& rulings, KindId kind, BytesView value) {
  const auto label = decode_label(kind, ByteReader(value).sized());
  if (!label) return Time::max();
  return rulings.deadline(kind, label->policy_version, label->stored, label->deadline);
}

/// Whether an index entry is worth a look: it is due, or its kind's keep was shortened.
bool may_be_due(const Rulings& rulings, BytesView deadline_key, Time now) {
  const KindId kind = kind_of(deadline_key);
  if (kind == kJournalKind) return false;  // a day of chunks: the series' own purge looks after it
  return Time::from_nanoseconds(ByteReader(deadline_key).i64()) <= now || rulings.shortened(kind);
}

}  // namespace

Result<std::map<KindId, std::uint64_t>> Records::purge(const Rulings& rulings) {
  const Time now = clock_.now();
  const Bytes end = end_of_due(rulings, now);
  std::map<KindId, std::uint64_t> purged;
  auto cursor = database_.cursor(kv::Family::kDeadlines);
  for (cursor.seek({}); cursor.valid() && cursor.key() < end; cursor.next()) {
    if (!may_be_due(rulings, cursor.key(), now)) continue;
    ASSIGN_OR_RETURN(const bool gone, purge_one(rulings, cursor.key(), now));
    if (gone) ++purged[kind_of(cursor.key())];
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return purged;
}

Result<bool> Records::purge_one(const Rulings& rulings, BytesView deadline_key, Time now) {
  const Bytes key(deadline_key.substr(kDeadlineSize));
  const KindId kind = kind_of(deadline_key);
  const Lock lock(stripe(key));
  kv::Changes changes;
  ASSIGN_OR_RETURN(const auto value, database_.get(kv::Family::kRecords, key));
  // It may have been replaced since the cursor was made.
  const bool due = value && deadline_of(rulings, kind, *value) <= now;
  const bool stale = Time::from_nanoseconds(ByteReader(deadline_key).i64()) <= now;
  if (due || stale) changes.remove(kv::Family::kDeadlines, deadline_key);
  if (due) changes.remove(kv::Family::kRecords, key);
  if (changes.empty()) return false;
  if (auto written = database_.write(changes, kv::Sync::kNo); !written) {
    return std::unexpected(written.error());
  }
  return due;
}

Result<Time> Records::first_due(const Rulings& rulings) const {
  const Time now = clock_.now();
  const Bytes end = end_of_due(rulings, now);
  Time first = Time::max();
  auto cursor = database_.cursor(kv::Family::kDeadlines);
  for (cursor.seek({}); cursor.valid() && cursor.key() < end; cursor.next()) {
    const Time filed = Time::from_nanoseconds(ByteReader(cursor.key()).i64());
    if (filed <= now) return std::min(first, filed);
    if (!may_be_due(rulings, cursor.key(), now)) continue;
    ASSIGN_OR_RETURN(const auto value,
                     database_.get(kv::Family::kRecords, cursor.key().substr(kDeadlineSize)));
    const Time due = value ? deadline_of(rulings, kind_of(cursor.key()), *value) : Time::max();
    if (due <= now) first = std::min(first, due);
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return first;
}

}  // namespace heed::silo
