#include "silo/backup_files.h"

#include "silo/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/crypto.h"

namespace heed::silo {
namespace {

std::unexpected<Error> failure(const std::string& doing, const std::string& path) {
  const ErrorKind kind = errno == ENOENT ? ErrorKind::kNotFound : ErrorKind::kUnavailable;
  std::string mend;
  if (errno == ENOSPC || errno == EDQUOT) mend = "free space on that disk, and do it again";
  return fail(kind, fmt::format("{} {}: {}", doing, path, std::strerror(errno)), mend);
}

/// Closes on every way out.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return value_; }

 private:
  int value_;
};

Result<void> read_blocks(int file, const std::string& path, const TakeBlock& take) {
  struct stat found{};
  if (::fstat(file, &found) != 0) return failure("looking at", path);
  // Most files are small. The byte behind the end is where the reading ends.
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(found.st_size, 0));
  Bytes block(static_cast<std::size_t>(std::min<std::uint64_t>(size + 1, kCopyBlock)), '\0');
  while (true) {
    const auto got = ::read(file, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("reading", path);
    if (got == 0) return {};
    if (auto taken = take(BytesView(block).substr(0, static_cast<std::size_t>(got))); !taken) {
      return taken;
    }
  }
}

bool write_all(int file, BytesView content) {
  while (!content.empty()) {
    const auto written = ::write(file, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Writes, syncs, and lets go of what the kernel remembers, so that a later read asks the disk.
Result<Content> write_copy(const std::string& from, const std::string& to,
                           const OnBlock& on_block) {
  const Descriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (*source < 0) return failure("opening", from);
  const Descriptor target(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (*target < 0) return failure("writing", to);
  Sha256 hash;
  Content content;
  const auto read = read_blocks(*source, from, [&](BytesView block) -> Result<void> {
    hash.update(block);
    content.size += block.size();
    if (!write_all(*target, block)) return failure("writing", to);
    return on_block(block.size());
  });
  if (!read) return std::unexpected(read.error());
  if (::fsync(*target) != 0) return failure("syncing", to);
  (void)::posix_fadvise(*target, 0, 0, POSIX_FADV_DONTNEED);
  content.hash = hash.finish();
  return content;
}

}  // namespace

Result<FileFacts> facts_of_file(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return failure("looking at", path);
  if (!S_ISREG(found.st_mode)) {
    return fail(ErrorKind::kInvalid, path + " is no file");
  }
  return FileFacts{
      static_cast<std::uint64_t>(found.st_size),
      Time::from_seconds(found.st_mtim.tv_sec) + Duration::nanoseconds(found.st_mtim.tv_nsec)};
}

Result<Content> content_of_file(const std::string& path, const OnBlock& on_block) {
  Sha256 hash;
  Content content;
  const auto read = read_file(path, [&](BytesView block) {
    hash.update(block);
    content.size += block.size();
    return on_block(block.size());
  });
  if (!read) return std::unexpected(read.error());
  content.hash = hash.finish();
  return content;
}

Result<Content> copy_file(const std::string& from, const std::string& to, const OnBlock& on_block) {
  ASSIGN_OR_RETURN(Content written, write_copy(from, to, on_block));
  const auto quietly = [](std::uint64_t) -> Result<void> { return {}; };
  ASSIGN_OR_RETURN(const Content read, content_of_file(to, quietly));
  if (read == written) return written;
  return fail(ErrorKind::kCorrupt, to + " does not give back what was written to it",
              "look at that disk: it loses data");
}

Result<void> read_file(const std::string& path, const TakeBlock& take) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (*file < 0) return failure("opening", path);
  return read_blocks(*file, path, take);
}

Result<Bytes> read_file_up_to(const std::string& path, std::uint64_t most) {
  Bytes content;
  const auto read = read_file(path, [&](BytesView block) -> Result<void> {
    if (content.size() + block.size() > most) {
      return fail(ErrorKind::kExhausted, fmt::format("{} has more than {} bytes", path, most));
    }
    content += block;
    return {};
  });
  if (!read) return std::unexpected(read.error());
  return content;
}

Result<void> sync_directories(const std::string& path, const std::string& top) {
  require(path.starts_with(top), "the path lies below its top");
  for (std::string at = path; at.size() >= top.size(); at.resize(at.rfind('/'))) {
    if (auto synced = sync_directory(at); !synced) return synced;
    if (at.size() == top.size()) break;
  }
  return {};
}

Result<void> rename_path(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failure("renaming to", to);
  return {};
}

Result<void> remove_tree(const std::string& path) {
  std::error_code failed;
  std::filesystem::remove_all(path, failed);
  if (!failed) return {};
  return fail(ErrorKind::kUnavailable, fmt::format("removing {}: {}", path, failed.message()));
}

Result<void> shred_tree(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return {};
  std::vector<std::string> files;
  if (!std::filesystem::is_directory(path, failed)) files.push_back(path);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path, failed)) {
    if (entry.is_regular_file(failed)) files.push_back(entry.path().string());
  }
  for (const std::string& file : files) {
    ASSIGN_OR_RETURN(const FileFacts facts, facts_of_file(file));
    const Descriptor opened(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (*opened < 0) return failure("overwriting", file);
    const Bytes zeros(kCopyBlock, '\0');
    for (std::uint64_t left = facts.size; left > 0;) {
      const BytesView block = BytesView(zeros).substr(0, static_cast<std::size_t>(left));
      if (!write_all(*opened, block)) return failure("overwriting", file);
      left -= block.size();
    }
    if (::fsync(*opened) != 0) return failure("syncing", file);
  }
  return remove_tree(path);
}

Result<std::uint64_t> free_bytes(const std::string& path) {
  struct statvfs found{};
  if (::statvfs(path.c_str(), &found) != 0) return failure("looking at the disk of", path);
  return std::uint64_t{found.f_bavail} * found.f_frsize;
}

}  // namespace heed::silo
