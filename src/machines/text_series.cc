#include "machines/text_series.h"

namespace heed::machines {
namespace {

/// In a sample's flags: the text goes on in the next sample. Part of the stored format.
constexpr std::uint8_t kGoesOn = 1;

}  // namespace

void add_text(silo::Batch& batch, silo::SeriesId series, const TextStamp& stamp,
              std::string_view text) {
  bool more = true;
  while (more) {
    const std::string_view piece = text.substr(0, kLongestPiece);
    text.remove_prefix(piece.size());
    more = !text.empty();
    batch.samples.push_back({series,
                             {stamp.at, stamp.device, stamp.arrival,
                              more ? kGoesOn : std::uint8_t{0}, std::string(piece)}});
  }
}

Governed<void> read_texts(const silo::Silo& silo, const Access& access, silo::SeriesId series,
                          TimeRange range, const TextVisitor& visit) {
  std::string whole;
  return silo.read(access, series, range, [&](const silo::SampleView& view) {
    const TextStamp stamp{view.at, view.device, view.arrival};
    if (view.flags == 0 && whole.empty()) return visit(stamp, view.text);
    whole += view.text;
    if (view.flags != 0) return true;
    const bool go_on = visit(stamp, whole);
    whole.clear();
    return go_on;
  });
}

Governed<std::optional<StampedText>> last_text(const silo::Silo& silo, const Access& access,
                                               silo::SeriesId series) {
  ASSIGN_OR_RETURN(const auto last, silo.last_at(access, series, Time::max()));
  std::optional<StampedText> found;
  if (!last) return found;
  const TimeRange there{last->at, last->at + Duration::nanoseconds(1)};
  const auto keep = [&](const TextStamp& stamp, std::string_view text) {
    found = StampedText{stamp, std::string(text)};
    return true;
  };
  if (auto read = read_texts(silo, access, series, there, keep); !read) {
    return std::unexpected(read.error());
  }
  return found;
}

}  // namespace heed::machines
