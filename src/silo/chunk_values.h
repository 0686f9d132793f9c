// The values of a chunk: three ways to write them, of which the encoder keeps the shortest.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "silo/run.h"

namespace heed::silo {

/// Part of the stored format.
enum class ValueForm : std::uint8_t {
  kWords = 0,    ///< Few different texts: each by its number, given what it follows.
  kNumbers = 1,  ///< Mostly decimals: scaled integers by their difference, the odd text between.
  kTexts = 2,    ///< Anything: zstd.
};

struct EncodedValues {
  ValueForm form;
  Bytes bytes;
};

/// Of the samples that are no gaps.
EncodedValues encode_values(const Run& run);
/// One text per item of `items` that is no gap, in their order; kCorrupt if the bytes hold others.
Result<std::vector<std::string>> decode_values(const std::vector<Run::Item>& items, ValueForm form,
                                               BytesView bytes);

}  // namespace heed::silo
