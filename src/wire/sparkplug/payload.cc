#include "wire/sparkplug/payload.h"

#include <fmt/core.h>

#include <bit>
#include <cmath>

namespace heed::wire::sparkplug {
namespace {

/// One field of a protobuf message: its number, and its value as the wire has it.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;  ///< Of a varint or a fixed field.
  BytesView bytes;          ///< Of a field with a length.
  enum class Kind : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 } kind;
};

// Fixed fields are little-endian in protobuf.
std::uint64_t take_fixed(ByteReader& reader, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{reader.u8()} << (8 * i);
  return value;
}

// False at the end, or at what is no field: then the reader is not ok().
bool take_field(ByteReader& reader, Field& field) {
  if (reader.rest().empty()) return false;
  const std::uint64_t key = reader.varint();
  field = {
      .number = key >> 3U, .value = 0, .bytes = {}, .kind = static_cast<Field::Kind>(key & 7U)};
  switch (field.kind) {
    case Field::Kind::kVarint: field.value = reader.varint(); break;
    case Field::Kind::kFixed64: field.value = take_fixed(reader, 8); break;
    case Field::Kind::kBytes: field.bytes = reader.sized(); break;
    case Field::Kind::kFixed32: field.value = take_fixed(reader, 4); break;
    default: reader.raw(reader.rest().size() + 1); break;  // a group, or nothing: not ok
  }
  return reader.ok() && field.number != 0;
}

// Milliseconds; what lies beyond 2200 is no time of a machine.
std::optional<Time> time_of(std::uint64_t milliseconds) {
  constexpr std::uint64_t kLatest = 7'258'118'400'000;
  if (milliseconds == 0 || milliseconds > kLatest) return {};
  return Time::from_milliseconds(static_cast<std::int64_t>(milliseconds));
}

void take_value(const Field& field, Metric& metric) {
  switch (field.number) {
    case 10:  // int_value
    case 11:  // long_value
    case 14:  // boolean_value
      if (field.kind == Field::Kind::kVarint) metric.whole = field.value;
      break;
    case 12:
      if (field.kind == Field::Kind::kFixed32) {
        const auto bits = static_cast<std::uint32_t>(field.value);
        metric.real = static_cast<double>(std::bit_cast<float>(bits));
      }
      break;
    case 13:
      if (field.kind == Field::Kind::kFixed64) metric.real = std::bit_cast<double>(field.value);
      break;
    case 15:
      if (field.kind == Field::Kind::kBytes) metric.text = field.bytes.substr(0, kLongestText);
      break;
    default: break;
  }
}

std::optional<Metric> read_metric(BytesView bytes) {
  ByteReader reader(bytes);
  Metric metric;
  for (Field field; take_field(reader, field);) {
    const bool varint = field.kind == Field::Kind::kVarint;
    switch (field.number) {
      case 1:
        if (field.kind != Field::Kind::kBytes || field.bytes.size() > kLongestName) return {};
        metric.name = field.bytes;
        break;
      case 2:
        if (varint) metric.alias = field.value;
        break;
      case 3:
        if (varint) metric.at = time_of(field.value);
        break;
      case 4:
        if (varint) metric.type = static_cast<std::uint32_t>(field.value);
        break;
      case 5: metric.historical = varint && field.value != 0; break;
      case 7: metric.is_null = varint && field.value != 0; break;
      default: take_value(field, metric); break;
    }
  }
  if (!reader.finished()) return {};
  return metric;
}

// The bits of an int_value are those of the type, or of 32 bits.
template <class Signed>
std::string signed_text(std::uint64_t bits) {
  return fmt::format("{}", static_cast<std::int64_t>(static_cast<Signed>(bits)));
}

std::optional<std::string> whole_text(std::uint64_t bits, DataType type) {
  switch (type) {
    case DataType::kInt8: return signed_text<std::int8_t>(bits);
    case DataType::kInt16: return signed_text<std::int16_t>(bits);
    case DataType::kInt32: return signed_text<std::int32_t>(bits);
    case DataType::kInt64: return signed_text<std::int64_t>(bits);
    case DataType::kUInt8:
    case DataType::kUInt16:
    case DataType::kUInt32:
    case DataType::kUInt64: return fmt::format("{}", bits);
    case DataType::kBoolean: return bits != 0 ? "true" : "false";
    case DataType::kDateTime: {
      const auto at = time_of(bits);
      return at ? std::optional(format_time(*at)) : std::nullopt;
    }
    default: return {};
  }
}

}  // namespace

std::optional<Payload> read_payload(BytesView bytes) {
  ByteReader reader(bytes);
  Payload payload;
  for (Field field; take_field(reader, field);) {
    const bool varint = field.kind == Field::Kind::kVarint;
    if (field.number == 1 && varint) payload.at = time_of(field.value);
    if (field.number == 3 && varint) payload.seq = field.value;
    if (field.number != 2) continue;
    auto metric = field.kind == Field::Kind::kBytes ? read_metric(field.bytes) : std::nullopt;
    if (!metric || payload.metrics.size() >= kMostMetrics) return {};
    payload.metrics.push_back(*std::move(metric));
  }
  if (!reader.finished()) return {};
  return payload;
}

std::optional<std::string> value_text(const Metric& metric, std::uint32_t type) {
  const auto known = static_cast<DataType>(type);
  if (metric.whole) return whole_text(*metric.whole, known);
  if (metric.real) {
    if (!std::isfinite(*metric.real)) return {};
    return known == DataType::kFloat ? fmt::format("{:.7g}", *metric.real + 0.0)
                                     : fmt::format("{:.15g}", *metric.real + 0.0);
  }
  const bool text =
      known == DataType::kString || known == DataType::kText || known == DataType::kUuid;
  return text ? metric.text : std::nullopt;
}

}  // namespace heed::wire::sparkplug
