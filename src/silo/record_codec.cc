#include "silo/record_codec.h"

#include <fmt/core.h>

#include <bit>

#include "silo/records.h"

namespace heed::silo {
namespace {

using policy::FieldType;

constexpr std::uint8_t kLabelVersion = 3;
constexpr std::uint8_t kAbsent = 0;

/// One more than the FieldType, so that 0 is absent. Part of the stored format.
std::uint8_t tag_of(FieldType type) {
  return static_cast<std::uint8_t>(static_cast<std::uint8_t>(type) + 1);
}

/// In the one way to write it, as an erasure looks for that.
bool names_somebody(const FieldValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto subject = text != nullptr ? SubjectId::parse(*text) : std::nullopt;
  return subject && !subject->is_nil() && subject->text() == *text;
}

bool fits(const FieldValue& value, FieldType type) {
  switch (type) {
    case FieldType::kText:
    case FieldType::kBytes:
    case FieldType::kBlob:
    case FieldType::kReference: return std::holds_alternative<std::string>(value);
    case FieldType::kInteger: return std::holds_alternative<std::int64_t>(value);
    case FieldType::kReal: return std::holds_alternative<double>(value);
    case FieldType::kTruth: return std::holds_alternative<bool>(value);
    case FieldType::kTime: return std::holds_alternative<Time>(value);
    case FieldType::kSubject: return names_somebody(value);
  }
  return false;
}

const char* told(FieldType type) {
  switch (type) {
    case FieldType::kText: return "a text";
    case FieldType::kInteger: return "an integer";
    case FieldType::kReal: return "a real number";
    case FieldType::kTruth: return "a truth value";
    case FieldType::kTime: return "a time";
    case FieldType::kBytes: return "bytes";
    case FieldType::kBlob: return "a blob";
    case FieldType::kSubject: return "a person's id";
    case FieldType::kReference: return "a record's id";
  }
  return "nothing";
}

FieldValue read_value(ByteReader& in, FieldType type) {
  switch (type) {
    case FieldType::kText:
    case FieldType::kBytes:
    case FieldType::kBlob:
    case FieldType::kSubject:
    case FieldType::kReference: return std::string(in.sized());
    case FieldType::kInteger: return in.signed_varint();
    case FieldType::kReal: return std::bit_cast<double>(in.u64());
    case FieldType::kTruth: return in.u8() != 0;
    case FieldType::kTime: return Time::from_nanoseconds(in.i64());
  }
  return std::monostate();
}

void write_marks(ByteWriter& out, const std::vector<Mark>& marks) {
  out.varint(marks.size());
  for (const Mark& mark : marks) out.varint(mark.field).raw(mark.hash);
}

std::vector<Mark> read_marks(ByteReader& in) {
  std::vector<Mark> marks;
  const std::uint64_t count = in.varint();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const auto field = static_cast<std::uint16_t>(in.varint());
    marks.push_back({field, Bytes(in.raw(Mark::kHashSize))});
  }
  return marks;
}

void read_marks(ByteReader& in, StoredLabel& stored) {
  const std::uint64_t mentions = in.varint();
  for (std::uint64_t i = 0; i < mentions && in.ok(); ++i) {
    const auto field = static_cast<std::uint16_t>(in.varint());
    const auto subject = SubjectId::from_bytes(in.raw(16)).value_or(SubjectId());
    const auto effect = static_cast<policy::OnErasure>(in.u8());
    stored.marks.mentions.push_back({field, subject, effect});
    if (effect == policy::OnErasure::kOwns) stored.label.owners.push_back(subject);
  }
  stored.marks.indexed = read_marks(in);
  stored.marks.references = read_marks(in);
  const std::uint64_t blobs = in.varint();
  for (std::uint64_t i = 0; i < blobs && in.ok(); ++i) {
    Bytes name(in.raw(BlobMark::kNameSize));
    stored.marks.blobs.push_back({std::move(name), in.u32()});
  }
}

}  // namespace

void write_field_value(ByteWriter& out, const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) out.sized(*text);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) out.signed_varint(*integer);
  if (const auto* real = std::get_if<double>(&value)) out.u64(std::bit_cast<std::uint64_t>(*real));
  if (const auto* truth = std::get_if<bool>(&value)) out.u8(*truth ? 1 : 0);
  if (const auto* time = std::get_if<Time>(&value)) out.i64(time->nanoseconds());
}

Result<Bytes> encode_fields(const policy::Kind& kind, const std::vector<FieldValue>& fields) {
  if (fields.size() < kind.fields.size()) {
    return fail(ErrorKind::kInvalid, fmt::format("field '{}' of kind '{}' is missing",
                                                 kind.fields[fields.size()].name, kind.name));
  }
  if (fields.size() > kind.fields.size()) {
    return fail(ErrorKind::kInvalid, fmt::format("kind '{}' has {} fields, and {} were given",
                                                 kind.name, kind.fields.size(), fields.size()));
  }
  ByteWriter out;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const policy::Field& field = kind.fields[i];
    if (std::holds_alternative<std::monostate>(fields[i])) {
      out.u8(kAbsent);
      continue;
    }
    if (!fits(fields[i], field.type)) {
      return fail(ErrorKind::kInvalid, fmt::format("field '{}' of kind '{}' is not {}", field.name,
                                                   kind.name, told(field.type)));
    }
    out.u8(tag_of(field.type));
    write_field_value(out, fields[i]);
  }
  if (out.size() > kLargestRecord) {
    return fail(ErrorKind::kExhausted,
                fmt::format("a record of kind '{}' is larger than 1 MiB", kind.name));
  }
  return out.take();
}

Result<std::vector<FieldValue>> decode_fields(const policy::Kind& kind, BytesView bytes) {
  ByteReader in(bytes);
  std::vector<FieldValue> fields;
  fields.reserve(kind.fields.size());
  for (const policy::Field& field : kind.fields) {
    const std::uint8_t tag = in.rest().empty() ? kAbsent : in.u8();
    if (tag != kAbsent && tag != tag_of(field.type)) {
      return fail(ErrorKind::kCorrupt, fmt::format("field '{}' of a stored '{}' has another type",
                                                   field.name, kind.name));
    }
    fields.push_back(tag == kAbsent ? FieldValue() : read_value(in, field.type));
  }
  if (!in.finished()) {
    return fail(ErrorKind::kCorrupt, fmt::format("a stored '{}' does not decode", kind.name));
  }
  return fields;
}

Bytes encode_label(const Label& label, const RecordMarks& marks) {
  ByteWriter out;
  out.u8(kLabelVersion)
      .sized(label.subject.is_nil() ? Bytes() : label.subject.bytes())
      .sized(label.source)
      .varint(label.policy_version)
      .i64(label.stored.nanoseconds())
      .i64(label.deadline.nanoseconds())
      .varint(label.revision)
      .sized(label.corrected_by);
  if (!label.corrected_by.empty()) out.i64(label.corrected.nanoseconds());
  if (marks.empty()) return out.take();
  out.varint(marks.mentions.size());
  for (const Mention& mention : marks.mentions) {
    out.varint(mention.field)
        .raw(mention.subject.bytes())
        .u8(static_cast<std::uint8_t>(mention.effect));
  }
  write_marks(out, marks.indexed);
  write_marks(out, marks.references);
  out.varint(marks.blobs.size());
  for (const BlobMark& blob : marks.blobs) out.raw(blob.name).u32(blob.pieces);
  return out.take();
}

Result<StoredLabel> decode_label(KindId kind, BytesView bytes) {
  ByteReader in(bytes);
  const std::uint8_t version = in.u8();
  const BytesView subject = in.sized();
  StoredLabel stored;
  Label& label = stored.label;
  label.kind = kind;
  label.subject = SubjectId::from_bytes(subject).value_or(SubjectId());
  label.source = in.sized();
  label.policy_version = static_cast<std::uint32_t>(in.varint());
  label.stored = Time::from_nanoseconds(in.i64());
  label.deadline = Time::from_nanoseconds(in.i64());
  label.revision = in.varint();
  label.corrected_by = in.sized();
  if (!label.corrected_by.empty()) label.corrected = Time::from_nanoseconds(in.i64());
  if (!in.rest().empty()) read_marks(in, stored);
  if (!in.finished() || version != kLabelVersion) {
    return fail(ErrorKind::kCorrupt, "the label of a stored record does not decode");
  }
  return stored;
}

}  // namespace heed::silo
