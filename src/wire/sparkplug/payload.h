// A Sparkplug B payload (specification 3.0, chapter 6): the protobuf fields that a host reads.
//
// A reader of our own instead of libprotobuf: it reads 14 fields, has its limits in front, takes no
// generated code and no compiler for it, and is fuzzed. What it does not know it passes over, as
// protobuf has it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

namespace heed::wire::sparkplug {

inline constexpr std::size_t kMostMetrics = 4'096;
inline constexpr std::size_t kLongestName = 512;
/// Of a value's text; the rest is cut.
inline constexpr std::size_t kLongestText = 4'096;

/// Numbers of the specification; the others have no single value.
enum class DataType : std::uint32_t {
  kUnknown = 0,
  kInt8 = 1,
  kInt16 = 2,
  kInt32 = 3,
  kInt64 = 4,
  kUInt8 = 5,
  kUInt16 = 6,
  kUInt32 = 7,
  kUInt64 = 8,
  kFloat = 9,
  kDouble = 10,
  kBoolean = 11,
  kString = 12,
  kDateTime = 13,
  kText = 14,
  kUuid = 15,
};

struct Metric {
  std::string name;  ///< Empty where an alias stands for it.
  std::optional<std::uint64_t> alias;
  std::optional<Time> at;
  std::optional<std::uint32_t> type;  ///< DataType's number, or one that is not read.
  bool historical = false;
  bool is_null = false;
  /// As the field of the value had it: whole numbers as their bits.
  std::optional<std::uint64_t> whole;
  std::optional<double> real;
  std::optional<std::string> text;
};

struct Payload {
  std::optional<Time> at;
  std::optional<std::uint64_t> seq;
  std::vector<Metric> metrics;
};

/// Nothing if the bytes are no such payload, or beyond the limits.
std::optional<Payload> read_payload(BytesView bytes);

/// The value's text in its type; nothing if there is none that a line could hold. `type` is the
/// metric's own, or that of its birth.
std::optional<std::string> value_text(const Metric& metric, std::uint32_t type);

}  // namespace heed::wire::sparkplug
