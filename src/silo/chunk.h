// The chunk codec: the samples of one series and day as few bytes. Pure.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "silo/digest.h"

namespace heed::silo {

constexpr std::size_t kChunkSamples = 65'536;       ///< At most, in one chunk
constexpr std::size_t kChunkTextBytes = 16U << 20;  ///< Of all its texts, at most

/// `run` is sorted and holds 1 to kChunkSamples samples, of at most kChunkTextBytes. Every text,
/// time and flag is reproduced exactly (arrival to the millisecond).
Bytes encode_chunk(const Run& run);
/// Its digest, if it has one (silo/digest.h), without decoding the rest.
Result<std::optional<Digest>> digest_of_chunk(BytesView bytes);
/// kCorrupt for bytes that encode_chunk() does not make; never more than a bounded amount of
/// memory.
Result<Run> decode_chunk(BytesView bytes);

}  // namespace heed::silo
