// Restore: from a repository of backups to an empty data directory, from where the store goes on
// once it has replayed the erasures that came after the backup.
//
//   <data>/restore.pending/state.json     what is restored, and how far that is
//   <data>/restore.pending/data/…         files as they arrive, until all of them are verified
//   <data>/restore.pending/ledger/<organization>
//
// While `restore.pending` is there no store opens the directory without it: an interrupted restore
// is refused, a finished one is replayed first (silo/store.cc).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "silo/backup.h"

namespace heed::silo {

struct RestoreOptions {
  std::string repository;
  std::string data_directory;    ///< Empty, or not there yet, or left by an interrupted restore
  std::string key_directory;     ///< Of the organizations' keys, which no backup holds
  std::uint64_t generation = 0;  ///< 0: the newest
  std::vector<OrganizationId> organizations;  ///< Empty: all of that generation.
  /// Heads that somebody kept, as lines of `heed journal head`: a ledger that is older than one of
  /// them is refused.
  std::vector<std::string> heads;
  /// Checks everything that can be without writing, and tells what would be done.
  bool dry_run = false;
  RootGiver root = {};  ///< Where the ring's root key is not in a file
};

struct RestoredSilo {
  OrganizationId organization;
  std::uint64_t generation = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;     ///< Of the journal, at least
  std::uint64_t erasures = 0;    ///< Of the ledger that is replayed
  std::uint64_t known_then = 0;  ///< Of these, erased before the backup
};

struct RestoreReport {
  std::uint64_t generation = 0;
  Time time;  ///< When the oldest of its silos was copied
  std::vector<RestoredSilo> silos;
  std::uint64_t files = 0;  ///< To write, the policy's among them
  std::uint64_t bytes = 0;
  /// Manifests of other generations that cannot be read, so that their counts of erasures are not
  /// known.
  std::vector<std::string> warnings;
};

/// Every hash is verified as it arrives and after it was written, before anything takes its place;
/// nothing is opened. kConflict, with both counts, when the repository's ledger is older than a
/// manifest or a head. Interrupted, it can be run again.
Result<RestoreReport> restore(const RestoreOptions& options, const Clock& clock, Random& random,
                              const OnStep& on_step = no_step);

/// A finished restore that waits for its erasures. Used by the store as it opens.
class PendingRestore {
 public:
  struct OfSilo {
    OrganizationId organization;
    std::uint64_t generation = 0;
  };
  /// Nothing if there is none. kConflict if it was interrupted.
  static Result<std::optional<PendingRestore>> load(const std::string& data_directory);

  const std::vector<OfSilo>& silos() const { return silos_; }
  /// The ledger of a silo that was not replayed yet; nothing if it was.
  Result<std::optional<KeptLedger>> ledger(OrganizationId organization) const;
  /// Its erasures are replayed, durably.
  Result<void> done(OrganizationId organization) const;
  /// All are: the store is a store like any other.
  Result<void> finish() const;

 private:
  PendingRestore(std::string data_directory, std::vector<OfSilo> silos)
      : data_directory_(std::move(data_directory)), silos_(std::move(silos)) {}
  std::string data_directory_;
  std::vector<OfSilo> silos_;
};

/// Replays what waits for a store that is about to open, notes it in each silo's journal, and ends
/// the restore.
Result<void> replay_erasures(const PendingRestore& pending, Store& store);

}  // namespace heed::silo
