#include "box/spool_segment.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/crypto.h"
#include "box/report_codec.h"

namespace heed::box {
namespace {

constexpr BytesView kMagic = "HEEDSPL1";
constexpr std::size_t kSaltSize = 32;
constexpr std::size_t kFileHead = 8 + kSaltSize;
constexpr BytesView kMarker = "\xf5HS\x01";  // 0xf5 is in no UTF-8 text
constexpr std::size_t kFrameHead = 4 + 4 + 16 + 8 + 4;
constexpr std::size_t kReadAhead = std::size_t{64} << 10;

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c >> 1) ^ ((c & 1) != 0 ? 0x82f63b78U : 0);
    table[i] = c;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = crc_table();

std::uint32_t extend_crc(std::uint32_t crc, BytesView bytes) {
  crc = ~crc;
  for (const char c : bytes)
    crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<std::uint8_t>(c)) & 255];
  return ~crc;
}

Bytes segment_key(BytesView box_key, BytesView salt) {
  return hmac_sha256(box_key, Bytes("spool segment") + Bytes(salt));
}

Bytes nonce_at(std::uint64_t offset) {
  return ByteWriter().u32(0).u64(offset).take();
}

// What is authenticated beside the report, and what the CRC covers beside the sealed bytes.
Bytes frame_name(machines::MachineId machine, std::uint64_t number) {
  return ByteWriter().raw(machine.bytes()).u64(number).take();
}

std::uint32_t frame_crc(std::uint32_t length, BytesView name, BytesView sealed) {
  return extend_crc(extend_crc(crc32c(ByteWriter().u32(length).view()), name), sealed);
}

Result<void> write_all(int fd, BytesView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("cannot write " + path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> sync_directory_of(const std::string& path) {
  const std::string directory = path.substr(0, path.rfind('/'));
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open() || ::fsync(fd.number()) != 0) return system_failure("cannot sync " + directory);
  return {};
}

}  // namespace

std::uint32_t crc32c(BytesView bytes) {
  return extend_crc(0, bytes);
}

Result<std::unique_ptr<SegmentWriter>> SegmentWriter::create(const std::string& path,
                                                             BytesView box_key, Random& random) {
  Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return system_failure("cannot create " + path);
  const Bytes salt = random.bytes(kSaltSize);
  auto writer = std::make_unique<SegmentWriter>(std::move(file), path, segment_key(box_key, salt));
  writer->waiting_ = Bytes(kMagic) + salt;
  if (const auto done = writer->sync(); !done) return std::unexpected(done.error());
  if (const auto done = sync_directory_of(path); !done) return std::unexpected(done.error());
  return writer;
}

std::uint64_t SegmentWriter::add(machines::MachineId machine, std::uint64_t number,
                                 BytesView report) {
  const std::uint64_t offset = size_ + waiting_.size();
  const Bytes name = frame_name(machine, number);
  const Bytes sealed = aead_seal(key_, nonce_at(offset), name, report);
  const auto length = static_cast<std::uint32_t>(sealed.size());
  ByteWriter head;
  head.raw(kMarker).u32(length).raw(name).u32(frame_crc(length, name, sealed));
  waiting_.append(head.view()).append(sealed);
  return offset;
}

Result<void> SegmentWriter::sync() {
  if (const auto done = write_all(file_.number(), waiting_, path_); !done) return done;
  if (::fdatasync(file_.number()) != 0) return system_failure("cannot sync " + path_);
  size_ += waiting_.size();
  waiting_.clear();
  return {};
}

Result<std::unique_ptr<SegmentReader>> SegmentReader::open(const std::string& path,
                                                           BytesView box_key) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return system_failure("cannot open " + path);
  std::array<char, kFileHead> head{};
  if (::pread(file.number(), head.data(), head.size(), 0) != static_cast<ssize_t>(head.size()) ||
      BytesView(head.data(), kMagic.size()) != kMagic) {
    return fail(ErrorKind::kCorrupt, path + " is no segment of a spool");
  }
  const BytesView salt(head.data() + kMagic.size(), kSaltSize);
  auto reader = std::make_unique<SegmentReader>(std::move(file), path, segment_key(box_key, salt));
  reader->offset_ = reader->good_end_ = kFileHead;
  return reader;
}

// The bytes from offset_ on: `size` of them, fewer only at `end`.
Result<BytesView> SegmentReader::peek(std::uint64_t size, std::uint64_t end) {
  const std::uint64_t wanted = std::min(size, end > offset_ ? end - offset_ : 0);
  const bool inside = offset_ >= buffer_at_ && offset_ + wanted <= buffer_at_ + buffer_.size();
  if (!inside) {
    buffer_.resize(std::min(std::max<std::uint64_t>(wanted, kReadAhead), end - offset_));
    buffer_at_ = offset_;
    std::size_t have = 0;
    while (have < buffer_.size()) {
      const ssize_t got = ::pread(file_.number(), buffer_.data() + have, buffer_.size() - have,
                                  static_cast<off_t>(offset_ + have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_failure("cannot read " + path_);
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    buffer_.resize(have);
  }
  return BytesView(buffer_).substr(offset_ - buffer_at_, wanted);
}

// Steps over at least one byte, to the next place where a frame may begin.
Result<void> SegmentReader::skip_to_marker(std::uint64_t end) {
  ++offset_;
  ++damaged_;
  for (;;) {
    ASSIGN_OR_RETURN(const BytesView ahead, peek(kReadAhead, end));
    const std::size_t at = ahead.find(kMarker);
    const std::size_t step = at != BytesView::npos       ? at
                             : ahead.size() < kReadAhead ? ahead.size()
                                                         : ahead.size() - (kMarker.size() - 1);
    offset_ += step;
    damaged_ += step;
    if (at != BytesView::npos || step == 0 || offset_ >= end) return {};
  }
}

// Whether a frame of this size at offset_ ends where another begins, or at `end`.
Result<bool> SegmentReader::is_followed(std::uint64_t frame, std::uint64_t end) {
  if (offset_ + frame == end) return true;
  ASSIGN_OR_RETURN(const BytesView ahead, peek(frame + kMarker.size(), end));
  return ahead.size() == frame + kMarker.size() && ahead.substr(frame) == kMarker;
}

Result<std::optional<Frame>> SegmentReader::next(std::uint64_t end,
                                                 std::optional<machines::MachineId> only) {
  const Bytes wanted = only ? only->bytes() : Bytes();
  while (offset_ + kFrameHead <= end) {
    ASSIGN_OR_RETURN(const BytesView head, peek(kFrameHead, end));
    if (head.size() < kFrameHead) return std::nullopt;
    ByteReader in(head);
    const bool marked = in.raw(kMarker.size()) == kMarker;
    const std::uint32_t length = in.u32();
    const Bytes name(in.raw(24));
    const std::uint32_t crc = in.u32();
    if (marked && length <= kReportBytes + kAeadTagSize && offset_ + kFrameHead + length <= end) {
      if (only && BytesView(name).substr(0, wanted.size()) != wanted) {
        ASSIGN_OR_RETURN(const bool followed, is_followed(kFrameHead + length, end));
        if (followed) {
          offset_ += kFrameHead + length;
          continue;
        }
      }
      ASSIGN_OR_RETURN(const BytesView whole, peek(kFrameHead + length, end));
      const BytesView sealed = whole.substr(std::min(whole.size(), kFrameHead));
      if (sealed.size() == length && frame_crc(length, name, sealed) == crc) {
        ByteReader fields(name);
        Frame frame;
        frame.machine = *machines::MachineId::from_bytes(fields.raw(16));
        frame.number = fields.u64();
        frame.offset = offset_;
        frame.sealed = sealed;
        offset_ += kFrameHead + length;
        good_end_ = offset_;
        return frame;
      }
    }
    if (const auto skipped = skip_to_marker(end); !skipped) {
      return std::unexpected(skipped.error());
    }
  }
  return std::nullopt;
}

Result<Bytes> SegmentReader::open_seal(const Frame& frame) const {
  return aead_open(key_, nonce_at(frame.offset), frame_name(frame.machine, frame.number),
                   frame.sealed);
}

}  // namespace heed::box
