#include "silo/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace heed::silo {
namespace {

constexpr std::size_t kSmall = 1U << 20;

std::unexpected<Error> failure(const std::string& doing, const std::string& path) {
  const ErrorKind kind = errno == ENOENT ? ErrorKind::kNotFound : ErrorKind::kUnavailable;
  return fail(kind, fmt::format("{} {}: {}", doing, path, std::strerror(errno)));
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
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

bool write_all(int descriptor, BytesView content) {
  while (!content.empty()) {
    const auto written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<void> make_private_directory(const std::string& path) {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      return failure("making the directory", part);
    }
  }
  return {};
}

Result<void> check_private(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return failure("looking at", path);
  if (found.st_uid != ::geteuid()) {
    return fail(ErrorKind::kInvalid, path + " belongs to another user",
                fmt::format("chown {} {}", ::geteuid(), path));
  }
  if ((found.st_mode & 077U) != 0) {
    const bool directory = S_ISDIR(found.st_mode);
    return fail(
        ErrorKind::kInvalid,
        fmt::format("{} may be touched by others (mode {:04o})", path, found.st_mode & 07777U),
        fmt::format("chmod {} {}", directory ? "700" : "600", path));
  }
  return {};
}

Result<void> sync_directory(const std::string& directory) {
  const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (*opened < 0 || ::fsync(*opened) != 0) return failure("syncing", directory);
  return {};
}

Result<Bytes> read_small_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (*file < 0) return failure("opening", path);
  Bytes content(kSmall + 1, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const auto got = ::read(*file, content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("reading", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kSmall) return fail(ErrorKind::kExhausted, path + " is larger than 1 MiB");
  content.resize(size);
  return content;
}

Result<void> write_small_file(const std::string& path, BytesView content) {
  const std::string fresh = path + ".new";
  {
    const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (*file < 0 || !write_all(*file, content) || ::fsync(*file) != 0) {
      return failure("writing", fresh);
    }
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return failure("renaming to", path);
  const std::string parent = path.substr(0, path.rfind('/'));
  const Descriptor directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (*directory < 0 || ::fsync(*directory) != 0) return failure("syncing", parent);
  return {};
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

bool path_exists(const std::string& path) {
  struct stat found{};
  return ::stat(path.c_str(), &found) == 0;
}

Result<std::unique_ptr<FileLock>> FileLock::take(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (*file < 0) return failure("opening", path);
  if (::flock(*file, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::kConflict, "another process has the store: " + path + " is locked",
                "stop the other process, or start this one on another data directory");
  }
  return std::make_unique<FileLock>(file.release());
}

FileLock::~FileLock() {
  ::close(descriptor_);
}

}  // namespace heed::silo
