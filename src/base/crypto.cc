#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/handshake.h"

namespace heed {
namespace {

const unsigned char* octets(BytesView v) {
  return reinterpret_cast<const unsigned char*>(v.data());
}
unsigned char* octets(Bytes& v) {
  return reinterpret_cast<unsigned char*>(v.data());
}

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

// Fetched once: EVP_aes_256_gcm() would be looked up again at every seal (as the digest below).
const EVP_CIPHER* aes_256_gcm() {
  static EVP_CIPHER* const kCipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  require(kCipher != nullptr, "OpenSSL has AES-256-GCM");
  return kCipher;
}

/// A cipher that has expanded its key: the next value under the same one need not do it again,
/// which is a third of the cost of a short value. One a thread and direction, as a fresh context
/// costs an algorithm lookup in OpenSSL 3. It holds one key until the next; so does the machine's
/// memory, and what must be beyond reach is beyond it when the key is gone from every disk.
class KeyedCipher {
 public:
  using Init = int (*)(EVP_CIPHER_CTX*, const EVP_CIPHER*, const unsigned char*,
                       const unsigned char*, const OSSL_PARAM*);
  explicit KeyedCipher(Init init) : init_(init), context_(EVP_CIPHER_CTX_new()) {
    require(context_ != nullptr, "OpenSSL gives a cipher context");
  }
  ~KeyedCipher() { OPENSSL_cleanse(key_.data(), key_.size()); }
  KeyedCipher(const KeyedCipher&) = delete;
  KeyedCipher& operator=(const KeyedCipher&) = delete;

  /// Ready for one value; nullptr if OpenSSL fails.
  EVP_CIPHER_CTX* begin(BytesView key, BytesView nonce) {
    const bool known = ready_ && CRYPTO_memcmp(key_.data(), key.data(), key_.size()) == 0;
    ready_ = known ? init_(context_.get(), nullptr, nullptr, octets(nonce), nullptr) == 1
                   : init_(context_.get(), aes_256_gcm(), octets(key), octets(nonce), nullptr) == 1;
    if (!known) std::ranges::copy(key, key_.begin());
    return ready_ ? context_.get() : nullptr;
  }

 private:
  const Init init_;
  const Cipher context_;
  std::array<char, kAeadKeySize> key_{};
  bool ready_ = false;
};

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

// As for the cipher. EVP_sha256() would be looked up again at every digest ("Explicit fetching" in
// crypto(7) of OpenSSL), so the one that was fetched is kept.
EVP_MD_CTX* thread_digest() {
  thread_local const Digest digest(EVP_MD_CTX_new());
  static EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  const bool ready = digest != nullptr && kSha256 != nullptr &&
                     EVP_DigestInit_ex2(digest.get(), kSha256, nullptr) == 1;
  require(ready, "SHA-256 is available");
  return digest.get();
}

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

Key private_key(BytesView secret) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(secret), secret.size()));
  require(key != nullptr, "any 32 bytes are an Ed25519 key (RFC 8032 §5.1.5)");
  return key;
}

/// Writes sealed.size() − kAeadTagSize bytes to `plaintext`, which mean nothing if it fails.
Result<void> open_into(unsigned char* plaintext, BytesView key, BytesView nonce,
                       BytesView associated, BytesView sealed) {
  const BytesView ciphertext = sealed.substr(0, sealed.size() - kAeadTagSize);
  std::array<char, kAeadTagSize> tag{};
  std::ranges::copy(sealed.substr(ciphertext.size()), tag.begin());
  thread_local KeyedCipher opening(EVP_DecryptInit_ex2);
  EVP_CIPHER_CTX* cipher = opening.begin(key, nonce);
  int size = 0;
  bool ok = cipher != nullptr && EVP_DecryptUpdate(cipher, nullptr, &size, octets(associated),
                                                   static_cast<int>(associated.size())) == 1;
  ok = ok && EVP_DecryptUpdate(cipher, plaintext, &size, octets(ciphertext),
                               static_cast<int>(ciphertext.size())) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, kAeadTagSize, tag.data()) == 1;
  ok = ok && EVP_DecryptFinal_ex(cipher, plaintext + size, &size) == 1;
  if (!ok) return fail(ErrorKind::kCorrupt, "a sealed value fails authentication");
  return {};
}

bool has_room_for_a_seal(BytesView nonce, BytesView sealed) {
  return nonce.size() == kAeadNonceSize && sealed.size() >= kAeadTagSize;
}

struct FreeKeyContext {
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeKeyContext>;

Key x25519_private(const Bytes& secret) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, octets(secret), secret.size()));
  require(key != nullptr, "any 32 bytes are an X25519 key (RFC 7748 §5)");
  return key;
}

Bytes x25519_public(const Bytes& secret) {
  Bytes bytes(kX25519KeySize, '\0');
  std::size_t size = bytes.size();
  require(EVP_PKEY_get_raw_public_key(x25519_private(secret).get(), octets(bytes), &size) == 1,
          "an X25519 key has its public half");
  return bytes;
}

/// Nothing for a point of small order, with which everybody shares the same (RFC 7748 §6.1).
std::optional<Bytes> x25519_shared(const Bytes& secret, BytesView public_key) {
  const Key own = x25519_private(secret);
  const Key other(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, octets(public_key), public_key.size()));
  const KeyContext context(EVP_PKEY_CTX_new(own.get(), nullptr));
  Bytes shared(kX25519KeySize, '\0');
  std::size_t size = shared.size();
  const bool ok = other != nullptr && context != nullptr &&
                  EVP_PKEY_derive_init(context.get()) == 1 &&
                  EVP_PKEY_derive_set_peer(context.get(), other.get()) == 1 &&
                  EVP_PKEY_derive(context.get(), octets(shared), &size) == 1;
  if (!ok || shared == Bytes(kX25519KeySize, '\0')) return {};
  return shared;
}

// RFC 9180 §4 and §5.1; the identifiers of §7.

constexpr BytesView kHpkeVersion = "HPKE-v1";
constexpr BytesView kKemSuite{"KEM\x00\x20", 5};
constexpr BytesView kHpkeSuite{"HPKE\x00\x20\x00\x01\x00\x02", 10};

/// HKDF's extract step (RFC 5869 §2.2).
Bytes labeled_extract(BytesView suite, BytesView salt, BytesView label, BytesView secret) {
  return hmac_sha256(salt, ByteWriter().raw(kHpkeVersion).raw(suite).raw(label).raw(secret).view());
}

/// At most 32 bytes: the first block of HKDF's expand step (RFC 5869 §2.3).
Bytes labeled_expand(BytesView suite, BytesView secret, BytesView label, BytesView info,
                     std::uint16_t size) {
  ByteWriter labeled;
  labeled.u16(size).raw(kHpkeVersion).raw(suite).raw(label).raw(info).u8(1);
  return hmac_sha256(secret, labeled.view()).substr(0, size);
}

struct MessageKey {
  Bytes key;
  Bytes nonce;
};

MessageKey message_key(BytesView shared, BytesView message_public, BytesView receiver_public,
                       BytesView info) {
  const Bytes pair = ByteWriter().raw(message_public).raw(receiver_public).take();
  const Bytes secret = labeled_expand(kKemSuite, labeled_extract(kKemSuite, "", "eae_prk", shared),
                                      "shared_secret", pair, kX25519KeySize);
  const Bytes context = ByteWriter()
                            .u8(0)  // base mode
                            .raw(labeled_extract(kHpkeSuite, "", "psk_id_hash", ""))
                            .raw(labeled_extract(kHpkeSuite, "", "info_hash", info))
                            .take();
  const Bytes from = labeled_extract(kHpkeSuite, secret, "secret", "");
  return {labeled_expand(kHpkeSuite, from, "key", context, kAeadKeySize),
          labeled_expand(kHpkeSuite, from, "base_nonce", context, kAeadNonceSize)};
}

}  // namespace

Bytes sha256(BytesView data) {
  return sha256({data});
}

Bytes sha256(std::initializer_list<BytesView> parts) {
  Bytes digest(32, '\0');
  EVP_MD_CTX* context = thread_digest();
  bool ok = true;
  for (const BytesView part : parts) {
    ok = ok && EVP_DigestUpdate(context, part.data(), part.size()) == 1;
  }
  require(ok && EVP_DigestFinal_ex(context, octets(digest), nullptr) == 1, "SHA-256 digests");
  return digest;
}

struct Sha256::State {
  Digest context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  require(state_->context != nullptr &&
              EVP_DigestInit_ex2(state_->context.get(), EVP_sha256(), nullptr) == 1,
          "SHA-256 is available");
}

Sha256::~Sha256() = default;

void Sha256::update(BytesView data) {
  require(EVP_DigestUpdate(state_->context.get(), data.data(), data.size()) == 1,
          "SHA-256 digests");
}

Bytes Sha256::finish() {
  Bytes digest(32, '\0');
  require(EVP_DigestFinal_ex(state_->context.get(), octets(digest), nullptr) == 1,
          "SHA-256 digests");
  return digest;
}

Bytes sha1(BytesView data) {
  Bytes digest(20, '\0');
  unsigned size = 0;
  const int done = EVP_Digest(data.data(), data.size(), octets(digest), &size, EVP_sha1(), nullptr);
  require(done == 1 && size == digest.size(), "SHA-1 digests");
  return digest;
}

Bytes hmac_sha256(BytesView key, BytesView data) {
  Bytes digest(32, '\0');
  unsigned size = 0;
  const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(data),
                          data.size(), octets(digest), &size);
  require(done != nullptr, "HMAC-SHA-256 is available");
  return digest;
}

void wipe(char* bytes, std::size_t size) {
  OPENSSL_cleanse(bytes, size);
}

bool equal_in_constant_time(BytesView a, BytesView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes aead_seal(BytesView key, BytesView nonce, BytesView associated, BytesView plaintext) {
  require(key.size() == kAeadKeySize && nonce.size() == kAeadNonceSize, "AEAD key and nonce sizes");
  thread_local KeyedCipher sealing(EVP_EncryptInit_ex2);
  EVP_CIPHER_CTX* cipher = sealing.begin(key, nonce);
  Bytes sealed(plaintext.size() + kAeadTagSize, '\0');
  int size = 0;
  bool ok = cipher != nullptr && EVP_EncryptUpdate(cipher, nullptr, &size, octets(associated),
                                                   static_cast<int>(associated.size())) == 1;
  ok = ok && EVP_EncryptUpdate(cipher, octets(sealed), &size, octets(plaintext),
                               static_cast<int>(plaintext.size())) == 1;
  ok = ok && EVP_EncryptFinal_ex(cipher, octets(sealed) + size, &size) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, kAeadTagSize,
                                 octets(sealed) + plaintext.size()) == 1;
  require(ok, "AES-256-GCM seals");
  return sealed;
}

Result<Bytes> aead_open(BytesView key, BytesView nonce, BytesView associated, BytesView sealed) {
  require(key.size() == kAeadKeySize, "AEAD key size");
  if (!has_room_for_a_seal(nonce, sealed)) {
    return fail(ErrorKind::kCorrupt, "a sealed value is shorter than its seal");
  }
  Bytes plaintext(sealed.size() - kAeadTagSize, '\0');
  auto opened = open_into(octets(plaintext), key, nonce, associated, sealed);
  if (!opened) return std::unexpected(std::move(opened).error());
  return plaintext;
}

Result<Secret> aead_open_secret(BytesView key, BytesView nonce, BytesView associated,
                                BytesView sealed) {
  require(key.size() == kAeadKeySize, "AEAD key size");
  if (!has_room_for_a_seal(nonce, sealed) || sealed.size() != Secret::kSize + kAeadTagSize) {
    return fail(ErrorKind::kCorrupt, "a sealed key has not the length of one");
  }
  Secret secret;
  auto opened =
      open_into(reinterpret_cast<unsigned char*>(secret.data()), key, nonce, associated, sealed);
  if (!opened) return std::unexpected(std::move(opened).error());
  return secret;
}

Result<PublicKey> PublicKey::from_bytes(BytesView bytes) {
  if (bytes.size() != kEd25519KeySize) {
    return fail(ErrorKind::kInvalid, "an Ed25519 public key has 32 bytes");
  }
  return PublicKey(Bytes(bytes));
}

bool PublicKey::verifies(BytesView message, BytesView signature) const {
  if (signature.size() != kEd25519SignatureSize) return false;
  const Key key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(bytes_), bytes_.size()));
  const Digest context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message),
                          message.size()) == 1;
}

SigningKey SigningKey::make(Random& random) {
  return SigningKey(Secret::make(random));
}

Result<SigningKey> SigningKey::from_bytes(BytesView secret) {
  if (secret.size() != kEd25519KeySize) {
    return fail(ErrorKind::kInvalid, "an Ed25519 signing key has 32 bytes");
  }
  Bytes bytes(secret);
  return SigningKey(*Secret::take(bytes));
}

PublicKey SigningKey::public_key() const {
  Bytes bytes(kEd25519KeySize, '\0');
  std::size_t size = bytes.size();
  require(EVP_PKEY_get_raw_public_key(private_key(secret_.view()).get(), octets(bytes), &size) == 1,
          "an Ed25519 key has its public half");
  return PublicKey(std::move(bytes));
}

Bytes SigningKey::sign(BytesView message) const {
  const Key key = private_key(secret_.view());
  const Digest context(EVP_MD_CTX_new());
  Bytes signature(kEd25519SignatureSize, '\0');
  std::size_t size = signature.size();
  const bool ok =
      context != nullptr &&
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), octets(signature), &size, octets(message), message.size()) == 1;
  require(ok, "Ed25519 signs");
  return signature;
}

Result<ReceiverKey> ReceiverKey::from_bytes(BytesView bytes) {
  if (bytes.size() != kX25519KeySize) {
    return fail(ErrorKind::kInvalid, "an X25519 public key has 32 bytes");
  }
  // Whichever secret it is tried with: a point of small order gives nothing with any.
  if (!x25519_shared(sha256("heed: any secret"), bytes)) {
    return fail(ErrorKind::kInvalid, "to this X25519 public key nothing can be sealed",
                "take the public half of a key pair that was made at random");
  }
  return ReceiverKey(Bytes(bytes));
}

OpeningKey OpeningKey::make(Random& random) {
  return OpeningKey(random.bytes(kX25519KeySize));
}

Result<OpeningKey> OpeningKey::from_bytes(BytesView secret) {
  if (secret.size() != kX25519KeySize) {
    return fail(ErrorKind::kInvalid, "an X25519 secret key has 32 bytes");
  }
  return OpeningKey(Bytes(secret));
}

OpeningKey::~OpeningKey() {
  OPENSSL_cleanse(secret_.data(), secret_.size());
}

ReceiverKey OpeningKey::public_key() const {
  return ReceiverKey(x25519_public(secret_));
}

Bytes seal_to(const ReceiverKey& receiver, BytesView info, BytesView associated,
              BytesView plaintext, Random& random) {
  const OpeningKey own = OpeningKey::make(random);
  const Bytes public_key = x25519_public(own.secret());
  const auto shared = x25519_shared(own.secret(), receiver.bytes());
  require(shared.has_value(), "a receiver's key is no point of small order");
  const MessageKey key = message_key(*shared, public_key, receiver.bytes(), info);
  return public_key + aead_seal(key.key, key.nonce, associated, plaintext);
}

Result<Bytes> open_from(const OpeningKey& key, BytesView info, BytesView associated,
                        BytesView sealed) {
  const BytesView public_key = sealed.substr(0, kX25519KeySize);
  const auto shared =
      sealed.size() < kSealedToOverhead ? std::nullopt : x25519_shared(key.secret(), public_key);
  if (!shared) return fail(ErrorKind::kCorrupt, "this was not sealed to a key");
  const MessageKey opening = message_key(*shared, public_key, x25519_public(key.secret()), info);
  return aead_open(opening.key, opening.nonce, associated, sealed.substr(kX25519KeySize));
}

}  // namespace heed
