// Many small random numbers from one draw of a Random, which costs an allocation each time.
#pragma once

#include <cstdint>

#include "base/random.h"

namespace heed::signals {

/// splitmix64, seeded by one draw. For simulation; never for keys. Not thread-safe.
class Dice {
 public:
  explicit Dice(Random& random) : state_(random.u64()) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  /// 0 to `end` - 1; `end` is above 0, and so far below 2^64 that the remainder's bias is nothing.
  std::size_t below(std::size_t end) { return next() % end; }
  /// Whether something of that chance happened.
  bool happens(double chance) { return static_cast<double>(next() >> 11U) * 0x1p-53 < chance; }

 private:
  std::uint64_t state_;
};

}  // namespace heed::signals
