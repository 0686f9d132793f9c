#include "silo/record_body.h"

#include <algorithm>

#include "base/crypto.h"

namespace heed::silo {
namespace {

using policy::FieldType;
using policy::OnErasure;

constexpr std::uint8_t kOneKey = 0;
constexpr std::uint8_t kParts = 1;

/// What the parts of one record are bound to.
struct Place {
  const BodySeals& seals;
  const StoredLabel& label;
  BytesView record_key;
  BytesView label_bytes;

  /// For `subject`; `part` tells parts of one record apart.
  Result<SealContext> sealing(SubjectId subject, BytesView beside) const {
    SealContext context = opening(subject, beside);
    if (subject.is_nil()) return context;
    ASSIGN_OR_RETURN(context.slot, seals.subjects.slot_for(subject));
    return context;
  }
  SealContext opening(SubjectId subject, BytesView beside) const {
    return {kv::Family::kRecords,      record_key, label.label.kind, subject, beside,
            label.label.policy_version};
  }
  Bytes beside(char part, std::uint16_t field = 0) const {
    return ByteWriter().raw(label_bytes).raw({&part, 1}).u16(field).take();
  }
};

bool empties(const RecordMarks& marks) {
  return std::ranges::any_of(marks.mentions,
                             [](const Mention& m) { return m.effect == OnErasure::kEmpties; });
}

/// Whether field `i` tells of whom field `of` names.
bool tells_of(const policy::Kind& kind, std::size_t i, std::uint16_t of) {
  return i == of || kind.fields[i].with == kind.fields[of].name;
}

std::vector<FieldValue> only(const policy::Kind& kind, const std::vector<FieldValue>& fields,
                             std::uint16_t of) {
  std::vector<FieldValue> part(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (tells_of(kind, i, of)) part[i] = fields[i];
  }
  return part;
}

/// Without what is sealed apart.
std::vector<FieldValue> rest_of(const policy::Kind& kind, const std::vector<FieldValue>& fields,
                                const RecordMarks& marks) {
  std::vector<FieldValue> rest = fields;
  for (const Mention& mention : marks.mentions) {
    if (mention.effect != OnErasure::kEmpties) continue;
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (tells_of(kind, i, mention.field)) rest[i] = {};
    }
  }
  return rest;
}

Result<void> seal_groups(const Place& place, const policy::Kind& kind,
                         const std::vector<FieldValue>& fields, ByteWriter& out) {
  std::uint64_t count = 0;
  ByteWriter groups;
  for (const Mention& mention : place.label.marks.mentions) {
    if (mention.effect != OnErasure::kEmpties) continue;
    const Bytes beside = place.beside('g', mention.field);
    ASSIGN_OR_RETURN(const SealContext context, place.sealing(mention.subject, beside));
    ASSIGN_OR_RETURN(const Bytes part, encode_fields(kind, only(kind, fields, mention.field)));
    ASSIGN_OR_RETURN(const Bytes sealed, place.seals.sealer.seal(context, part));
    groups.varint(mention.field).sized(sealed);
    ++count;
  }
  out.varint(count).raw(groups.view());
  return {};
}

Result<Bytes> seal_parts(const Place& place, const policy::Kind& kind,
                         const std::vector<SubjectId>& owners,
                         const std::vector<FieldValue>& fields) {
  ASSIGN_OR_RETURN(const Bytes rest, encode_fields(kind, rest_of(kind, fields, place.label.marks)));
  const Bytes record_key = place.seals.random.bytes(kAeadKeySize);
  ByteWriter out;
  out.u8(kParts).varint(owners.size());
  const Bytes wrap = place.beside('w');
  for (const SubjectId owner : owners) {
    ASSIGN_OR_RETURN(const SealContext context, place.sealing(owner, wrap));
    ASSIGN_OR_RETURN(const Bytes sealed, place.seals.sealer.seal(context, record_key));
    out.sized(sealed);
  }
  const Bytes main = place.beside('m');
  const SealContext context = place.opening(SubjectId(), main);
  if (owners.empty()) {  // then it is the organization's
    ASSIGN_OR_RETURN(const Bytes sealed, place.seals.sealer.seal(context, rest));
    out.sized(sealed);
  } else {
    out.sized(place.seals.sealer.seal_with(record_key, context, rest));
  }
  if (auto sealed = seal_groups(place, kind, fields, out); !sealed) {
    return std::unexpected(sealed.error());
  }
  return out.take();
}

/// The key that is sealed under the first owner who is not erased; nothing if all are.
Result<std::optional<Bytes>> open_wraps(const Place& place, ByteReader& in) {
  const std::vector<SubjectId> owners = owners_of(place.label.label.subject, place.label.marks);
  const std::uint64_t count = in.varint();
  if (count != owners.size()) return fail(ErrorKind::kCorrupt, "a record's owners do not fit it");
  const Bytes wrap = place.beside('w');
  std::optional<Bytes> found;
  for (const SubjectId owner : owners) {
    const BytesView sealed = in.sized();
    if (found) continue;
    auto key = place.seals.sealer.open(place.opening(owner, wrap), sealed);
    if (key) {
      found = *std::move(key);
    } else if (key.error().kind != ErrorKind::kNotFound) {
      return std::unexpected(key.error());
    }
  }
  return found;
}

Result<void> open_groups(const Place& place, const policy::Kind& kind, ByteReader& in,
                         std::vector<FieldValue>& fields) {
  const std::uint64_t count = in.varint();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const auto field = static_cast<std::uint16_t>(in.varint());
    const BytesView sealed = in.sized();
    const auto mention = std::ranges::find(place.label.marks.mentions, field, &Mention::field);
    if (mention == place.label.marks.mentions.end()) {
      return fail(ErrorKind::kCorrupt, "a part of a record belongs to nobody it names");
    }
    const Bytes beside = place.beside('g', field);
    const auto part = place.seals.sealer.open(place.opening(mention->subject, beside), sealed);
    if (!part && part.error().kind == ErrorKind::kNotFound) continue;
    if (!part) return std::unexpected(part.error());
    ASSIGN_OR_RETURN(const auto values, decode_fields(kind, *part));
    for (std::size_t at = 0; at < values.size(); ++at) {
      if (tells_of(kind, at, field)) fields[at] = values[at];
    }
  }
  return {};
}

Result<std::optional<std::vector<FieldValue>>> open_parts(const Place& place,
                                                          const policy::Kind& kind,
                                                          ByteReader& in) {
  const bool owned = !owners_of(place.label.label.subject, place.label.marks).empty();
  ASSIGN_OR_RETURN(const auto record_key, open_wraps(place, in));
  if (owned && !record_key) return std::optional<std::vector<FieldValue>>();
  const BytesView main = in.sized();
  const Bytes beside = place.beside('m');
  const SealContext context = place.opening(SubjectId(), beside);
  ASSIGN_OR_RETURN(const Bytes rest, owned
                                         ? place.seals.sealer.open_with(*record_key, context, main)
                                         : place.seals.sealer.open(context, main));
  ASSIGN_OR_RETURN(std::vector<FieldValue> fields, decode_fields(kind, rest));
  if (auto opened = open_groups(place, kind, in, fields); !opened) {
    return std::unexpected(opened.error());
  }
  if (!in.finished()) return fail(ErrorKind::kCorrupt, "a stored record does not decode");
  return std::optional(std::move(fields));
}

}  // namespace

Result<Bytes> seal_body(const BodySeals& seals, const policy::Kind& kind, const StoredLabel& label,
                        BytesView record_key, BytesView label_bytes,
                        const std::vector<FieldValue>& fields) {
  const Place place{seals, label, record_key, label_bytes};
  const std::vector<SubjectId> owners = owners_of(label.label.subject, label.marks);
  if (owners.size() > 1 || empties(label.marks)) return seal_parts(place, kind, owners, fields);
  ASSIGN_OR_RETURN(const Bytes encoded, encode_fields(kind, fields));
  const SubjectId owner = owners.empty() ? SubjectId() : owners.front();
  ASSIGN_OR_RETURN(const SealContext context, place.sealing(owner, label_bytes));
  ASSIGN_OR_RETURN(const Bytes sealed, seals.sealer.seal(context, encoded));
  return ByteWriter().u8(kOneKey).raw(sealed).take();
}

Result<std::optional<std::vector<FieldValue>>> open_body(const BodySeals& seals,
                                                         const policy::Kind& kind,
                                                         const StoredLabel& label,
                                                         BytesView record_key,
                                                         BytesView label_bytes, BytesView body) {
  const Place place{seals, label, record_key, label_bytes};
  ByteReader in(body);
  const std::uint8_t form = in.u8();
  if (form == kParts) return open_parts(place, kind, in);
  if (form != kOneKey) return fail(ErrorKind::kCorrupt, "a stored record does not decode");
  SubjectId owner = label.label.subject;
  if (owner.is_nil() && !label.label.owners.empty()) owner = label.label.owners.front();
  auto encoded = seals.sealer.open(place.opening(owner, label_bytes), in.rest());
  if (!encoded && encoded.error().kind == ErrorKind::kNotFound) {
    return std::optional<std::vector<FieldValue>>();
  }
  if (!encoded) return std::unexpected(encoded.error());
  ASSIGN_OR_RETURN(auto fields, decode_fields(kind, *encoded));
  return std::optional(std::move(fields));
}

}  // namespace heed::silo
