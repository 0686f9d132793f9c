// Keys in memory: 32 bytes that no core file holds, that are not swapped to disk where the system
// lets us keep them from it, that are wiped when they go, and that nothing prints.
//
// A Secret's bytes lie in pages of their own (MADV_DONTDUMP, mlock). What a library makes of a key
// while it works (an expanded cipher, a hash's state) lies on its own heap: so a program that opens
// keys also forbids core files altogether, forbid_core_dumps().
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace heed {

/// Moved, never copied by accident. Reading is thread-safe.
class Secret {
 public:
  static constexpr std::size_t kSize = 32;
  static Secret make(Random& random);
  /// Takes the bytes over and wipes `from`, whatever it held. kInvalid if they are not kSize.
  static Result<Secret> take(Bytes& from);

  /// Zeros, for a primitive to fill through data().
  Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();
  Secret copy() const;

  /// As long as it lives. Empty when it was moved from.
  BytesView view() const;
  char* data() { return bytes_; }
  /// In a time that does not depend on the bytes.
  bool operator==(const Secret& other) const;

 private:
  char* bytes_;
};

/// Wipes bytes that held a key when the scope ends, however it ends.
class WipeAfter {
 public:
  explicit WipeAfter(Bytes& bytes) : bytes_(bytes) {}
  ~WipeAfter();
  WipeAfter(const WipeAfter&) = delete;
  WipeAfter& operator=(const WipeAfter&) = delete;

 private:
  Bytes& bytes_;
};

/// How well the pages of this process's secrets are kept.
struct SecretMemory {
  /// 32,768 secrets, 1 MiB: within the 8 MiB that Debian lets a process lock. Further pages are
  /// kept out of core files alone.
  static constexpr std::size_t kMostLockedPages = 256;
  std::size_t pages = 0;
  std::size_t unlocked = 0;  ///< Of them, those that may be swapped to disk.
  std::size_t dumped = 0;    ///< Of them, those that a core file would hold.
};
SecretMemory secret_memory();

/// No core file of this process from now on, and no other process of this user may look into it.
Result<void> forbid_core_dumps();

}  // namespace heed
