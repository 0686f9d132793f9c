// A batch as one entry of the series' log.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "silo/run.h"
#include "silo/series.h"

namespace heed::silo {

constexpr std::size_t kLongestSender = 64;  ///< Bytes
constexpr std::size_t kLargestBatchBytes = 64U << 20;

/// kInvalid or kExhausted names the limit that the batch breaks.
Result<void> check_batch(const Batch& batch);

/// Packed with zstd at its fastest level. `stored` is when it was taken.
Bytes encode_batch(const Batch& batch, Time stored);

/// What an entry tells; samples are handed out one by one.
struct BatchHead {
  std::string sender;
  std::uint64_t number = 0;
  Time stored;
};
using BatchVisitor = std::function<void(SeriesId, const Run::Item&, std::string_view text)>;
Result<BatchHead> decode_batch(BytesView bytes, const BatchVisitor& visit);

/// The fields of a sample as a run keeps them, and back.
Run::Item item_of(const Sample& sample);
Sample sample_of(const Run::Item& item, std::string_view text);

}  // namespace heed::silo
