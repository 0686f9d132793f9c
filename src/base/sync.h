// Locks that Clang's thread-safety analysis can check (-Wthread-safety); std::mutex of libstdc++
// carries no annotations.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/time.h"

#define HEED_GUARDED_BY(mutex) __attribute__((guarded_by(mutex)))
#define HEED_REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define HEED_EXCLUDES(...) __attribute__((locks_excluded(__VA_ARGS__)))

namespace heed {

class __attribute__((capability("mutex"))) Mutex {
 public:
  void lock() __attribute__((acquire_capability())) { mutex_.lock(); }
  void unlock() __attribute__((release_capability())) { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

/// Holds a Mutex for a scope.
class __attribute__((scoped_lockable)) Lock {
 public:
  explicit Lock(Mutex& mutex) __attribute__((acquire_capability(mutex))) : mutex_(mutex) {
    mutex_.lock();
  }
  ~Lock() __attribute__((release_capability())) { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

/// A condition variable for Mutex. Wake-ups may be spurious: wait in a loop.
class Condition {
 public:
  void wait(Mutex& mutex) HEED_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  /// Until woken or until `longest` has passed on the machine's steady clock.
  void wait_for(Mutex& mutex, Duration longest) HEED_REQUIRES(mutex) {
    std::unique_lock lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_for(lock, std::chrono::nanoseconds(longest.count_nanoseconds()));
    lock.release();
  }
  void wake_one() { condition_.notify_one(); }
  void wake_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace heed
