#include "silo/record_stored.h"

#include <algorithm>

#include "silo/blobs.h"

namespace heed::silo {
namespace {

constexpr std::size_t kKindSize = 2;

/// Until the erasure's clean-up has rewritten it, a shared record still names whom it lost.
void drop_erased(const Subjects& subjects, const RecordMarks& marks, Record& record) {
  const auto erased = [&](SubjectId subject) { return subjects.is_erased(subject); };
  for (const Mention& mention : marks.mentions) {
    if (erased(mention.subject)) record.fields[mention.field] = {};
  }
  std::erase_if(record.label.owners, erased);
  if (record.subject.is_nil() || !erased(record.subject)) return;
  record.subject = record.label.owners.empty() ? SubjectId() : record.label.owners.front();
  record.label.subject = record.subject;
}

}  // namespace

Bytes deadline_key(Time deadline, BytesView record_key) {
  return ByteWriter().i64(deadline.nanoseconds()).raw(record_key).take();
}

Result<StoredRecord> split_stored(const Rulings& rulings, KindId kind, BytesView value) {
  ByteReader in(value);
  const BytesView label_bytes = in.sized();
  if (!in.ok()) return fail(ErrorKind::kCorrupt, "a stored record does not decode");
  ASSIGN_OR_RETURN(StoredLabel stored, decode_label(kind, label_bytes));
  Label& label = stored.label;
  const Time filed = label.deadline;
  label.deadline = rulings.deadline(kind, label.policy_version, label.stored, label.deadline);
  return StoredRecord{std::move(stored), filed, label_bytes, in.rest()};
}

bool all_erased(const Subjects& subjects, const StoredLabel& label) {
  if (label.label.subject.is_nil() && label.label.owners.empty()) return false;
  return std::ranges::all_of(owners_of(label.label.subject, label.marks),
                             [&](SubjectId owner) { return subjects.is_erased(owner); });
}

bool is_kept(const Subjects& subjects, const Label& label) {
  if (!subjects.any_restricted()) return false;
  if (!label.subject.is_nil()) return subjects.is_restricted(label.subject);
  return !label.owners.empty() && std::ranges::all_of(label.owners, [&](SubjectId owner) {
    return subjects.is_restricted(owner);
  });
}

bool is_leaving(const Subjects& subjects, const StoredLabel& label) {
  return subjects.any_leaving() && all_erased(subjects, label);
}

Result<std::optional<Record>> unseal_stored(const BodySeals& seals, const policy::Kind& kind,
                                            BytesView record_key, const StoredRecord& stored) {
  ASSIGN_OR_RETURN(auto fields, open_body(seals, kind, stored.label, record_key, stored.label_bytes,
                                          stored.body));
  if (!fields) return std::optional<Record>();
  Record record;
  record.kind = kind.id;
  record.id = record_key.substr(kKindSize);
  record.subject = stored.label.label.subject;
  record.source = stored.label.label.source;
  record.fields = *std::move(fields);
  record.label = stored.label.label;
  if (!stored.label.marks.mentions.empty()) {
    drop_erased(seals.subjects, stored.label.marks, record);
  }
  return std::optional(std::move(record));
}

Result<void> put_sealed(const BodySeals& seals, const policy::Kind& kind, const StoredLabel& label,
                        BytesView record_key, const std::vector<FieldValue>& fields,
                        const StoredRecord* replaces, kv::Changes& changes) {
  const Bytes label_bytes = encode_label(label.label, label.marks);
  ASSIGN_OR_RETURN(const Bytes body,
                   seal_body(seals, kind, label, record_key, label_bytes, fields));
  changes.put(kv::Family::kRecords, record_key, ByteWriter().sized(label_bytes).raw(body).view());
  std::vector<IndexRow> before;
  const Bytes deadline = deadline_key(label.label.deadline, record_key);
  bool is_filed = false;
  if (replaces != nullptr) {
    before = index_rows(replaces->label.label, replaces->label.marks, record_key);
    const Bytes was = deadline_key(replaces->filed, record_key);
    is_filed = was == deadline;
    if (!is_filed) changes.remove(kv::Family::kDeadlines, was);
    for (const BlobMark& blob : replaces->label.marks.blobs) {
      const bool stays = std::ranges::find(label.marks.blobs, blob) != label.marks.blobs.end();
      if (!stays) put_blob_removal(blob, changes);
    }
  }
  if (!is_filed) changes.put(kv::Family::kDeadlines, deadline, {});
  const auto after = index_rows(label.label, label.marks, record_key);
  for (const IndexRow& row : before) {
    const bool stays = std::ranges::find(after, row.key, &IndexRow::key) != after.end();
    if (!stays) changes.remove(kv::Family::kIndexes, row.key);
  }
  for (const IndexRow& row : after) {
    const bool is_there = std::ranges::find(before, row) != before.end();
    if (!is_there) changes.put(kv::Family::kIndexes, row.key, row.value);
  }
  return {};
}

Result<std::optional<Record>> show_stored(const BodySeals& seals, const policy::Kind& kind,
                                          BytesView record_key, const StoredRecord& stored) {
  auto record = unseal_stored(seals, kind, record_key, stored);
  if (record && *record) show_blobs(kind, (*record)->fields);
  return record;
}

void put_removal(BytesView record_key, const StoredRecord& stored, kv::Changes& changes) {
  changes.remove(kv::Family::kRecords, record_key);
  changes.remove(kv::Family::kDeadlines, deadline_key(stored.filed, record_key));
  for (const IndexRow& row : index_rows(stored.label.label, stored.label.marks, record_key)) {
    changes.remove(kv::Family::kIndexes, row.key);
  }
  for (const BlobMark& blob : stored.label.marks.blobs) put_blob_removal(blob, changes);
}

}  // namespace heed::silo
