#include "silo/kv_environment.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "base/sync.h"

namespace heed::silo::kv {

/// RocksDB's jobs in the threads for flushes. It asks for them with its mutex held, so none of its
/// functions is called under the lock.
class Environment::Flushes : public std::enable_shared_from_this<Flushes> {
 public:
  struct Job {
    void (*run)(void*);
    void (*drop)(void*);
    void* argument;
    void* database;
  };

  explicit Flushes(rocksdb::Env& threads) : threads_(threads) {}

  void schedule(const Job& job) {
    {
      const Lock lock(mutex_);
      closing_ = false;
      ++waiting_;
      if (state_ == State::kDraining && contains(resuming_)) state_ = State::kFlushing;
    }
    hand_over(job);
  }
  /// How many of them will not run. RocksDB asks for this as it closes, and waits for the others.
  int unschedule(void* database) {
    std::vector<Job> dropped;
    {
      const Lock lock(mutex_);
      closing_ = true;
      dropped.swap(held_);
      waiting_ -= dropped.size();
    }
    for (const Job& job : dropped) job.drop(job.argument);
    return static_cast<int>(dropped.size()) +
           threads_.UnSchedule(database, rocksdb::Env::Priority::HIGH);
  }

  /// Whether flushes are held now.
  bool note_error(bool stops) {
    const Lock lock(mutex_);
    if (state_ == State::kDraining || state_ == State::kFlushing) {
      failed_ = true;
      stopped_ = stopped_ || stops;
    } else if (stops) {
      state_ = State::kStopped;
    }
    return !may_begin();
  }
  void hold() {
    const Lock lock(mutex_);
    state_ = State::kStopped;
  }
  /// Around a call that resumes.
  void enter_resuming() {
    const Lock lock(mutex_);
    resuming_.push_back(std::this_thread::get_id());
  }
  void leave_resuming() {
    const Lock lock(mutex_);
    std::erase(resuming_, std::this_thread::get_id());
  }
  void drain() {
    std::vector<Job> jobs;
    {
      const Lock lock(mutex_);
      if (state_ != State::kStopped) return;  // the other of two calls did
      state_ = State::kDraining;
      failed_ = stopped_ = false;
      jobs.swap(held_);
    }
    for (const Job& job : jobs) hand_over(job);
  }
  void end_resuming(bool resumed) {
    std::vector<Job> jobs;
    {
      const Lock lock(mutex_);
      // One that was told and yet did not make it fail came after it.
      state_ = resumed && !stopped_ ? State::kRunning : State::kStopped;
      if (state_ == State::kRunning) jobs.swap(held_);
    }
    for (const Job& job : jobs) hand_over(job);
  }

  bool stopped() const {
    const Lock lock(mutex_);
    return state_ == State::kStopped;
  }
  bool any_waits() const {
    const Lock lock(mutex_);
    return waiting_ > 0;
  }
  /// Not in the thread that asks.
  bool any_begun() const {
    const Lock lock(mutex_);
    return std::ssize(begun_) > (contains(begun_) ? 1 : 0);
  }

 private:
  enum class State {
    kRunning,
    kStopped,   ///< Flushes are held.
    kDraining,  ///< RocksDB resumes, and waits for all flushes that were asked for before.
    /// It resumes, and flushes all families. It waits no more once one fails, and the others would
    /// come when it has stopped again.
    kFlushing,
  };
  struct Handed {
    std::shared_ptr<Flushes> flushes;
    Job job;
  };
  using Threads = std::vector<std::thread::id>;

  static bool contains(const Threads& threads) {
    return std::ranges::count(threads, std::this_thread::get_id()) > 0;
  }
  bool may_begin() const HEED_REQUIRES(mutex_) {
    const bool held = state_ == State::kStopped || (state_ == State::kFlushing && failed_);
    return !held || closing_;
  }
  void hand_over(const Job& job) {
    auto handed = std::make_unique<Handed>(shared_from_this(), job);
    threads_.Schedule(&run, handed.release(), rocksdb::Env::Priority::HIGH, job.database, &drop);
  }
  static void run(void* argument) {
    const std::unique_ptr<Handed> handed(static_cast<Handed*>(argument));
    handed->flushes->begin(handed->job);
  }
  static void drop(void* argument) {
    const std::unique_ptr<Handed> handed(static_cast<Handed*>(argument));
    {
      const Lock lock(handed->flushes->mutex_);
      --handed->flushes->waiting_;
    }
    handed->job.drop(handed->job.argument);
  }
  void begin(const Job& job) {
    {
      const Lock lock(mutex_);
      if (!may_begin()) {
        held_.push_back(job);
        return;
      }
      --waiting_;
      begun_.push_back(std::this_thread::get_id());
    }
    job.run(job.argument);  // the database may be gone once it returns
    const Lock lock(mutex_);
    std::erase(begun_, std::this_thread::get_id());
  }

  rocksdb::Env& threads_;
  mutable Mutex mutex_;
  State state_ HEED_GUARDED_BY(mutex_) = State::kRunning;
  bool failed_ HEED_GUARDED_BY(mutex_) = false;   ///< Something, since it is being resumed
  bool stopped_ HEED_GUARDED_BY(mutex_) = false;  ///< So that it stops the database
  bool closing_ HEED_GUARDED_BY(mutex_) = false;  ///< What begins gives up, and is waited for
  Threads resuming_ HEED_GUARDED_BY(mutex_);
  Threads begun_ HEED_GUARDED_BY(mutex_);
  std::size_t waiting_ HEED_GUARDED_BY(mutex_) = 0;  ///< Asked for and not begun; the held ones too
  std::vector<Job> held_ HEED_GUARDED_BY(mutex_);
};

namespace {

constexpr int kPollMicroseconds = 1'000;

class MendedEnv final : public rocksdb::EnvWrapper {
 public:
  MendedEnv(rocksdb::Env& machine, const LogOrder& logs,
            std::shared_ptr<Environment::Flushes> flushes)
      : EnvWrapper(&machine), flushes_(std::move(flushes)) {
    file_system_ = logs.files();
    system_clock_ = machine.GetSystemClock();
  }
  void Schedule(void (*run)(void*), void* argument, Priority priority, void* tag,
                void (*drop)(void*)) override {
    if (priority == Priority::HIGH && drop != nullptr) {
      flushes_->schedule({run, drop, argument, tag});
    } else {  // a merge, or the removal of files
      target()->Schedule(run, argument, priority, tag, drop);
    }
  }
  int UnSchedule(void* tag, Priority priority) override {
    if (priority == Priority::HIGH) return flushes_->unschedule(tag);
    return target()->UnSchedule(tag, priority);
  }

 private:
  const std::shared_ptr<Environment::Flushes> flushes_;
};

/// Whether any runs that RocksDB knows of; one that it knows of has looked for errors.
bool any_runs(rocksdb::DB& db, const std::string& property) {
  std::uint64_t running = 0;
  return db.GetIntProperty(property, &running) && running > 0;
}

}  // namespace

Environment::Environment(rocksdb::Env& machine)
    : logs_(machine.GetFileSystem()),
      flushes_(std::make_shared<Flushes>(machine)),
      env_(std::make_unique<MendedEnv>(machine, logs_, flushes_)) {}

Environment::~Environment() = default;

void Environment::note_error(bool stops, rocksdb::DB* db) {
  if (!flushes_->note_error(stops) || db == nullptr) return;
  // What has begun is about to look for errors, for which it needs but RocksDB's mutex.
  while (flushes_->any_begun() && !any_runs(*db, rocksdb::DB::Properties::kNumRunningFlushes)) {
    std::this_thread::yield();
  }
}

bool Environment::stopped() const {
  return flushes_->stopped();
}

rocksdb::Status Environment::resume(rocksdb::DB& db) {
  flushes_->hold();
  // RocksDB waits for these itself, but an error that one of them is about to tell would be told
  // as one of the time before, and yet hold the flushes that it then waits for.
  while (flushes_->any_begun() || any_runs(db, rocksdb::DB::Properties::kNumRunningCompactions)) {
    env_->SleepForMicroseconds(kPollMicroseconds);
  }
  const auto call = [&] {
    flushes_->enter_resuming();
    auto resumed = db.Resume();
    flushes_->leave_resuming();
    flushes_->drain();
    return resumed;
  };
  const bool any_waits = flushes_->any_waits();
  if (!any_waits) flushes_->drain();
  // RocksDB waits for the flushes that wait, but they may begin only once it considers itself
  // resuming. That it does is told to whoever calls meanwhile: one of two calls is refused as the
  // other is under way, and the other cannot end before the flushes do.
  rocksdb::Status other = rocksdb::Status::Busy();
  std::thread second;
  if (any_waits) second = std::thread([&] { other = call(); });
  auto resumed = call();
  if (second.joinable()) second.join();
  if (resumed.IsBusy() || (resumed.ok() && !other.IsBusy())) resumed = other;
  flushes_->end_resuming(resumed.ok());
  return resumed;
}

}  // namespace heed::silo::kv
