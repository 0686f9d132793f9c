// How long to wait before trying again: doubling with jitter, so that fifty boxes that lost the
// same switch do not return in the same millisecond.
#pragma once

#include "base/random.h"
#include "base/time.h"

namespace heed::wire {

struct BackoffLimits {
  Duration first = Duration::milliseconds(500);
  Duration most = Duration::seconds(30);
};

/// Not thread-safe. `random` must outlive it.
class Backoff {
 public:
  explicit Backoff(Random& random, BackoffLimits limits = {});
  /// The wait before the next attempt: uniform between half and the whole of first × 2ⁿ, at most
  /// `most`.
  Duration next();
  /// After a success: the next wait is the first one again.
  void reset() { attempts_ = 0; }
  /// Failures since the last success.
  int attempts() const { return attempts_; }

 private:
  Random& random_;
  BackoffLimits limits_;
  int attempts_ = 0;
};

}  // namespace heed::wire
