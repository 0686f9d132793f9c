#include <algorithm>

#include "machines/evidence.h"
#include "machines/text_series.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);

/// A kept line that told `item`, once for each time it told it.
struct Kept {
  TextStamp stamp;
  std::string line;
};

std::size_t times_told(std::string_view items, std::string_view item) {
  std::size_t times = 0;
  while (true) {
    const std::size_t end = items.find(kItemSeparator);
    times += items.substr(0, end) == item ? 1 : 0;
    if (end == std::string_view::npos) return times;
    items.remove_prefix(end + 1);
  }
}

Governed<void> read_kept(const Reading& reading, silo::SeriesId series, std::string_view item,
                         Time at, std::vector<Kept>& kept) {
  return read_texts(reading.silo, reading.access, series, {at, at + kInstant},
                    [&](const TextStamp& stamp, std::string_view text) {
                      const std::size_t bar = text.find(kLineSeparator);
                      const std::string_view items = text.substr(0, bar);
                      for (std::size_t n = times_told(items, item); n > 0; --n) {
                        kept.push_back({stamp, std::string(text.substr(bar + 1))});
                      }
                      return true;
                    });
}

/// The lines kept for an item at one placed time, in the order of its observations. A line that
/// told items of several categories lies with the least open of them.
Governed<std::vector<Kept>> load_kept(const Reading& reading, const Directory::Entry& entry,
                                      Time at) {
  std::vector<Kept> kept;
  for (const DataClass data : kDataClasses) {
    const auto& series = reading.now.directory->lines.at(static_cast<std::size_t>(data));
    if (data < entry.data || !series) continue;
    if (auto read = read_kept(reading, *series, entry.item.key, at, kept); !read) {
      return std::unexpected(read.error());
    }
  }
  return kept;
}

/// Takes the first kept line that came when the observation came.
std::string take_kept(std::vector<Kept>& kept, const RawLine& observation) {
  const auto found = std::ranges::find_if(kept, [&](const Kept& line) {
    return line.stamp.arrival == observation.arrival && line.stamp.device == observation.device;
  });
  if (found == kept.end()) return {};
  std::string line = std::move(found->line);
  kept.erase(found);
  return line;
}

}  // namespace

Governed<std::vector<RawLine>> load_lines(const Reading& reading, const Directory::Entry& entry,
                                          Time at) {
  std::vector<RawLine> said;
  std::vector<LineForm> forms;
  const auto add = [&](const silo::SampleView& view) {
    const SampleFlags flags = SampleFlags::from(view.flags);
    RawLine line{entry.item.key, view.at, view.device, view.arrival, flags.placed, {}, {}};
    if (!view.gap) line.value = view.text;
    forms.push_back(flags.line);
    said.push_back(std::move(line));
    return true;
  };
  if (auto read = reading.silo.read(reading.access, entry.series, {at, at + kInstant}, add);
      !read) {
    return std::unexpected(read.error());
  }
  std::vector<Kept> kept;
  if (std::ranges::find(forms, LineForm::kKept) != forms.end()) {
    ASSIGN_OR_RETURN(kept, load_kept(reading, entry, at));
  }
  for (std::size_t i = 0; i < said.size(); ++i) {
    RawLine& line = said[i];
    line.line = forms[i] == LineForm::kKept
                    ? take_kept(kept, line)
                    : rebuild_line(forms[i], line.item, line.device, line.value);
  }
  return said;
}

Governed<RawLine> load_line(const Reading& reading, std::string_view item, Time at) {
  ASSIGN_OR_RETURN(const auto* const entry, find_item(reading, item));
  ASSIGN_OR_RETURN(const auto last, reading.silo.last_at(reading.access, entry->series, at));
  if (!last) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kNotFound, "the item had said nothing until then", {}});
  }
  ASSIGN_OR_RETURN(auto lines, load_lines(reading, *entry, last->at));
  return std::move(lines.back());
}

}  // namespace heed::machines
