#include "silo/records.h"

#include <fmt/core.h>

#include "silo/record_codec.h"

namespace heed::silo {
namespace {

constexpr std::size_t kLargestPage = 1'000;

Bytes record_key(KindId kind, std::string_view id) {
  return ByteWriter().u16(kind.number).raw(id).take();
}

Bytes deadline_key(Time deadline, BytesView key) {
  return ByteWriter().i64(deadline.nanoseconds()).raw(key).take();
}

SealContext context(const Label& label, BytesView key, BytesView label_bytes) {
  return {kv::Family::kRecords, key, label.kind, label.subject, label_bytes};
}

Result<void> check(const Record& record, const policy::Kind& kind) {
  if (record.id.empty() || record.id.size() > kLongestId) {
    return fail(ErrorKind::kInvalid,
                fmt::format("the id of a '{}' has 1 to {} bytes", kind.name, kLongestId));
  }
  if (record.source.empty() || record.source.size() > kLongestSource) {
    return fail(ErrorKind::kInvalid,
                fmt::format("a '{}' names its source in 1 to {} bytes", kind.name, kLongestSource));
  }
  return {};
}

struct Stored {
  Label label;
  BytesView label_bytes;
  BytesView sealed;
};

Result<Stored> split(KindId kind, BytesView value) {
  ByteReader in(value);
  const BytesView label_bytes = in.sized();
  if (!in.ok()) return fail(ErrorKind::kCorrupt, "a stored record does not decode");
  ASSIGN_OR_RETURN(Label label, decode_label(kind, label_bytes));
  return Stored{std::move(label), label_bytes, in.rest()};
}

/// Nothing when it is past its deadline.
Result<std::optional<Record>> unseal(const Sealer& sealer, const policy::Kind& kind, BytesView key,
                                     BytesView value, Time now) {
  ASSIGN_OR_RETURN(Stored stored, split(kind.id, value));
  if (stored.label.deadline <= now) return std::optional<Record>();
  ASSIGN_OR_RETURN(const Bytes encoded,
                   sealer.open(context(stored.label, key, stored.label_bytes), stored.sealed));
  Record record;
  ASSIGN_OR_RETURN(record.fields, decode_fields(kind, encoded));
  record.kind = kind.id;
  record.id = key.substr(2);
  record.subject = stored.label.subject;
  record.source = stored.label.source;
  record.label = std::move(stored.label);
  return std::optional<Record>(std::move(record));
}

}  // namespace

Mutex& Records::stripe(BytesView key) {
  return stripes_[std::hash<BytesView>()(key) % stripes_.size()];
}

Result<void> Records::put(const DeclaredKind& kind, const Record& record, Expect expect) {
  if (auto fits = check(record, kind.kind); !fits) return fits;
  ASSIGN_OR_RETURN(const Bytes fields, encode_fields(kind.kind, record.fields));
  const Bytes key = record_key(kind.kind.id, record.id);
  const Lock lock(stripe(key));
  const Time now = clock_.now();
  ASSIGN_OR_RETURN(const auto old, database_.get(kv::Family::kRecords, key));
  kv::Changes changes;
  bool present = false;
  if (old) {
    ASSIGN_OR_RETURN(const Stored stored, split(kind.kind.id, *old));
    present = stored.label.deadline > now;
    changes.remove(kv::Family::kDeadlines, deadline_key(stored.label.deadline, key));
  }
  if (expect == Expect::kAbsent && present) {
    return fail(ErrorKind::kConflict, fmt::format("there is such a '{}' already", kind.kind.name));
  }
  if (expect == Expect::kPresent && !present) {
    return fail(ErrorKind::kConflict, fmt::format("there is no such '{}'", kind.kind.name));
  }
  const Label label{kind.kind.id, record.subject,    record.source, sealer_.policy_version(),
                    now,          kind.deadline(now)};
  const Bytes label_bytes = encode_label(label);
  ASSIGN_OR_RETURN(const Bytes sealed, sealer_.seal(context(label, key, label_bytes), fields));
  changes.put(kv::Family::kRecords, key, ByteWriter().sized(label_bytes).raw(sealed).view());
  changes.put(kv::Family::kDeadlines, deadline_key(label.deadline, key), {});
  return database_.write(changes, kv::Sync::kYes);
}

Result<std::optional<Record>> Records::find(const DeclaredKind& kind, std::string_view id) const {
  const Bytes key = record_key(kind.kind.id, id);
  ASSIGN_OR_RETURN(const auto value, database_.get(kv::Family::kRecords, key));
  if (!value) return std::optional<Record>();
  return unseal(sealer_, kind.kind, key, *value, clock_.now());
}

Result<bool> Records::remove(const DeclaredKind& kind, std::string_view id) {
  const Bytes key = record_key(kind.kind.id, id);
  const Lock lock(stripe(key));
  ASSIGN_OR_RETURN(const auto old, database_.get(kv::Family::kRecords, key));
  if (!old) return false;
  ASSIGN_OR_RETURN(const Stored stored, split(kind.kind.id, *old));
  const auto written =
      database_.write(kv::Changes()
                          .remove(kv::Family::kRecords, key)
                          .remove(kv::Family::kDeadlines, deadline_key(stored.label.deadline, key)),
                      kv::Sync::kYes);
  if (!written) return std::unexpected(written.error());
  return stored.label.deadline > clock_.now();
}

Result<Page> Records::scan(const DeclaredKind& kind, std::string_view prefix,
                           std::string_view after, std::size_t limit) const {
  if (limit == 0 || limit > kLargestPage) {
    return fail(ErrorKind::kInvalid, "a page has 1 to 1,000 records");
  }
  const Bytes wanted = record_key(kind.kind.id, prefix);
  const Bytes behind = record_key(kind.kind.id, after) + '\0';
  const Time now = clock_.now();
  Page page;
  auto cursor = database_.cursor(kv::Family::kRecords);
  for (cursor.seek(after.empty() ? wanted : std::max(wanted, behind));
       cursor.valid() && cursor.key().starts_with(wanted); cursor.next()) {
    ASSIGN_OR_RETURN(auto record, unseal(sealer_, kind.kind, cursor.key(), cursor.value(), now));
    if (!record) continue;
    if (page.records.size() == limit) {
      page.next = page.records.back().id;
      break;
    }
    page.records.push_back(*std::move(record));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return page;
}

Result<std::uint64_t> Records::purge() {
  const Time now = clock_.now();
  const Bytes end = ByteWriter().i64(now.nanoseconds()).raw("\xff\xff\xff").take();
  std::uint64_t purged = 0;
  auto cursor = database_.cursor(kv::Family::kDeadlines);
  for (cursor.seek({}); cursor.valid() && cursor.key() < end; cursor.next()) {
    const KindId kind{ByteReader(cursor.key().substr(8)).u16()};
    if (kind == kJournalKind) continue;  // a day of chunks: the series' own purge looks after it
    ASSIGN_OR_RETURN(const bool gone, purge_one(cursor.key(), now));
    purged += gone ? 1 : 0;
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return purged;
}

Result<bool> Records::purge_one(BytesView deadline_key, Time now) {
  const Bytes key(deadline_key.substr(8));
  const KindId kind{ByteReader(key).u16()};
  const Lock lock(stripe(key));
  kv::Changes changes;
  changes.remove(kv::Family::kDeadlines, deadline_key);
  ASSIGN_OR_RETURN(const auto value, database_.get(kv::Family::kRecords, key));
  bool due = false;
  if (value) {
    // It may have been replaced since the cursor was made.
    ASSIGN_OR_RETURN(const Stored stored, split(kind, *value));
    due = stored.label.deadline <= now;
    if (due) changes.remove(kv::Family::kRecords, key);
  }
  if (auto written = database_.write(changes, kv::Sync::kNo); !written) {
    return std::unexpected(written.error());
  }
  return due;
}

}  // namespace heed::silo
