// The one door to zstd.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace heed::silo {

Bytes compress(BytesView bytes, int level);
/// kCorrupt if the bytes are not what compress() made; kExhausted if they would unfold to more than
/// `most` bytes.
Result<Bytes> decompress(BytesView bytes, std::size_t most);

}  // namespace heed::silo
