// The values of a chunk: three ways to write them, of which the encoder keeps the shortest.
#pragma once

#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "silo/range_coder.h"
#include "silo/run.h"

namespace heed::silo {

/// How a chunk is coded; what is told below is told of kTerse.
enum class Layout : std::uint8_t {
  kEarlier,  ///< Spends bits on what is nearly certain. Read only.
  kTerse,
};
inline Widths widths_of(Layout layout) {
  return layout == Layout::kEarlier ? Widths::kWhole : Widths::kBounded;
}

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
/// Reads values back, one at a time, so that a sample's value and its columns are decoded side by
/// side.
class ValueReader {
 public:
  virtual ~ValueReader() = default;
  /// Puts the text of the next sample that is no gap into `run`, the same one each time. Nothing if
  /// there is none.
  virtual std::optional<Run::Place> put_next(Run& run) = 0;
  /// Whether the bytes hold no value more, as far as the form can tell.
  virtual bool finished() const { return true; }
};

/// kCorrupt if the bytes hold no values of that form. `bytes` outlive the reader; of at most
/// `samples` samples.
Result<std::unique_ptr<ValueReader>> read_values(ValueForm form, BytesView bytes, Layout layout,
                                                 std::size_t samples);

}  // namespace heed::silo
