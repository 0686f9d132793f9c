// The resurrection drill: a backup is restored into a scratch directory as after a disaster, its
// erasures are replayed, and then everything that can be read is looked at for what should be gone.
#pragma once

#include <string>
#include <vector>

#include "silo/restore.h"

namespace heed::silo {

struct DrillOptions {
  std::string repository;
  /// The key ring, or an older copy of it; the drill works on a copy of its own.
  std::string key_directory;
  /// Made by the drill and removed by it; keys lie in it meanwhile.
  std::string scratch_directory;
  std::uint64_t generation = 0;               ///< 0: any one, by chance
  std::vector<OrganizationId> organizations;  ///< Empty: all of that generation.
  std::vector<std::string> heads;             ///< As for a restore
  /// Texts that were in what was erased: none may be read anywhere, or stand in any file.
  std::vector<std::string> canaries;
  RootGiver root = {};                           ///< As for a restore
  std::shared_ptr<const policy::Policy> policy;  ///< For the first start of a store; not used
};

struct DrillReport {
  struct Finding {
    std::string where;
    std::string what;  ///< Never shows a value.
  };
  RestoreReport restored;
  std::uint64_t erasures = 0;  ///< Replayed
  std::uint64_t records = 0;   ///< Read and looked at
  std::uint64_t subjects = 0;  ///< Different ones, whom they were about
  std::uint64_t blobs = 0;     ///< Contents of records' blob fields
  std::uint64_t samples = 0;
  std::uint64_t entries = 0;  ///< Of journals
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  /// What the policy lets the engine not read, and so the drill says nothing about.
  std::vector<std::string> not_seen;
  std::vector<Finding> findings;
  bool passed() const { return findings.empty(); }
};

/// An error if the drill could not be done; what it found is in the report.
Result<DrillReport> drill(const DrillOptions& options, const Clock& clock, Random& random,
                          const OnStep& on_step = no_step);

}  // namespace heed::silo
