#include "silo/chunk.h"

#include "silo/compress.h"

namespace heed::silo {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr int kLevel = 9;
constexpr std::size_t kMostBytes = 64U << 20;

std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

std::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "a chunk of samples does not decode");
}

}  // namespace

Bytes encode_chunk(const Run& run) {
  require(run.sorted() && !run.empty() && run.size() <= kChunkSamples, "a chunk's run is in order");
  ByteWriter out;
  out.u8(kVersion).varint(run.size());
  std::int64_t before = 0;
  for (const Run::Item& item : run.items()) {
    out.signed_varint(difference(item.at, before));
    before = item.at;
  }
  for (const Run::Item& item : run.items()) out.signed_varint(difference(item.device, item.at));
  for (const Run::Item& item : run.items()) {
    out.signed_varint(difference(item.arrival_ms, item.at / 1'000'000));
  }
  for (const Run::Item& item : run.items()) out.u8(item.flags).u8(item.gap ? 1 : 0);
  for (const Run::Item& item : run.items()) out.sized(run.text(item));
  return compress(out.view(), kLevel);
}

Result<Run> decode_chunk(BytesView bytes) {
  ASSIGN_OR_RETURN(const Bytes plain, decompress(bytes, kMostBytes));
  ByteReader in(plain);
  const std::uint8_t version = in.u8();
  const std::uint64_t count = in.varint();
  if (!in.ok() || version != kVersion || count == 0 || count > kChunkSamples) return damaged();
  std::vector<Run::Item> items(count);
  std::int64_t before = 0;
  for (auto& item : items) before = item.at = sum(before, in.signed_varint());
  for (auto& item : items) item.device = sum(item.at, in.signed_varint());
  for (auto& item : items) item.arrival_ms = sum(item.at / 1'000'000, in.signed_varint());
  for (auto& item : items) {
    item.flags = in.u8();
    item.gap = in.u8() != 0;
  }
  Run run;
  for (const auto& item : items) {
    const BytesView text = in.sized();
    if (text.size() > kLongestValue) return damaged();
    run.add(item, text);
  }
  if (!in.finished() || !run.sorted()) return damaged();
  return run;
}

}  // namespace heed::silo
