// Token buckets by key: how often an address or an account may ask.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "base/sync.h"
#include "base/time.h"

namespace heed::http {

struct Rate {
  /// How many at once.
  double burst = 10;
  /// How many a second in the long run; above 0.
  double per_second = 1;
};

/// Thread-safe. Holds at most `capacity` buckets: when full, the one longest untouched goes, which
/// forgets at most that its key was busy.
class RateLimit {
 public:
  /// `clock` outlives it.
  RateLimit(const Clock& clock, Rate rate, std::size_t capacity);
  /// Takes a token; otherwise says how long until there is one.
  std::optional<Duration> take(std::string_view key);
  std::size_t size() const;

 private:
  struct Bucket {
    std::string key;
    double tokens;
    Duration at;
  };
  const Clock& clock_;
  const Rate rate_;
  const std::size_t capacity_;
  mutable Mutex mutex_;
  /// Most recently touched first.
  std::list<Bucket> buckets_ HEED_GUARDED_BY(mutex_);
  std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::http
