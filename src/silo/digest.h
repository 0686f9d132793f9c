// The digest of a chunk: what is most asked of its samples, in front of them, so that it need not
// be decoded: its last sample, and what each stretch of the day came to.
//
// It costs at most 1/128 of its chunk: the finest stretches that fit, from an hour to a day; a
// small chunk has none, for decoding it is as fast.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "silo/slot.h"

namespace heed::silo {

constexpr std::size_t kDigestPart = 128;

struct Digest {
  Time first_at;
  Sample last;
  /// In order of time; each lies within one whole stretch of the day. Empty if they did not fit.
  std::vector<Slot> slots;
};

/// In at most `most_bytes`; empty if it does not fit, or the run goes beyond one day. `run` is
/// sorted and not empty.
Bytes encode_digest(const Run& run, std::size_t most_bytes);
/// kCorrupt for bytes that encode_digest() does not make.
Result<Digest> decode_digest(BytesView bytes);

}  // namespace heed::silo
