// Where randomness comes from. Passed in, never reached for.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace heed {

class Random {
 public:
  virtual ~Random() = default;
  /// `size` random bytes. Thread-safe.
  virtual Bytes bytes(std::size_t size) = 0;
  /// Uniform over all 64-bit values.
  std::uint64_t u64() { return ByteReader(bytes(8)).u64(); }
};

/// The kernel's generator (getrandom(2)): keys, tokens, nonces.
class SystemRandom final : public Random {
 public:
  Bytes bytes(std::size_t size) override;
};

/// Repeatable from its seed (splitmix64). For tests; never for keys. Not thread-safe.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  Bytes bytes(std::size_t size) override;

 private:
  std::uint64_t state_;
};

}  // namespace heed
