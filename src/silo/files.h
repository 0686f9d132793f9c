// The few plain files beside the databases: keys and the lock of a store.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace heed::silo {

/// Makes `path` and its missing parents, readable by their owner alone.
Result<void> make_private_directory(const std::string& path);
/// kInvalid, with the mend, unless `path` belongs to this user and nobody else may touch it.
Result<void> check_private(const std::string& path);

/// kNotFound when there is no such file; at most 1 MiB.
Result<Bytes> read_small_file(const std::string& path);
/// All or nothing and durable, mode 0600. Replaces what was there.
Result<void> write_small_file(const std::string& path, BytesView content);
/// Makes the names in a directory survive a power cut.
Result<void> sync_directory(const std::string& directory);
/// Names in a directory, without . and .., sorted; empty if there is no such directory.
std::vector<std::string> names_in(const std::string& directory);
bool path_exists(const std::string& path);

/// Holds a lock file as long as it lives; the kernel frees it when the process ends, however.
class FileLock {
 public:
  /// kConflict when another holder has it.
  static Result<std::unique_ptr<FileLock>> take(const std::string& path);
  /// Takes over a descriptor that is locked.
  explicit FileLock(int locked) : descriptor_(locked) {}
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  const int descriptor_;
};

}  // namespace heed::silo
