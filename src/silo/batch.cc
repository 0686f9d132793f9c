#include "silo/batch.h"

#include <fmt/core.h>

#include "silo/compression.h"
#include "silo/folding.h"

namespace heed::silo {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr int kLevel = 1;
constexpr std::uint8_t kGapBit = 1;

/// Differences wrap around, so that any two times have one.
std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

void write_sample(ByteWriter& out, const Run::Item& item, std::string_view text,
                  std::int64_t before) {
  out.signed_varint(difference(item.at, before));
  out.signed_varint(difference(item.device, item.at));
  out.signed_varint(difference(item.arrival_ms, item.at / 1'000'000));
  out.u8(item.flags);
  out.varint(text.size() << 1U | (item.gap ? kGapBit : 0));
  out.raw(text);
}

}  // namespace

Run::Item item_of(const Sample& sample) {
  Run::Item item;
  item.at = sample.at.nanoseconds();
  item.device = sample.device.nanoseconds();
  item.arrival_ms = sample.arrival.milliseconds();
  item.flags = static_cast<std::uint8_t>(sample.flags | (sample.folds ? kFolds : 0));
  item.gap = !sample.value;
  return item;
}

Sample sample_of(const Run::Item& item, std::string_view text) {
  Sample sample;
  sample.at = Time::from_nanoseconds(item.at);
  sample.device = Time::from_nanoseconds(item.device);
  sample.arrival = Time::from_milliseconds(item.arrival_ms);
  sample.flags = item.flags & kMostFlags;
  sample.folds = (item.flags & kFolds) != 0;
  if (!item.gap) sample.value = text;
  return sample;
}

Result<void> check_batch(const Batch& batch) {
  if (batch.sender.size() > kLongestSender || (batch.number != 0 && batch.sender.empty())) {
    return fail(ErrorKind::kInvalid,
                fmt::format("a numbered batch names its sender in 1 to {} bytes", kLongestSender));
  }
  if (batch.samples.size() > kMostSamples) {
    return fail(ErrorKind::kExhausted, fmt::format("a batch has at most {} samples", kMostSamples));
  }
  std::size_t bytes = 0;
  for (const SeriesSample& s : batch.samples) {
    const std::size_t size = s.sample.value ? s.sample.value->size() : 0;
    bytes += size;
    if (s.sample.flags > kMostFlags) {
      return fail(ErrorKind::kInvalid, "a sample's flags are below 128");
    }
    if (size > kLongestValue) {
      return fail(ErrorKind::kExhausted,
                  fmt::format("a value has at most {} bytes, and series {} has one of {}",
                              kLongestValue, s.series.number, size));
    }
  }
  if (bytes > kLargestBatchBytes / 2) {
    return fail(ErrorKind::kExhausted, "the values of a batch have at most 32 MiB");
  }
  return {};
}

Bytes encode_batch(const BatchHead& head, std::span<const SeriesSample> samples) {
  ByteWriter out;
  out.u8(kVersion).i64(head.stored.nanoseconds()).sized(head.sender).varint(head.number);
  out.varint(samples.size());
  std::int64_t series = 0;
  std::int64_t at = 0;
  for (const SeriesSample& s : samples) {
    const Run::Item item = item_of(s.sample);
    out.signed_varint(std::int64_t{s.series.number} - series);
    write_sample(out, item, s.sample.value ? std::string_view(*s.sample.value) : "", at);
    series = s.series.number;
    at = item.at;
  }
  return compress(out.view(), kLevel);
}

Result<BatchHead> decode_batch(BytesView bytes, const BatchVisitor& visit) {
  ASSIGN_OR_RETURN(const Bytes plain, decompress(bytes, 2 * kLargestBatchBytes));
  ByteReader in(plain);
  BatchHead head;
  const std::uint8_t version = in.u8();
  head.stored = Time::from_nanoseconds(in.i64());
  head.sender = in.sized();
  head.number = in.varint();
  const std::uint64_t count = in.varint();
  std::int64_t series = 0;
  std::int64_t at = 0;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    Run::Item item;
    series = sum(series, in.signed_varint());
    item.at = at = sum(at, in.signed_varint());
    item.device = sum(item.at, in.signed_varint());
    item.arrival_ms = sum(item.at / 1'000'000, in.signed_varint());
    item.flags = in.u8();
    const std::uint64_t size = in.varint();
    item.gap = (size & kGapBit) != 0;
    const BytesView text = in.raw(size >> 1U);
    if (text.size() > kLongestValue) break;
    if (in.ok()) visit(SeriesId{static_cast<std::uint32_t>(series)}, item, text);
  }
  if (!in.finished() || version != kVersion) {
    return fail(ErrorKind::kCorrupt, "an entry of the series' log does not decode");
  }
  return head;
}

}  // namespace heed::silo
