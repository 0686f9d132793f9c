#include "silo/handover_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/crypto.h"

namespace heed::silo {
namespace {

constexpr std::size_t kSealedBlock = kCopyBlock + kAeadTagSize;

class NewFile {
 public:
  explicit NewFile(std::string path)
      : path_(std::move(path)),
        descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  ~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  Result<void> write(BytesView content) {
    while (!content.empty()) {
      const auto written = ::write(descriptor_, content.data(), content.size());
      if (written < 0 && errno != EINTR) return failure();
      if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
  }
  Result<void> sync() {
    if (::fsync(descriptor_) != 0) return failure();
    return {};
  }

 private:
  std::unexpected<Error> failure() const {
    return fail(ErrorKind::kUnavailable, fmt::format("writing {}: {}", path_, std::strerror(errno)),
                "look whether that disk is full, and do it again");
  }

  const std::string path_;
  const int descriptor_;
};

Bytes nonce_of(std::uint32_t file, std::uint64_t block) {
  return ByteWriter().u32(file).u64(block).take();
}

/// Reads in pieces of `size`, the last one shorter, whatever the pieces that the disk gives.
Result<void> read_pieces(const std::string& path, std::size_t size, const TakeBlock& take) {
  Bytes held;
  const auto read = read_file(path, [&](BytesView block) -> Result<void> {
    while (!block.empty()) {
      const BytesView part = block.substr(0, size - held.size());
      held += part;
      block.remove_prefix(part.size());
      if (held.size() < size) continue;
      if (auto taken = take(held); !taken) return taken;
      held.clear();
    }
    return {};
  });
  if (!read || held.empty()) return read;
  return take(held);
}

}  // namespace

Result<Content> seal_file(const std::string& from, const std::string& to, const HandoverSeal& seal,
                          const OnBlock& on_block) {
  NewFile file(to);
  Sha256 hash;
  Content content;
  std::uint64_t block = 0;
  const auto read = read_pieces(from, kCopyBlock, [&](BytesView piece) -> Result<void> {
    const Bytes sealed = aead_seal(seal.key, nonce_of(seal.file, block++), {}, piece);
    hash.update(sealed);
    content.size += sealed.size();
    if (auto written = file.write(sealed); !written) return written;
    return on_block(piece.size());
  });
  if (!read) return std::unexpected(read.error());
  if (auto synced = file.sync(); !synced) return std::unexpected(synced.error());
  content.hash = hash.finish();
  return content;
}

Result<Content> open_file(const std::string& from, const std::string& to, const HandoverSeal& seal,
                          const OnBlock& on_block) {
  NewFile file(to);
  Sha256 hash;
  Content content;
  std::uint64_t block = 0;
  const auto read = read_pieces(from, kSealedBlock, [&](BytesView sealed) -> Result<void> {
    hash.update(sealed);
    content.size += sealed.size();
    ASSIGN_OR_RETURN(const Bytes piece,
                     aead_open(seal.key, nonce_of(seal.file, block++), {}, sealed));
    if (auto written = file.write(piece); !written) return written;
    return on_block(piece.size());
  });
  if (!read) return std::unexpected(read.error());
  if (auto synced = file.sync(); !synced) return std::unexpected(synced.error());
  content.hash = hash.finish();
  return content;
}

}  // namespace heed::silo
