// Texts of any length in a series: one text is one or more samples at the same time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "machines/access.h"
#include "machines/observation.h"
#include "silo/silo.h"

namespace heed::machines {

/// A sample's text is at most this long in the silo.
constexpr std::size_t kLongestPiece = 32'768;

/// A kept line's text: the keys of the items it told, separated, then what was received.
constexpr char kItemSeparator = '\x1f';
constexpr char kLineSeparator = '\n';

struct TextStamp {
  Time at, device, arrival;
};

/// Adds `text` to the batch.
void add_text(silo::Batch& batch, silo::SeriesId series, const TextStamp& stamp,
              std::string_view text);

using TextVisitor = std::function<bool(const TextStamp&, std::string_view text)>;
/// Whole texts placed in `range`, in their order, until `visit` says stop.
Governed<void> read_texts(const silo::Silo& silo, const Access& access, silo::SeriesId series,
                          TimeRange range, const TextVisitor& visit);

struct StampedText {
  TextStamp stamp;
  std::string text;
};
/// The last text of all.
Governed<std::optional<StampedText>> last_text(const silo::Silo& silo, const Access& access,
                                               silo::SeriesId series);

}  // namespace heed::machines
