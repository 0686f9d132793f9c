// One file of the spool: frames of sealed reports, written front to back and never added to after
// a restart.
//
//   file   "HEEDSPL1" salt(32)  frame*
//   frame  marker(4) length(4) machine(16) number(8) crc32c(4) sealed(length)
//
// The seal is AES-256-GCM under a key of the segment's own, HMAC(box key, salt), with the frame's
// offset as nonce: a file is written once, so no nonce repeats. Machine and number are
// authenticated with it. The CRC (Castagnoli, over length, machine, number and sealed bytes) finds
// a torn or damaged frame without the key; the reader then goes on at the next marker whose frame
// is whole.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "box/fd.h"
#include "machines/observation.h"

namespace heed::box {

/// CRC-32C (RFC 3720 appendix B.4).
std::uint32_t crc32c(BytesView bytes);

/// Not thread-safe.
class SegmentWriter {
 public:
  /// Of an empty file; create() is the way to one.
  SegmentWriter(Fd file, std::string path, Bytes key)
      : file_(std::move(file)), path_(std::move(path)), key_(std::move(key)) {}
  /// A new file; its name is durable when this returns.
  static Result<std::unique_ptr<SegmentWriter>> create(const std::string& path, BytesView box_key,
                                                       Random& random);
  /// Adds a frame to what sync() will write; gives its offset.
  std::uint64_t add(machines::MachineId machine, std::uint64_t number, BytesView report);
  /// Writes what was added and syncs it. After a failure the file must not be used any more: what
  /// the disk has of it is unknown (the kernel forgets a failed write-back once it was told).
  Result<void> sync();
  /// Bytes written and synced.
  std::uint64_t size() const { return size_; }

 private:
  Fd file_;
  std::string path_;
  Bytes key_;
  Bytes waiting_;
  std::uint64_t size_ = 0;
};

struct Frame {
  machines::MachineId machine;
  std::uint64_t number = 0;
  std::uint64_t offset = 0;
  BytesView sealed;  ///< Valid until the reader's next call.
};

/// Not thread-safe. May read a file while it is written, up to what is synced.
class SegmentReader {
 public:
  /// At the file's beginning; open() is the way to one.
  SegmentReader(Fd file, std::string path, Bytes key)
      : file_(std::move(file)), path_(std::move(path)), key_(std::move(key)) {}
  /// kCorrupt if it is no segment.
  static Result<std::unique_ptr<SegmentReader>> open(const std::string& path, BytesView box_key);
  void seek(std::uint64_t offset) { offset_ = offset; }
  /// The next whole frame that ends at or before `end`, of machine `only` if one is named; nothing
  /// when there is none. What is another machine's is stepped over unchecked where the next frame
  /// begins behind it: whoever is late reads everyone's frames to find their own, and five hundred
  /// late machines would check each frame five hundred times.
  Result<std::optional<Frame>> next(std::uint64_t end,
                                    std::optional<machines::MachineId> only = {});
  /// The report's bytes; kCorrupt if the seal does not fit.
  Result<Bytes> open_seal(const Frame& frame) const;
  /// Bytes that were stepped over because they were no whole frame, so far.
  std::uint64_t damaged() const { return damaged_; }
  /// Where the last frame that was given ended.
  std::uint64_t good_end() const { return good_end_; }

 private:
  Result<BytesView> peek(std::uint64_t size, std::uint64_t end);
  Result<void> skip_to_marker(std::uint64_t end);
  Result<bool> is_followed(std::uint64_t frame, std::uint64_t end);

  Fd file_;
  std::string path_;
  Bytes key_;
  Bytes buffer_;
  std::uint64_t buffer_at_ = 0;  // file offset of the buffer's first byte
  std::uint64_t offset_ = 0;
  std::uint64_t good_end_ = 0;
  std::uint64_t damaged_ = 0;
};

}  // namespace heed::box
