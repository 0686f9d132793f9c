// A passphrase, and the key that argon2id makes of it. The one place of this room that touches
// libsodium.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

namespace heed::silo {

/// Wiped from memory when it goes; moved, never copied.
class Passphrase {
 public:
  static constexpr std::size_t kShortest = 12;    ///< Bytes, of a new one.
  static constexpr std::size_t kLongest = 1'024;  ///< Bytes.

  /// Takes the text over and wipes `from`. One line end at its end does not count. kInvalid if
  /// nothing remains or more than kLongest.
  static Result<Passphrase> take(Bytes& from);
  Passphrase(Passphrase&& other) noexcept : text_(std::move(other.text_)) {}
  Passphrase& operator=(Passphrase&&) = delete;
  ~Passphrase();

  BytesView view() const { return text_; }

 private:
  explicit Passphrase(Bytes text) : text_(std::move(text)) {}
  Bytes text_;
};

/// argon2id's cost. The default is libsodium's "moderate": a root key is derived once a start, and
/// whoever stole a ring tries at this cost.
struct PassphraseCost {
  static constexpr std::uint64_t kMostMemory = std::uint64_t{1} << 30;  ///< What a file may ask.
  static constexpr std::uint64_t kMostPasses = 64;
  std::uint64_t memory = std::uint64_t{256} << 20;  ///< Bytes, at least 8 KiB.
  std::uint64_t passes = 3;
};

constexpr std::size_t kPassphraseSaltSize = 16;

/// The same key for the same passphrase, salt and cost. kExhausted when there is no memory for it.
Result<Secret> stretch(const Passphrase& passphrase, BytesView salt, PassphraseCost cost);

}  // namespace heed::silo
