// The cryptographic primitives of the house, over OpenSSL 3. Which key seals what is not decided
// here but in silo/keyring.h; password hashing is in people.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace heed {

/// 32 bytes (FIPS 180-4).
Bytes sha256(BytesView data);
/// Of the parts as if they stood in one piece.
Bytes sha256(std::initializer_list<BytesView> parts);
/// The same of what is too long to be in memory at once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(BytesView data);
  /// Once, at the end.
  Bytes finish();

 private:
  struct State;
  const std::unique_ptr<State> state_;
};
/// 32 bytes (RFC 2104).
Bytes hmac_sha256(BytesView key, BytesView data);
/// Compares in a time that depends on the lengths alone.
bool equal_in_constant_time(BytesView a, BytesView b);
/// Overwrites with zeros, even where nothing reads them any more.
void wipe(char* bytes, std::size_t size);

constexpr std::size_t kAeadKeySize = 32;
constexpr std::size_t kAeadNonceSize = 12;
constexpr std::size_t kAeadTagSize = 16;

/// AES-256-GCM (NIST SP 800-38D): ciphertext then tag. A nonce must never repeat under one key.
Bytes aead_seal(BytesView key, BytesView nonce, BytesView associated, BytesView plaintext);
/// kCorrupt if key, nonce, associated data or bytes are not those that were sealed.
Result<Bytes> aead_open(BytesView key, BytesView nonce, BytesView associated, BytesView sealed);
/// The same for a sealed key, whose bytes are never anywhere but in the Secret.
Result<Secret> aead_open_secret(BytesView key, BytesView nonce, BytesView associated,
                                BytesView sealed);

constexpr std::size_t kEd25519KeySize = 32;
constexpr std::size_t kEd25519SignatureSize = 64;
static_assert(Secret::kSize == kAeadKeySize && Secret::kSize == kEd25519KeySize);

/// The half of an Ed25519 pair (RFC 8032 §5.1) that everybody may have. A type of its own, because
/// the other half is 32 bytes too.
class PublicKey {
 public:
  /// kInvalid if it is not 32 bytes. Whether they are a point of the curve shows when it verifies.
  static Result<PublicKey> from_bytes(BytesView bytes);
  const Bytes& bytes() const { return bytes_; }
  /// False too for a signature of a wrong length or a key that is no point. Thread-safe.
  bool verifies(BytesView message, BytesView signature) const;
  bool operator==(const PublicKey&) const = default;

 private:
  explicit PublicKey(Bytes bytes) : bytes_(std::move(bytes)) {}
  friend class SigningKey;
  Bytes bytes_;
};

/// The half that signs; wiped from memory when it goes.
class SigningKey {
 public:
  /// 32 bytes of `random` are the whole key.
  static SigningKey make(Random& random);
  /// kInvalid if it is not 32 bytes.
  static Result<SigningKey> from_bytes(BytesView secret);
  explicit SigningKey(Secret secret) : secret_(std::move(secret)) {}

  PublicKey public_key() const;
  /// 64 bytes, the same for the same message. Thread-safe.
  Bytes sign(BytesView message) const;

 private:
  Secret secret_;
};

// Sealing to somebody else ------------------------------------------------------------------------
//
// HPKE in base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. One key pair
// is made for each message and forgotten, so that only the receiver can open it: not even who
// sealed it.

constexpr std::size_t kX25519KeySize = 32;
/// What a sealed message is longer than its text: the message's own public key and the tag.
constexpr std::size_t kSealedToOverhead = kX25519KeySize + kAeadTagSize;

/// The half of an X25519 pair (RFC 7748) that others seal to.
class ReceiverKey {
 public:
  /// kInvalid if it is not 32 bytes, or one of the few points to which nothing can be sealed.
  static Result<ReceiverKey> from_bytes(BytesView bytes);
  const Bytes& bytes() const { return bytes_; }
  bool operator==(const ReceiverKey&) const = default;

 private:
  explicit ReceiverKey(Bytes bytes) : bytes_(std::move(bytes)) {}
  friend class OpeningKey;
  Bytes bytes_;
};

/// The half that opens; wiped from memory when it goes.
class OpeningKey {
 public:
  static OpeningKey make(Random& random);
  /// kInvalid if it is not 32 bytes.
  static Result<OpeningKey> from_bytes(BytesView secret);
  OpeningKey(OpeningKey&& other) noexcept = default;
  OpeningKey& operator=(OpeningKey&&) = delete;
  ~OpeningKey();
  const Bytes& secret() const { return secret_; }
  ReceiverKey public_key() const;

 private:
  explicit OpeningKey(Bytes secret) : secret_(std::move(secret)) {}
  Bytes secret_;
};

/// The message's public key, then its ciphertext and tag. `info` says what it is for: it opens only
/// where the same is expected.
Bytes seal_to(const ReceiverKey& receiver, BytesView info, BytesView associated,
              BytesView plaintext, Random& random);
/// kCorrupt if it was sealed to another key, for something else, or changed.
Result<Bytes> open_from(const OpeningKey& key, BytesView info, BytesView associated,
                        BytesView sealed);

}  // namespace heed
