// Large content that belongs to a field of a record, such as a picture or a voice message. It is
// read and written in pieces and never as a whole.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "policy/kind.h"

namespace heed::silo {

constexpr std::uint64_t kLargestBlob = 4ULL << 30;  ///< Bytes

/// Which content is meant.
struct BlobPlace {
  policy::KindId kind;
  std::string id;     ///< Of the record
  std::string field;  ///< Of type `blob`
  /// If given, the record's own, or nothing is put.
  std::optional<std::uint64_t> revision = {};
};

/// What the field of a record says of its content.
struct Blob {
  std::string name;  ///< 32 hexadecimal digits, another one with each content.
  std::uint64_t size = 0;

  /// As the field's value, "NAME SIZE".
  std::string text() const { return name + " " + std::to_string(size); }
  static std::optional<Blob> parse(std::string_view text);
};

/// Gives the next bytes, as many as it likes; none at the end.
using BlobSource = std::function<Result<Bytes>()>;
/// Takes the next bytes; returns false to stop.
using BlobSink = std::function<bool(BytesView bytes)>;

}  // namespace heed::silo
