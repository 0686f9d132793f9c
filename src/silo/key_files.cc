#include "silo/key_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "silo/files.h"

namespace heed::silo {
namespace {

std::unexpected<Error> failure(const char* doing, const std::string& path) {
  return fail(ErrorKind::kUnavailable, fmt::format("{} {}: {}", doing, path, std::strerror(errno)));
}

bool overwrite(int file, off_t size) {
  const Bytes zeros(4'096, '\0');
  for (off_t at = 0; at < size;) {
    const auto part = std::min<std::size_t>(zeros.size(), static_cast<std::size_t>(size - at));
    const ssize_t written = ::pwrite(file, zeros.data(), part, at);
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) at += written;
  }
  return ::fsync(file) == 0;
}

/// Whether KEY.old is the key in use under another name: replace_and_shred() was stopped in
/// between.
bool is_second_name(const std::string& path, const struct stat& found) {
  constexpr std::string_view kOld = ".old";
  if (!path.ends_with(kOld)) return false;
  struct stat first{};
  const std::string key = path.substr(0, path.size() - kOld.size());
  return ::stat(key.c_str(), &first) == 0 && first.st_dev == found.st_dev &&
         first.st_ino == found.st_ino;
}

std::string directory_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

}  // namespace

Result<void> shred_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return errno == ENOENT ? Result<void>() : failure("opening", path);
  struct stat found{};
  const bool known = ::fstat(file, &found) == 0;
  const bool in_use = known && is_second_name(path, found);
  const bool gone = known && (in_use || overwrite(file, found.st_size));
  const auto failed = gone ? Result<void>() : failure("overwriting", path);
  ::close(file);
  if (!failed) return failed;
  if (::unlink(path.c_str()) != 0) return failure("removing", path);
  return sync_directory(directory_of(path));
}

Result<void> overwrite_in_place(const std::string& path, BytesView content) {
  require(content.size() <= 512, "a sector is written whole or not at all");
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0 && errno == ENOENT) return fail(ErrorKind::kNotFound, path + " is not there");
  const bool written = file >= 0 &&
                       ::pwrite(file, content.data(), content.size(), 0) == std::ssize(content) &&
                       ::fdatasync(file) == 0;
  const auto done = written ? Result<void>() : failure("writing", path);
  if (file >= 0) ::close(file);
  return done;
}

Result<void> replace_and_shred(const std::string& path, BytesView content,
                               const BeforeChange& before) {
  const std::string old = path + ".old";
  if (auto go = before(old); !go) return go;
  // A second name keeps hold of the old bytes while the first one moves on to the new ones.
  if (::unlink(old.c_str()) != 0 && errno != ENOENT) return failure("removing", old);
  if (::link(path.c_str(), old.c_str()) != 0 && errno != ENOENT) return failure("linking", old);
  if (auto go = before(path); !go) return go;
  if (auto written = write_small_file(path, content); !written) return written;
  if (auto go = before(old); !go) return go;
  return shred_file(old);
}

Result<RingLock> RingLock::share(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return failure("opening", path);
  RingLock lock(file);
  if (auto shared = lock.share_again(); !shared) return std::unexpected(shared.error());
  return lock;
}

Result<void> RingLock::hold_alone() {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return {};
  // Changing a lock lets go of it first (flock(2)), even where it then fails.
  if (auto shared = share_again(); !shared) return shared;
  return fail(ErrorKind::kConflict, "another process has the key ring open",
              "stop heed serve, and what else uses the ring, and start it again afterwards");
}

Result<void> RingLock::share_again() {
  if (::flock(descriptor_, LOCK_SH | LOCK_NB) == 0) return {};
  return fail(ErrorKind::kConflict, "the key ring is being changed by another process",
              "wait until it is done");
}

RingLock::RingLock(RingLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

RingLock::~RingLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace heed::silo
