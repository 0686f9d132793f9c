#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

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

// A fresh context costs an algorithm lookup in OpenSSL 3; one per thread is reset instead.
EVP_CIPHER_CTX* thread_cipher() {
  thread_local const Cipher cipher(EVP_CIPHER_CTX_new());
  require(cipher != nullptr, "OpenSSL gives a cipher context");
  return cipher.get();
}

}  // namespace

Bytes sha256(BytesView data) {
  Bytes digest(32, '\0');
  unsigned size = 0;
  require(EVP_Digest(data.data(), data.size(), octets(digest), &size, EVP_sha256(), nullptr) == 1,
          "SHA-256 is available");
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

bool equal_in_constant_time(BytesView a, BytesView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes aead_seal(BytesView key, BytesView nonce, BytesView associated, BytesView plaintext) {
  require(key.size() == kAeadKeySize && nonce.size() == kAeadNonceSize, "AEAD key and nonce sizes");
  EVP_CIPHER_CTX* cipher = thread_cipher();
  Bytes sealed(plaintext.size() + kAeadTagSize, '\0');
  int size = 0;
  bool ok = EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, octets(key), octets(nonce)) == 1;
  ok = ok && EVP_EncryptUpdate(cipher, nullptr, &size, octets(associated),
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
  if (nonce.size() != kAeadNonceSize || sealed.size() < kAeadTagSize) {
    return fail(ErrorKind::kCorrupt, "a sealed value is shorter than its seal");
  }
  EVP_CIPHER_CTX* cipher = thread_cipher();
  Bytes plaintext(sealed.size() - kAeadTagSize, '\0');
  Bytes tag(sealed.substr(plaintext.size()));
  int size = 0;
  bool ok = EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, octets(key), octets(nonce)) == 1;
  ok = ok && EVP_DecryptUpdate(cipher, nullptr, &size, octets(associated),
                               static_cast<int>(associated.size())) == 1;
  ok = ok && EVP_DecryptUpdate(cipher, octets(plaintext), &size, octets(sealed),
                               static_cast<int>(plaintext.size())) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, kAeadTagSize, octets(tag)) == 1;
  ok = ok && EVP_DecryptFinal_ex(cipher, octets(plaintext) + size, &size) == 1;
  if (!ok) return fail(ErrorKind::kCorrupt, "a sealed value fails authentication");
  return plaintext;
}

}  // namespace heed
