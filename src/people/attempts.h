// How often something may be tried: a bounded memory of attempts by key.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/sync.h"
#include "base/time.h"

namespace heed::people {

struct AttemptRule {
  int burst = 10;                          ///< This many at once,
  Duration refill = Duration::minutes(1);  ///< then one more each time this has passed.
  std::size_t most_keys = 10'000;          ///< Remembered; beyond it the mildest is forgotten.
};

/// A token bucket per key. Thread-safe.
class AttemptLimiter {
 public:
  /// `clock` outlives it.
  AttemptLimiter(AttemptRule rule, const Clock& clock) : rule_(rule), clock_(clock) {}

  /// Counts an attempt and gives nothing, or how long to wait when there have been too many; that
  /// one is not counted.
  std::optional<Duration> attempt(std::string_view key);
  /// The attempts of `key` are forgotten: the last one was right.
  void forgive(std::string_view key);
  /// The last attempt of `key` does not count; those before it do.
  void give_back(std::string_view key);

  std::size_t remembered() const;

 private:
  void make_room(Duration now) HEED_REQUIRES(mutex_);

  const AttemptRule rule_;
  const Clock& clock_;
  mutable Mutex mutex_;
  /// When each key's bucket will be full again, on the steady clock.
  std::unordered_map<std::string, Duration> full_at_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::people
