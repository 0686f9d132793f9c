// The part of Records that puts and reads the content of blob fields.
#include <fmt/core.h>

#include <algorithm>

#include "silo/records.h"
#include "silo/records_planned.h"

namespace heed::silo {
namespace {

using policy::FieldType;

Result<std::size_t> blob_field(const policy::Kind& kind, const std::string& name) {
  const auto field = std::ranges::find(kind.fields, name, &policy::Field::name);
  if (field == kind.fields.end() || field->type != FieldType::kBlob) {
    return fail(ErrorKind::kInvalid, fmt::format("kind '{}' has no blob '{}'", kind.name, name));
  }
  return static_cast<std::size_t>(field - kind.fields.begin());
}

}  // namespace

Result<void> Records::put_blob(const Rulings& rulings, const DeclaredKind& kind,
                               const BlobPlace& place, std::string_view by,
                               const BlobSource& source) {
  ASSIGN_OR_RETURN(const std::size_t index, blob_field(kind.kind, place.field));
  // Nothing is written for a record that is not there; that it still is, is asked again below.
  ASSIGN_OR_RETURN(const auto label, find_label(rulings, kind, place.id));
  if (!label) {
    return fail(ErrorKind::kConflict, fmt::format("there is no such '{}'", kind.kind.name));
  }
  ASSIGN_OR_RETURN(const Bytes stored, ground_.blobs.write(kind.kind.id, source));
  auto taken = take_blob(rulings, place, index, stored, by);
  if (!taken) (void)ground_.blobs.abandon(stored);  // or at the next opening
  return taken;
}

Result<void> Records::take_blob(const Rulings& rulings, const BlobPlace& place, std::size_t index,
                                const Bytes& stored, std::string_view by) {
  const Bytes key = record_key(place.kind, place.id);
  const auto holding = locks_.records({&key, 1});
  ASSIGN_OR_RETURN(Planned planned,
                   plan_patch(rulings, {place.kind, place.id, {}, place.revision}, by));
  const policy::Kind& declared = planned.kind->kind;
  for (const Mention& mention : planned.label.marks.mentions) {
    const bool theirs = declared.fields[index].with == declared.fields[mention.field].name;
    if (theirs && ground_.seals.subjects.is_restricted(mention.subject)) return waits();
  }
  planned.fields[index] = stored;
  ASSIGN_OR_RETURN(planned.label.marks,
                   marks_of(rulings, planned.kind->kind, planned.fields, ground_.marks));
  kv::Changes changes;
  Blobs::put_kept(stored, changes);
  return write(rulings, {&planned, 1}, std::move(changes));
}

Result<bool> Records::read_blob(const Rulings& rulings, const DeclaredKind& kind,
                                const BlobPlace& place, std::uint64_t from,
                                const BlobSink& sink) const {
  ASSIGN_OR_RETURN(const std::size_t index, blob_field(kind.kind, place.field));
  ASSIGN_OR_RETURN(const auto record, find_stored(rulings, kind, place.id));
  const auto* stored = record ? std::get_if<std::string>(&record->fields[index]) : nullptr;
  if (stored == nullptr) return false;
  if (auto read = ground_.blobs.read(kind.kind.id, *stored, from, sink); !read) {
    return std::unexpected(read.error());
  }
  return true;
}

Result<void> Records::keep_blobs(const Rulings& rulings, const DeclaredKind& kind, BytesView key,
                                 const std::optional<Bytes>& old,
                                 std::vector<FieldValue>& fields) const {
  const auto is_blob = [](const policy::Field& field) { return field.type == FieldType::kBlob; };
  if (std::ranges::none_of(kind.kind.fields, is_blob)) return {};
  std::optional<Record> before;
  if (old) {
    ASSIGN_OR_RETURN(const StoredRecord stored, split_stored(rulings, kind.kind.id, *old));
    if (stored.label.label.deadline > ground_.clock.now()) {
      ASSIGN_OR_RETURN(before, unseal_stored(ground_.seals, kind.kind, key, stored));
    }
  }
  for (std::size_t i = 0; i < kind.kind.fields.size(); ++i) {
    const auto* given = std::get_if<std::string>(&fields[i]);
    if (!is_blob(kind.kind.fields[i]) || given == nullptr) continue;
    const auto* known = before ? std::get_if<std::string>(&before->fields[i]) : nullptr;
    const auto blob = known != nullptr ? blob_of(*known) : std::nullopt;
    if (!blob || blob->text() != *given) {
      return fail(ErrorKind::kInvalid,
                  fmt::format("field '{}' of kind '{}' is not the blob that it has",
                              kind.kind.fields[i].name, kind.kind.name),
                  "leave the field out to remove its blob, and put a new one with put_blob");
    }
    fields[i] = *known;
  }
  return {};
}

}  // namespace heed::silo
