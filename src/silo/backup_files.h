// Files as backup and restore move them: block by block, hashed on the way, synced, read again.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/base.h"

namespace heed::silo {

/// Bytes that are held of a file while it is copied or hashed.
constexpr std::size_t kCopyBlock = 1U << 20;

/// Told before each step that changes a disk, and between the blocks of a long one.
struct BackupStep {
  std::string_view doing;   ///< "copying", "signing", …
  std::string_view what;    ///< A path, or an organization
  std::uint64_t bytes = 0;  ///< Done so far by the whole work
  std::uint64_t of = 0;     ///< Of so many; 0 while that is not known
};

/// For progress, and for stopping: what it fails with ends the work there and then, and leaves the
/// disk as a kill would. Called by the working thread.
using OnStep = std::function<Result<void>(const BackupStep& step)>;
inline Result<void> no_step(const BackupStep& /*step*/) {
  return {};
}

struct FileFacts {
  std::uint64_t size = 0;
  Time changed;
};
Result<FileFacts> facts_of_file(const std::string& path);

/// As a manifest names it.
struct Content {
  std::uint64_t size = 0;
  Bytes hash;  ///< SHA-256
  bool operator==(const Content&) const = default;
};

/// Called with the number of bytes of each block.
using OnBlock = std::function<Result<void>(std::uint64_t bytes)>;

Result<Content> content_of_file(const std::string& path, const OnBlock& on_block);
/// Into a new file of mode 0600, which replaces one that is there. It is synced and then read again
/// from the disk; kCorrupt if it does not give back what was written.
Result<Content> copy_file(const std::string& from, const std::string& to, const OnBlock& on_block);

using TakeBlock = std::function<Result<void>(BytesView block)>;
Result<void> read_file(const std::string& path, const TakeBlock& take);
/// kExhausted if it is larger than `most`.
Result<Bytes> read_file_up_to(const std::string& path, std::uint64_t most);
/// The directories of a path that was just made, up to `top`.
Result<void> sync_directories(const std::string& path, const std::string& top);
/// Both names are in directories that exist; not synced.
Result<void> rename_path(const std::string& from, const std::string& to);
/// A file or a whole tree; nothing happens if there is none.
Result<void> remove_tree(const std::string& path);
/// The same for what should not be found on the disk afterwards: each file is overwritten and
/// synced first. A disk that writes elsewhere (flash, snapshots) may keep the old blocks.
Result<void> shred_tree(const std::string& path);
/// Bytes that this user can still write to the disk of `path`.
Result<std::uint64_t> free_bytes(const std::string& path);

}  // namespace heed::silo
