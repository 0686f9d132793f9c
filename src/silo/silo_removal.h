// Deletes a silo as a unit: its keys first, which makes every copy of it unreadable at once, the
// backups' too; then its files.
#pragma once

#include <string>
#include <vector>

#include "silo/backup_files.h"

namespace heed::silo {

struct RemovalOptions {
  std::string data_directory;  ///< No store may have it open.
  std::string key_directory;
  OrganizationId organization;
  bool dry_run = true;
};

struct RemovalReport {
  std::vector<std::string> key_files;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
};

/// kNotFound if there is neither key nor file of it; kConflict while a store is open. Cut short, it
/// can be done again. A copy of the key ring that lies elsewhere is not reached: it has to end by
/// its own rotation.
Result<RemovalReport> remove_silo(const RemovalOptions& options, const OnStep& on_step = no_step);

}  // namespace heed::silo
