// Bytes as values, and the few encodings that keys, seals and files are made of.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace heed {

/// Raw bytes. A std::string because RocksDB, OpenSSL, zstd and fmt all take character ranges;
/// text that a person reads is plain std::string, so the name says which is meant.
using Bytes = std::string;
using BytesView = std::string_view;

/// Appends values to a byte string. Integers are big-endian, so that byte order is number order
/// and keys sort as their fields do.
class ByteWriter {
 public:
  ByteWriter() = default;
  /// For about so many bytes.
  explicit ByteWriter(std::size_t expected) { bytes_.reserve(expected); }
  ByteWriter& u8(std::uint8_t v) { return put(v); }
  ByteWriter& u16(std::uint16_t v) { return put(v); }
  ByteWriter& u32(std::uint32_t v) { return put(v); }
  ByteWriter& u64(std::uint64_t v) { return put(v); }
  /// Order-preserving: the sign bit is flipped, so negative values sort first.
  ByteWriter& i64(std::int64_t v) { return u64(static_cast<std::uint64_t>(v) ^ (1ULL << 63)); }
  ByteWriter& i32(std::int32_t v) { return u32(static_cast<std::uint32_t>(v) ^ (1U << 31)); }
  /// LEB128: seven bits a byte, low bits first.
  ByteWriter& varint(std::uint64_t v);
  /// Zigzag, then LEB128: small magnitudes are short.
  ByteWriter& signed_varint(std::int64_t v);
  ByteWriter& raw(BytesView v) {
    bytes_.append(v);
    return *this;
  }
  /// Length as varint, then the bytes.
  ByteWriter& sized(BytesView v) { return varint(v.size()).raw(v); }

  std::size_t size() const { return bytes_.size(); }
  BytesView view() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  template <class T>
  ByteWriter& put(T v) {
    if constexpr (std::endian::native == std::endian::little) v = std::byteswap(v);
    char bytes[sizeof(T)];
    std::memcpy(bytes, &v, sizeof(T));
    bytes_.append(bytes, sizeof(T));
    return *this;
  }
  Bytes bytes_;
};

/// Takes values off the front of a byte range that outlives it. Reading past the end or a
/// malformed varint yields zero and makes ok() false for good: check once, at the end.
class ByteReader {
 public:
  explicit ByteReader(BytesView bytes) : rest_(bytes) {}
  std::uint8_t u8() { return take<std::uint8_t>(); }
  std::uint16_t u16() { return take<std::uint16_t>(); }
  std::uint32_t u32() { return take<std::uint32_t>(); }
  std::uint64_t u64() { return take<std::uint64_t>(); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64() ^ (1ULL << 63)); }
  std::int32_t i32() { return static_cast<std::int32_t>(u32() ^ (1U << 31)); }
  std::uint64_t varint();
  std::int64_t signed_varint();
  BytesView raw(std::size_t size);
  BytesView sized() { return raw(varint()); }
  BytesView rest() const { return rest_; }
  bool ok() const { return ok_; }
  /// Everything was read, and all of it was well formed.
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  template <class T>
  T take() {
    if (rest_.size() < sizeof(T)) return give_up(), T{};
    T v = 0;
    std::memcpy(&v, rest_.data(), sizeof(T));
    if constexpr (std::endian::native == std::endian::little) v = std::byteswap(v);
    rest_.remove_prefix(sizeof(T));
    return v;
  }
  void give_up() {
    ok_ = false;
    rest_ = {};
  }
  BytesView rest_;
  bool ok_ = true;
};

/// Lower-case hexadecimal.
std::string to_hex(BytesView bytes);
std::optional<Bytes> from_hex(std::string_view text);
/// RFC 4648 §5 without padding: safe in URLs and cookies.
std::string to_base64url(BytesView bytes);
std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace heed
