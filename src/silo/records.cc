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
  return {kv::Family::kRecords, key, label.kind, label.subject, label_bytes, label.policy_version};
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
  Label label;  ///< Its deadline as the version in force has it.
  BytesView label_bytes;
  BytesView sealed;
};

Result<Stored> split(const Rulings& rulings, KindId kind, BytesView value) {
  ByteReader in(value);
  const BytesView label_bytes = in.sized();
  if (!in.ok()) return fail(ErrorKind::kCorrupt, "a stored record does not decode");
  ASSIGN_OR_RETURN(Label label, decode_label(kind, label_bytes));
  label.deadline = rulings.deadline(kind, label.policy_version, label.stored, label.deadline);
  return Stored{std::move(label), label_bytes, in.rest()};
}

Time indexed_deadline(KindId kind, const Stored& stored) {
  const auto label = decode_label(kind, stored.label_bytes);
  return label ? label->deadline : stored.label.deadline;
}

Result<Record> unseal(const Sealer& sealer, const policy::Kind& kind, BytesView key,
                      Stored stored) {
  ASSIGN_OR_RETURN(const Bytes encoded,
                   sealer.open(context(stored.label, key, stored.label_bytes), stored.sealed));
  Record record;
  ASSIGN_OR_RETURN(record.fields, decode_fields(kind, encoded));
  record.kind = kind.id;
  record.id = key.substr(2);
  record.subject = stored.label.subject;
  record.source = stored.label.source;
  record.label = std::move(stored.label);
  return record;
}

}  // namespace

Mutex& Records::stripe(BytesView key) {
  return stripes_[std::hash<BytesView>()(key) % stripes_.size()];
}

Result<void> Records::put(const Rulings& rulings, const DeclaredKind& kind, const Record& record,
                          Expect expect) {
  if (auto fits = check(record, kind.kind); !fits) return fits;
  ASSIGN_OR_RETURN(const Bytes fields, encode_fields(kind.kind, record.fields));
  const KindId id = kind.kind.id;
  const Bytes key = record_key(id, record.id);
  const Lock lock(stripe(key));
  const Time now = clock_.now();
  ASSIGN_OR_RETURN(const auto old, database_.get(kv::Family::kRecords, key));
  Label label{id, record.subject, record.source, rulings.version(), now, kind.deadline(now)};
  kv::Changes changes;
  bool present = false;
  if (old) {
    ASSIGN_OR_RETURN(const Stored stored, split(rulings, id, *old));
    present = stored.label.deadline > now;
    changes.remove(kv::Family::kDeadlines, deadline_key(indexed_deadline(id, stored), key));
    const DeclaredKind* then = rulings.find(id, stored.label.policy_version);
    if (present && then != nullptr) {
      // Otherwise a rewrite under a laxer version would shed the promise it was collected under.
      label.policy_version = stored.label.policy_version;
      label.deadline = std::min(label.deadline, then->deadline(now));
    }
  }
  if (expect == Expect::kAbsent && present) {
    return fail(ErrorKind::kConflict, fmt::format("there is such a '{}' already", kind.kind.name));
  }
  if (expect == Expect::kPresent && !present) {
    return fail(ErrorKind::kConflict, fmt::format("there is no such '{}'", kind.kind.name));
  }
  const Bytes label_bytes = encode_label(label);
  ASSIGN_OR_RETURN(const Bytes sealed, sealer_.seal(context(label, key, label_bytes), fields));
  changes.put(kv::Family::kRecords, key, ByteWriter().sized(label_bytes).raw(sealed).view());
  changes.put(kv::Family::kDeadlines, deadline_key(label.deadline, key), {});
  return database_.write(changes, kv::Sync::kYes);
}

Result<std::optional<Record>> Records::find(const Rulings& rulings, const DeclaredKind& kind,
                                            std::string_view id) const {
  const Bytes key = record_key(kind.kind.id, id);
  ASSIGN_OR_RETURN(const auto value, database_.get(kv::Family::kRecords, key));
  if (!value) return std::optional<Record>();
  ASSIGN_OR_RETURN(Stored stored, split(rulings, kind.kind.id, *value));
  if (stored.label.deadline <= clock_.now()) return std::optional<Record>();
  return unseal(sealer_, kind.kind, key, std::move(stored));
}

Result<std::optional<Label>> Records::find_label(const Rulings& rulings, const DeclaredKind& kind,
                                                 std::string_view id) const {
  const Bytes key = record_key(kind.kind.id, id);
  ASSIGN_OR_RETURN(const auto value, database_.get(kv::Family::kRecords, key));
  if (!value) return std::optional<Label>();
  ASSIGN_OR_RETURN(Stored stored, split(rulings, kind.kind.id, *value));
  if (stored.label.deadline <= clock_.now()) return std::optional<Label>();
  return std::optional<Label>(std::move(stored.label));
}

Result<bool> Records::remove(const Rulings& rulings, const DeclaredKind& kind,
                             std::string_view id) {
  const Bytes key = record_key(kind.kind.id, id);
  const Lock lock(stripe(key));
  ASSIGN_OR_RETURN(const auto old, database_.get(kv::Family::kRecords, key));
  if (!old) return false;
  ASSIGN_OR_RETURN(const Stored stored, split(rulings, kind.kind.id, *old));
  const Time indexed = indexed_deadline(kind.kind.id, stored);
  const auto written =
      database_.write(kv::Changes()
                          .remove(kv::Family::kRecords, key)
                          .remove(kv::Family::kDeadlines, deadline_key(indexed, key)),
                      kv::Sync::kYes);
  if (!written) return std::unexpected(written.error());
  return stored.label.deadline > clock_.now();
}

Result<Page> Records::scan(const Rulings& rulings, const DeclaredKind& kind,
                           std::string_view prefix, std::string_view after, std::size_t limit,
                           const Admit& admit) const {
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
    ASSIGN_OR_RETURN(Stored stored, split(rulings, kind.kind.id, cursor.value()));
    if (stored.label.deadline <= now) continue;
    if (page.records.size() == limit) {
      page.next = page.records.back().id;
      break;
    }
    if (!admit(stored.label)) {
      ++page.withheld;
      continue;
    }
    ASSIGN_OR_RETURN(Record record, unseal(sealer_, kind.kind, cursor.key(), std::move(stored)));
    page.records.push_back(std::move(record));
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return page;
}

Result<void> Records::visit(const Rulings& rulings, const DeclaredKind& kind, const Admit& admit,
                            const Visitor& visit) const {
  const Bytes wanted = record_key(kind.kind.id, {});
  const Time now = clock_.now();
  auto cursor = database_.cursor(kv::Family::kRecords);
  for (cursor.seek(wanted); cursor.valid() && cursor.key().starts_with(wanted); cursor.next()) {
    ASSIGN_OR_RETURN(Stored stored, split(rulings, kind.kind.id, cursor.value()));
    if (stored.label.deadline <= now || !admit(stored.label)) continue;
    ASSIGN_OR_RETURN(Record record, unseal(sealer_, kind.kind, cursor.key(), std::move(stored)));
    if (!visit(std::move(record))) return {};
  }
  return cursor.status();
}

Result<bool> Records::any(KindId kind) const {
  const Bytes wanted = record_key(kind, {});
  auto cursor = database_.cursor(kv::Family::kRecords);
  cursor.seek(wanted);
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return cursor.valid() && cursor.key().starts_with(wanted);
}

}  // namespace heed::silo
