#include "silo/manifest_json.h"

#include <algorithm>

namespace heed::silo {

const Json* member_of(const Json* object, std::string_view key) {
  return object == nullptr ? nullptr : object->find(key);
}

std::string text_of(const Json* object, std::string_view key) {
  const Json* value = member_of(object, key);
  const std::string* text = value == nullptr ? nullptr : value->string();
  return text == nullptr ? std::string() : *text;
}

std::uint64_t number_of(const Json* object, std::string_view key) {
  const Json* value = member_of(object, key);
  const auto number = value == nullptr ? std::nullopt : value->integer();
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

Time time_of(const Json* object, std::string_view key) {
  return parse_time(text_of(object, key)).value_or(Time());
}

Bytes bytes_of(const Json* object, std::string_view key, std::size_t size) {
  Bytes bytes = from_hex(text_of(object, key)).value_or("");
  bytes.resize(size);
  return bytes;
}

void write_head(JsonWriter& out, const SignedHead& signed_head) {
  const JournalHead& head = signed_head.head;
  out.begin_object()
      .member("entries", head.entries)
      .member("root", to_hex(head.root))
      .member("time", format_time(head.time, kManifestTimeDigits))
      .member("policy", to_hex(head.policy_hash))
      .member("signature", to_hex(signed_head.signature))
      .end_object();
}

SignedHead head_of(const Json* object, std::string_view key, OrganizationId organization) {
  const Json* head = member_of(object, key);
  return {{organization, number_of(head, "entries"), bytes_of(head, "root", merkle::kHashSize),
           time_of(head, "time"), bytes_of(head, "policy", merkle::kHashSize)},
          bytes_of(head, "signature", kEd25519SignatureSize)};
}

bool is_plain_path(std::string_view path) {
  if (path.ends_with('/')) return false;
  if (path.find("/.") != path.npos || path.find("//") != path.npos) return false;
  return std::ranges::all_of(path, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-' || c == '/';
  });
}

}  // namespace heed::silo
