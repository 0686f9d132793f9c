#include "silo/passphrase.h"

#include <sodium.h>

#include <string>

#include "base/crypto.h"

namespace heed::silo {

Result<Passphrase> Passphrase::take(Bytes& from) {
  const WipeAfter wiped(from);
  BytesView text = from;
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty()) return fail(ErrorKind::kInvalid, "the passphrase is empty", "give one");
  if (text.size() > kLongest) {
    return fail(ErrorKind::kInvalid, "the passphrase is longer than 1,024 bytes",
                "give a shorter one");
  }
  Bytes own;
  own.reserve(kLongest);  // never within the object itself, where a move would leave it behind
  own.append(text);
  return Passphrase(std::move(own));
}

Passphrase::~Passphrase() {
  wipe(text_.data(), text_.size());
}

Result<Secret> stretch(const Passphrase& passphrase, BytesView salt, PassphraseCost cost) {
  require(salt.size() == kPassphraseSaltSize && kPassphraseSaltSize == crypto_pwhash_SALTBYTES,
          "the size of a salt");
  require(sodium_init() >= 0, "libsodium starts");
  Secret key;
  const BytesView text = passphrase.view();
  if (crypto_pwhash(reinterpret_cast<unsigned char*>(key.data()), Secret::kSize, text.data(),
                    text.size(), reinterpret_cast<const unsigned char*>(salt.data()), cost.passes,
                    cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorKind::kExhausted, "there is no memory to make the root key of its passphrase",
                "give the program " + std::to_string(cost.memory >> 20) + " MiB more for a moment");
  }
  return key;
}

}  // namespace heed::silo
