// Moves a silo as a unit: from one data directory and key ring to another (docs/BACKUP.md §6).
//
//   <to>/silos.arriving/<organization>    the copy, until all of it was read back
//   <from>/silos.leaving/<organization>   what was moved, until end_move()
//
// A silo is live where it lies in `silos`. It leaves there before it arrives here, by one rename
// each, so that no two servers ever open it; a whole copy is on a disk at every moment, and the
// same call made again goes on from wherever it was stopped.
#pragma once

#include <string>

#include "silo/backup_files.h"
#include "silo/keyring.h"

namespace heed::silo {

/// A data directory that no store has open, and its ring.
struct SiloPlace {
  std::string data_directory;
  std::string key_directory;
  RootGiver root = {};
};

struct MoveOptions {
  SiloPlace from;
  SiloPlace to;  ///< A server's that was started once
  OrganizationId organization;
  bool dry_run = true;
};

struct MoveReport {
  std::uint64_t files = 0;  ///< To copy
  std::uint64_t bytes = 0;
  std::uint32_t policies = 0;  ///< Versions that both places have
  bool moved = false;          ///< It is live at `to`.
};

/// kConflict where the versions of the policy at `to` do not begin with those at `from`, as items
/// keep their version by its number, or where both places have the silo; kNotFound where none has;
/// kExhausted where the disk is too small.
Result<MoveReport> move_silo(const MoveOptions& options, Random& random,
                             const OnStep& on_step = no_step);

/// What stayed behind of a silo that was moved and opened: its keys are overwritten, then its files
/// removed. Can be done again.
Result<void> end_move(const MoveOptions& options, const OnStep& on_step = no_step);

// Parts, for who brings a silo another way
// ---------------------------------------------------------

std::string arriving_directory(const std::string& data_directory, OrganizationId organization);
/// kConflict, with the mend, unless the policy's versions in `from` are the first ones in `to`; how
/// many there are.
Result<std::uint32_t> check_policies(const std::string& from, const std::string& to);
/// From arriving_directory() into place, durably.
Result<void> put_in_place(const std::string& data_directory, OrganizationId organization);

}  // namespace heed::silo
