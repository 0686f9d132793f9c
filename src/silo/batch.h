// A batch, or what of it is about one person, as it stands in the series' log.
#pragma once

#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "silo/run.h"
#include "silo/series.h"

namespace heed::silo {

constexpr std::size_t kLongestSender = 64;  ///< Bytes
constexpr std::size_t kLargestBatchBytes = 64U << 20;

/// kInvalid or kExhausted names the limit that the batch breaks.
Result<void> check_batch(const Batch& batch);

/// What stands before the samples.
struct BatchHead {
  std::string sender;
  std::uint64_t number = 0;
  Time stored;  ///< When it was taken
};
/// Packed with zstd at its fastest level.
Bytes encode_batch(const BatchHead& head, std::span<const SeriesSample> samples);
/// Samples are handed out one by one.
using BatchVisitor = std::function<void(SeriesId, const Run::Item&, std::string_view text)>;
Result<BatchHead> decode_batch(BytesView bytes, const BatchVisitor& visit);

/// The fields of a sample as a run keeps them, and back.
Run::Item item_of(const Sample& sample);
Sample sample_of(const Run::Item& item, std::string_view text);

}  // namespace heed::silo
