// Tasks for the loop's thread, from any other. Outlives the loop, for those who come late.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "base/sync.h"

namespace heed::box {

/// Thread-safe.
class Mailbox {
 public:
  using Task = std::function<void()>;
  /// `wake` is called with every task until close(), under the mailbox's lock.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void post(Task task) {
    const Lock lock(mutex_);
    if (closed_) return;
    tasks_.push_back(std::move(task));
    wake_();
  }
  std::vector<Task> take() {
    const Lock lock(mutex_);
    return std::exchange(tasks_, {});
  }
  /// The loop is gone: tasks are dropped from now on.
  void close() {
    std::vector<Task> dropped;
    const Lock lock(mutex_);
    closed_ = true;
    dropped.swap(tasks_);
  }

 private:
  Mutex mutex_;
  std::vector<Task> tasks_ HEED_GUARDED_BY(mutex_);
  bool closed_ HEED_GUARDED_BY(mutex_) = false;
  const std::function<void()> wake_;
};

}  // namespace heed::box
