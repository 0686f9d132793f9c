#include "http/worker_pool.h"

#include <utility>

namespace heed::http {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queued) : most_queued_(queued) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

bool WorkerPool::try_run(Task& task) {
  {
    const Lock lock(mutex_);
    // A thread that is free takes its task at once: only what must wait counts as queued.
    if (stopping_ || queue_.size() >= most_queued_ + idle_) return false;
    queue_.push_back(std::move(task));
  }
  changed_.wake_one();
  return true;
}

void WorkerPool::stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.wake_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  std::deque<Task> dropped;
  const Lock lock(mutex_);
  dropped.swap(queue_);
}

void WorkerPool::work() {
  for (;;) {
    Task task;
    {
      const Lock lock(mutex_);
      ++idle_;
      while (queue_.empty() && !stopping_) changed_.wait(mutex_);
      --idle_;
      if (stopping_) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

}  // namespace heed::http
