// Backups that a server makes of itself, on a thread of their own: a long one holds up nothing
// else.
#pragma once

#include <deque>
#include <string>
#include <thread>

#include "base/sync.h"
#include "silo/backup.h"

namespace heed::app {

struct BackupPlan {
  std::string repository;  ///< Empty: none are made.
  Duration every = Duration::hours(24);
  std::size_t keep = 14;  ///< Generations
};

/// Begins when one is due since the newest that is in the repository, so that restarts neither
/// skip nor double one. What fails is logged and tried again. Thread-safe.
class BackupUpkeep {
 public:
  /// All outlive it.
  BackupUpkeep(BackupPlan plan, std::string data_directory, silo::Store& store, const Clock& clock,
               Log& log);
  /// Stops a backup between two blocks of it, and leaves the repository whole.
  ~BackupUpkeep();
  BackupUpkeep(const BackupUpkeep&) = delete;
  BackupUpkeep& operator=(const BackupUpkeep&) = delete;

  /// To be called after each erasure: the repository's ledger is brought up soon, also where a
  /// backup is being made right now.
  void erased(OrganizationId organization);

 private:
  void run();
  bool stopped();
  void bring_up_ledgers();
  void make_one();
  Time first_due() const;

  const BackupPlan plan_;
  const std::string data_directory_;
  silo::Store& store_;
  const Clock& clock_;
  Log& log_;
  Mutex mutex_;
  Condition wake_;
  bool stopping_ HEED_GUARDED_BY(mutex_) = false;
  std::deque<OrganizationId> erased_ HEED_GUARDED_BY(mutex_);
  Time due_;
  std::thread thread_;
};

}  // namespace heed::app
