// The cryptographic primitives of the house, over OpenSSL 3. Which key seals what is not decided
// here but in silo/keyring.h; password hashing is in people.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace heed {

/// 32 bytes (FIPS 180-4).
Bytes sha256(BytesView data);
/// 32 bytes (RFC 2104).
Bytes hmac_sha256(BytesView key, BytesView data);
/// Compares in a time that depends on the lengths alone.
bool equal_in_constant_time(BytesView a, BytesView b);

constexpr std::size_t kAeadKeySize = 32;
constexpr std::size_t kAeadNonceSize = 12;
constexpr std::size_t kAeadTagSize = 16;

/// AES-256-GCM (NIST SP 800-38D): ciphertext then tag. A nonce must never repeat under one key.
Bytes aead_seal(BytesView key, BytesView nonce, BytesView associated, BytesView plaintext);
/// kCorrupt if key, nonce, associated data or bytes are not those that were sealed.
Result<Bytes> aead_open(BytesView key, BytesView nonce, BytesView associated, BytesView sealed);

}  // namespace heed
