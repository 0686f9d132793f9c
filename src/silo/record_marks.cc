#include "silo/record_marks.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/crypto.h"
#include "silo/blobs.h"
#include "silo/record_codec.h"

namespace heed::silo {
namespace {

using policy::FieldType;
using policy::OnErasure;

constexpr std::size_t kKindSize = 2;

void add_once(std::vector<SubjectId>& all, SubjectId subject) {
  if (subject.is_nil() || std::ranges::find(all, subject) != all.end()) return;
  all.push_back(subject);
}

Result<SubjectId> subject_in(const policy::Kind& kind, const policy::Field& field,
                             const FieldValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto subject = text == nullptr ? std::nullopt : SubjectId::parse(*text);
  if (subject && !subject->is_nil()) return *subject;
  return fail(ErrorKind::kInvalid,
              fmt::format("field '{}' of kind '{}' is no subject's id", field.name, kind.name),
              "give the 26 characters of the id of whom it names, or leave it empty");
}

Result<policy::KindId> kind_named(const Rulings& rulings, const std::string& name) {
  const policy::Kind* kind = rulings.policy().kind(name);
  if (kind != nullptr) return kind->id;
  return fail(ErrorKind::kInvalid, fmt::format("kind '{}' is not declared", name));
}

}  // namespace

MarkKey::MarkKey(BytesView organization_key)
    : key_(hmac_sha256(organization_key, "heed index key")) {}

Bytes MarkKey::of_value(policy::KindId kind, std::uint16_t field, const FieldValue& value) const {
  ByteWriter out;
  out.raw("value").u16(kind.number).u16(field);
  write_field_value(out, value);
  return hmac_sha256(key_, out.view()).substr(0, Mark::kHashSize);
}

Bytes MarkKey::of_record(policy::KindId kind, std::string_view id) const {
  const Bytes name = ByteWriter().raw("record").u16(kind.number).raw(id).take();
  return hmac_sha256(key_, name).substr(0, Mark::kHashSize);
}

Bytes MarkKey::of_cursor(BytesView position) const {
  return hmac_sha256(key_, "cursor" + Bytes(position)).substr(0, 8);
}

Result<RecordMarks> marks_of(const Rulings& rulings, const policy::Kind& kind,
                             const std::vector<FieldValue>& fields, const MarkKey& key) {
  RecordMarks marks;
  for (std::uint16_t i = 0; i < kind.fields.size() && i < fields.size(); ++i) {
    const policy::Field& field = kind.fields[i];
    if (std::holds_alternative<std::monostate>(fields[i])) continue;
    if (field.type == FieldType::kSubject) {
      ASSIGN_OR_RETURN(const SubjectId subject, subject_in(kind, field, fields[i]));
      marks.mentions.push_back({i, subject, field.on_erasure});
    }
    if (field.type == FieldType::kReference) {
      ASSIGN_OR_RETURN(const policy::KindId target, kind_named(rulings, field.refers_to));
      marks.references.push_back({i, key.of_record(target, std::get<std::string>(fields[i]))});
    }
    if (field.type == FieldType::kBlob) {
      const auto blob = blob_mark_of(std::get<std::string>(fields[i]));
      require(blob.has_value(), "a blob field's stored value is one of Blobs::write()");
      marks.blobs.push_back(*blob);
    }
    if (field.indexed) marks.indexed.push_back({i, key.of_value(kind.id, i, fields[i])});
  }
  return marks;
}

std::vector<SubjectId> owners_of(SubjectId subject, const RecordMarks& marks) {
  std::vector<SubjectId> owners;
  add_once(owners, subject);
  for (const Mention& mention : marks.mentions) {
    if (mention.effect == OnErasure::kOwns) add_once(owners, mention.subject);
  }
  return owners;
}

std::vector<SubjectId> subjects_of(SubjectId subject, const RecordMarks& marks) {
  std::vector<SubjectId> all;
  add_once(all, subject);
  for (const Mention& mention : marks.mentions) add_once(all, mention.subject);
  return all;
}

namespace index {

Bytes of_subject(SubjectId subject) {
  return "s" + subject.bytes();
}

Bytes of_subject(SubjectId subject, BytesView record_key) {
  return of_subject(subject) + Bytes(record_key);
}

Bytes of_field(policy::KindId kind, const Mark& mark, std::string_view id) {
  return ByteWriter().raw("f").u16(kind.number).u16(mark.field).raw(mark.hash).raw(id).take();
}

Bytes of_time(policy::KindId kind, Time stored, std::string_view id) {
  return ByteWriter().raw("t").u16(kind.number).i64(stored.nanoseconds()).raw(id).take();
}

Bytes of_reference(BytesView hash, BytesView record_key) {
  return ByteWriter().raw("r").raw(hash).raw(record_key).take();
}

}  // namespace index

std::vector<IndexRow> index_rows(const Label& label, const RecordMarks& marks,
                                 BytesView record_key) {
  const std::string_view id = record_key.substr(kKindSize);
  std::vector<IndexRow> rows{{index::of_time(label.kind, label.stored, id), {}}};
  const std::vector<SubjectId> subjects = subjects_of(label.subject, marks);
  const bool alone = subjects.size() == 1 && !label.subject.is_nil();
  for (const SubjectId subject : subjects) {
    rows.push_back({index::of_subject(subject, record_key), Bytes(1, alone ? '\1' : '\0')});
  }
  for (const Mark& mark : marks.indexed) {
    rows.push_back({index::of_field(label.kind, mark, id), {}});
  }
  for (const Mark& mark : marks.references) {
    rows.push_back({index::of_reference(mark.hash, record_key), {}});
  }
  return rows;
}

bool is_theirs_alone(BytesView row_value) {
  return row_value == BytesView("\1", 1);
}

}  // namespace heed::silo
