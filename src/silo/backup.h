// Backup: copies of silos that hold ciphertext only, made while they are in use.
//
// In:  an open Store. Out: a generation in a repository (silo/backup_repository.h), which
// silo/restore.h brings back.
//
// A silo is copied from a checkpoint of its database, so that a backup is one moment of it. What is
// in the repository already, by content, is not copied again. Everything that was copied has been
// read back from the repository's disk before a manifest names it.
#pragma once

#include "silo/backup_repository.h"
#include "silo/silo.h"

namespace heed::silo {

struct BackupOptions {
  std::string repository;
  std::string data_directory;                 ///< The open store's
  std::vector<OrganizationId> organizations;  ///< Empty: all of them.
  std::size_t keep = 0;                       ///< Generations to be left by pruning; 0 prunes none
};

struct BackupReport {
  struct Failed {
    OrganizationId organization;
    Error why;
  };
  std::uint64_t generation = 0;
  std::vector<OrganizationId> organizations;
  std::uint64_t files = 0;  ///< That the manifests name
  std::uint64_t bytes = 0;
  std::uint64_t copied_files = 0;  ///< That were not in the repository
  std::uint64_t copied_bytes = 0;
  PruneReport pruned;
  /// Silos of which no copy could be made; the others are safe.
  std::vector<Failed> failed;
};

/// Makes the repository at the first backup. An error when no silo could be copied.
Result<BackupReport> create_backup(Store& store, const BackupOptions& options, const Clock& clock,
                                   const OnStep& on_step = no_step);

/// To be called after each erasure: the repository's ledger as it is now, durable. Nothing happens
/// where there is no repository yet. kConflict while a backup is made; then it is called again.
Result<void> update_ledger(const std::string& repository, const Silo& silo);

/// Where checkpoints lie while they are copied; the store empties it when it opens.
std::string checkpoint_directory(const std::string& data_directory);

}  // namespace heed::silo
