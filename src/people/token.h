// Tokens: what a browser, a mail or a program holds to be let in. All are random and long; what is
// kept here is the SHA-256 of the secret part, so a stolen store opens nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/base.h"
#include "people/words.h"

namespace heed::people {

constexpr std::size_t kSecretSize = 32;  ///< Bytes

/// A session cookie's value: base64url(person, secret). The person stands in it so that all
/// sessions of one lie together in the store.
struct SessionToken {
  PersonId person;
  Bytes secret;

  static SessionToken make(PersonId person, Random& random);
  static std::optional<SessionToken> parse(std::string_view text);
  std::string text() const;
};

/// An API key: heed_<id>_<secret in hexadecimal>. Signs that no editor breaks at, a start that
/// secret scanners can be taught.
struct KeyToken {
  ApiKeyId id;
  Bytes secret;

  static KeyToken make(Random& random);
  static std::optional<KeyToken> parse(std::string_view text);
  std::string text() const;
  /// How it begins: enough to tell one's keys apart.
  static std::string prefix(ApiKeyId id);
};

/// A one-time link's token: base64url(secret).
std::optional<Bytes> parse_link_token(std::string_view text);

/// As it is stored.
std::string digest(BytesView secret);

/// What requests of this session send along. HMAC under the session's own secret, which the page's
/// scripts can't read: nothing to store, and of no use with another session.
std::string csrf_of(BytesView session_secret);

}  // namespace heed::people
