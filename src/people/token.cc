#include "people/token.h"

#include "base/crypto.h"

namespace heed::people {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kIdText = 26;
constexpr std::string_view kKeyStart = "heed_";

}  // namespace

SessionToken SessionToken::make(PersonId person, Random& random) {
  return {person, random.bytes(kSecretSize)};
}

std::optional<SessionToken> SessionToken::parse(std::string_view text) {
  if (text.size() > 2 * (kIdBytes + kSecretSize)) return {};
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != kIdBytes + kSecretSize) return {};
  const auto person = PersonId::from_bytes(BytesView(*bytes).substr(0, kIdBytes));
  if (!person) return {};
  return SessionToken{*person, bytes->substr(kIdBytes)};
}

std::string SessionToken::text() const {
  return to_base64url(person.bytes() + secret);
}

KeyToken KeyToken::make(Random& random) {
  return {ApiKeyId::make(random), random.bytes(kSecretSize)};
}

std::optional<KeyToken> KeyToken::parse(std::string_view text) {
  if (!text.starts_with(kKeyStart)) return {};
  text.remove_prefix(kKeyStart.size());
  if (text.size() != kIdText + 1 + 2 * kSecretSize || text[kIdText] != '_') return {};
  const auto id = ApiKeyId::parse(text.substr(0, kIdText));
  const auto secret = from_hex(text.substr(kIdText + 1));
  if (!id || !secret) return {};
  return KeyToken{*id, *secret};
}

std::string KeyToken::text() const {
  return std::string(kKeyStart) + id.text() + "_" + to_hex(secret);
}

std::string KeyToken::prefix(ApiKeyId id) {
  return std::string(kKeyStart) + id.text().substr(0, 8);
}

std::optional<Bytes> parse_link_token(std::string_view text) {
  if (text.size() > 2 * kSecretSize) return {};
  auto secret = from_base64url(text);
  if (!secret || secret->size() != kSecretSize) return {};
  return secret;
}

std::string digest(BytesView secret) {
  return to_hex(sha256(secret));
}

std::string csrf_of(BytesView session_secret) {
  return to_base64url(hmac_sha256(session_secret, "heed: requests that change something"));
}

}  // namespace heed::people
