// A repository of backups: a directory of plain files that outlives the program (docs/BACKUP.md).
//
//   <repository>/heed-backup.json                    what it is
//   <repository>/files/<2 hex>/<64 hex>              content, by its SHA-256; only ciphertext
//   <repository>/generations/<n>/<organization>.json signed manifests; there once all of them are
//   <repository>/ledger/<organization>               the newest ledger of erasures, signed
//   <repository>/new/                                what a backup is writing
//
// Nothing that a manifest names is ever changed, and a manifest comes last: a backup that is killed
// leaves files that nothing names, which the next one takes or removes.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "silo/backup_manifest.h"
#include "silo/files.h"

namespace heed::silo {

/// What is wrong in a repository, by name.
struct BackupFinding {
  std::string where;  ///< Path below the repository
  std::string what;
  std::string mend;
};

struct RepositoryCheck {
  std::uint64_t generations = 0;
  std::uint64_t manifests = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t unreferenced = 0;  ///< Files that no manifest names; the next backup takes them up
  std::vector<BackupFinding> findings;
};

struct PruneReport {
  std::uint64_t generations = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// For one thread at a time; one process at a time, which its lock sees to.
class Repository {
  struct Opened {};  // only open() can name it

 public:
  enum class Use : bool {
    kRead,  ///< May lie on a disk that cannot be written.
    kWrite  ///< Made if there is none; removes what a killed backup left half written.
  };
  Repository(Opened, std::string directory, std::unique_ptr<FileLock> lock)
      : directory_(std::move(directory)), lock_(std::move(lock)) {}
  /// kNotFound if it is no repository, kInvalid if something else lies there, kConflict while
  /// another process works on it.
  static Result<std::unique_ptr<Repository>> open(const std::string& directory, Use use);

  const std::string& directory() const { return directory_; }
  /// Oldest first.
  std::vector<std::uint64_t> generations() const;
  std::vector<OrganizationId> organizations(std::uint64_t generation) const;
  /// Its signature is that of the key which it names; whose key that is, the caller knows.
  Result<SignedManifest> manifest(std::uint64_t generation, OrganizationId organization) const;
  /// Of the newest generation that holds the organization; nothing if none does.
  Result<std::optional<SignedManifest>> newest(OrganizationId organization) const;
  /// kNotFound if there is none. Its signature is not looked at.
  Result<KeptLedger> ledger(OrganizationId organization) const;
  std::string path_of(const Content& content) const;
  /// By name and size; verify() hashes.
  bool holds(const Content& content) const;

  // Writing -------------------------------------------------------------------------------------

  struct Added {
    Content content;
    bool copied = false;  ///< It was not there already.
  };
  /// Durable with the next commit().
  Result<Added> add(const std::string& file, const OnBlock& on_block);
  /// kConflict names both counts if it knows fewer erasures than the one that is there. Durable.
  Result<void> keep_ledger(const KeptLedger& kept);
  /// All manifests of a generation or none; durable when it returns.
  Result<void> commit(std::uint64_t generation, const std::vector<SignedManifest>& manifests,
                      const OnStep& on_step);
  /// Removes generations of which every organization has `keep` (at least 1) newer ones, then the
  /// files that nothing names any more. Removes no file while a manifest cannot be read.
  Result<PruneReport> prune(std::size_t keep, const OnStep& on_step);
  /// Removes all that there is of one organization.
  Result<PruneReport> drop(OrganizationId organization, const OnStep& on_step);

  /// Reads everything again: the form and signature of each manifest and ledger, the hash of each
  /// file that one names.
  Result<RepositoryCheck> verify(const OnStep& on_step) const;

 private:
  std::string generation_path(std::uint64_t generation) const;
  std::string manifest_path(std::uint64_t generation, OrganizationId organization) const;
  std::string ledger_path(OrganizationId organization) const;
  Result<void> make_directories();
  Result<void> remove_leftovers();
  Result<std::set<Bytes>> referenced() const;
  Result<void> sweep(PruneReport& report, const OnStep& on_step);
  Result<void> remove_generation(std::uint64_t generation, const OnStep& on_step);
  std::optional<BackupFinding> check_file(const BackupFile& file, const OnStep& on_step,
                                          RepositoryCheck& check, Result<void>& going) const;
  void check_ledgers(const std::vector<SignedManifest>& newest, RepositoryCheck& check) const;

  const std::string directory_;
  const std::unique_ptr<FileLock> lock_;  // none on a disk that cannot be written
  std::set<std::string> unsynced_;        // directories
  std::uint64_t next_new_ = 0;
};

}  // namespace heed::silo
