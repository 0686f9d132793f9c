// The key ring's own backups, which are kept for days and not for years: a subject whose key was
// erased today can still be read by whoever has yesterday's ring and any backup of the data. Such a
// key is gone from everywhere when the last backup of the ring that was taken before the erasure
// is. So there are few of them, and the oldest is overwritten when a new one is made.
//
//   <to>/ring-20231114T221320.000Z/manifest.json    when, which root, each file's size and SHA-256
//                                 /root.source      if there is one
//                                 /root.key         only when asked for
//                                 /organizations/…  as in the ring: still wrapped
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/base.h"
#include "silo/root_key.h"

namespace heed::silo {

struct RingBackupOptions {
  std::string keys;
  std::string to;
  std::size_t keep = 7;  ///< 1 to 365, the new one among them.
  bool with_root = false;
  /// Where the root is given, every key is opened before it is taken for good.
  RootGiver giver;
  std::function<void(std::size_t done, std::size_t all)> progress;
};

struct RingBackup {
  std::string path;
  Time taken;
  bool has_root = false;  ///< root.key is in it.
  std::size_t files = 0;
};

struct RingBackedUp {
  RingBackup made;
  bool opened = false;  ///< Every key was opened, not only read.
  std::vector<std::string> removed;
};

/// Copies a ring that may be in use, all or nothing, reads the copy back and then removes what is
/// beyond `keep`. kConflict while the root is being changed, kCorrupt when a key of the ring is
/// damaged: then the older backups, which may have it whole, stay.
Result<RingBackedUp> back_up_ring(const RingBackupOptions& options, const Clock& clock);

/// The newest first. What is no backup is left out.
std::vector<RingBackup> list_ring_backups(const std::string& directory);

/// kCorrupt names the first file that is not as the manifest has it.
Result<RingBackup> check_ring_backup(const std::string& path);

/// Puts a backup where no ring is. kConflict where one is. Numbers of data keys go on far above
/// those of the backup (Keyring::kLeftOutAtRestore).
Result<RingBackup> restore_ring(const std::string& backup, const std::string& keys);

/// What can be told of a ring without its root, whoever has it open.
struct RingStatus {
  RootSource source = RootSource::kFile;
  std::size_t organizations = 0;
  /// A change of the root was stopped; the next opening finishes it.
  bool is_rotating = false;
  /// Where the last backup was made to, and how many are kept there. Empty when none was made.
  std::string backups_in;
  std::size_t keep = 0;
  std::vector<RingBackup> backups;
  /// A key that is erased now is in no backup of the ring from this time on, at the pace of those
  /// that are there. Nothing when there are fewer than two.
  std::optional<Time> erased_now_gone;
};
Result<RingStatus> ring_status(const std::string& keys);

}  // namespace heed::silo
