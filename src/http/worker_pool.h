// A bounded pool of threads for what may block: route handlers, bodies read from disk.
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/sync.h"

namespace heed::http {

/// Thread-safe. A full queue refuses, so that waiting is seen by who waits and not hidden here.
class WorkerPool {
 public:
  using Task = std::move_only_function<void()>;

  WorkerPool(std::size_t threads, std::size_t queued);
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Whether there was room; if not, `task` is untouched.
  bool try_run(Task& task) HEED_EXCLUDES(mutex_);
  /// Ends the threads after the tasks that they are at; queued ones are dropped. Again is harmless.
  void stop() HEED_EXCLUDES(mutex_);

 private:
  void work() HEED_EXCLUDES(mutex_);

  const std::size_t most_queued_;
  Mutex mutex_;
  Condition changed_;
  std::deque<Task> queue_ HEED_GUARDED_BY(mutex_);
  std::size_t idle_ HEED_GUARDED_BY(mutex_) = 0;
  bool stopping_ HEED_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace heed::http
