#include "silo/disclosure_package.h"

#include <algorithm>

#include "base/json.h"

namespace heed::silo {
namespace {

constexpr BytesView kMagic = "heed disclosure 1\n";
constexpr std::size_t kIdSize = 16;
constexpr std::size_t kKeyNameSize = 8;
constexpr std::size_t kFrontSize = kMagic.size() + 2 * kIdSize + kKeyNameSize;
constexpr int kTimeDigits = 9;

Bytes key_name(const ReceiverKey& key) {
  return sha256(key.bytes()).substr(0, kKeyNameSize);
}

bool is_bytes(const policy::Kind& kind, std::string_view name) {
  const auto field = std::ranges::find(kind.fields, name, &policy::Field::name);
  return field != kind.fields.end() && field->type == policy::FieldType::kBytes;
}

void write_value(JsonWriter& out, const FieldValue& value, bool bytes) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    out.value(bytes ? to_base64url(*text) : *text);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    out.value(*integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    out.value(*real);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    out.value(*truth);
  } else if (const auto* time = std::get_if<Time>(&value)) {
    out.value(format_time(*time, kTimeDigits));
  } else {
    out.null();
  }
}

std::string text_of(const DisclosurePackage& package) {
  JsonWriter out;
  out.begin_object()
      .member("organization", package.organization.text())
      .member("package", package.package.text())
      .member("at", format_time(package.at, kTimeDigits))
      .member("recipient", package.recipient)
      .member("contract", package.contract)
      .member("party", package.party)
      .member("purpose", package.purpose)
      .key("clauses")
      .begin_array();
  for (const std::string& clause : package.clauses) out.value(clause);
  out.end_array()
      .member("policy", package.policy_hash)
      .member("kind", package.kind.name)
      .key("fields")
      .begin_object();
  for (const auto& [name, value] : package.fields) {
    out.key(name);
    write_value(out, value, is_bytes(package.kind, name));
  }
  return out.end_object().end_object().take();
}

}  // namespace

Bytes seal_package(const DisclosurePackage& package, const ReceiverKey& receiver, Random& random) {
  const Bytes front = ByteWriter()
                          .raw(kMagic)
                          .raw(package.organization.bytes())
                          .raw(package.package.bytes())
                          .raw(key_name(receiver))
                          .take();
  return front + seal_to(receiver, front, {}, text_of(package), random);
}

Result<OpenedPackage> open_package(BytesView bytes, const OpeningKey& key) {
  if (bytes.size() < kFrontSize || !bytes.starts_with(kMagic)) {
    return fail(ErrorKind::kCorrupt, "this is no sealed disclosure",
                "give the file as it was handed over, whole");
  }
  const BytesView front = bytes.substr(0, kFrontSize);
  ByteReader in(front.substr(kMagic.size()));
  OpenedPackage opened;
  opened.organization = OrganizationId::from_bytes(in.raw(kIdSize)).value_or(OrganizationId());
  opened.package = PackageId::from_bytes(in.raw(kIdSize)).value_or(PackageId());
  if (in.rest() != key_name(key.public_key())) {
    return fail(ErrorKind::kCorrupt, "this disclosure was sealed to another key",
                "open it with the secret half of the key that its contract names");
  }
  ASSIGN_OR_RETURN(opened.text, open_from(key, front, {}, bytes.substr(kFrontSize)));
  return opened;
}

}  // namespace heed::silo
