// All that the recorder knows of one machine: read from the silo after a start, carried on with
// each report, thrown away and read anew when a report could not be stored.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "machines/access.h"
#include "machines/course.h"
#include "machines/directory.h"
#include "machines/line_form.h"
#include "machines/memory.h"
#include "machines/text_series.h"

namespace heed::machines {

/// What is known of an item's last observation in the order of places.
struct LastSaid {
  Directory::Entry entry;
  bool observed = false;  ///< Else the rest means nothing.
  /// Of a data set all that it is now, merged from what was said.
  std::optional<std::string> value;
  Time at, device, arrival;
  // Of a data set: what was stored since all of it was.
  std::size_t changes = 0;
  std::size_t changed_bytes = 0;
};

/// A data set of which so many changes were stored since all of it was, or as many bytes as it has
/// but not fewer than kLeastSetBytes, is stored as a whole with the next one: after a restart no
/// more than these are merged.
inline constexpr std::size_t kMostSetChanges = 500;
inline constexpr std::size_t kLeastSetBytes = 1'024;

struct Ledger {
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  using Items = std::unordered_map<std::string, LastSaid, TextHash, std::equal_to<>>;

  MachineId machine;
  std::uint64_t last_report = 0;
  std::string cursor;
  Course course;
  Items items;  ///< Every item that was observed.
  /// The same without what was said, for readers; copied when it changes while they hold it.
  std::shared_ptr<Directory> directory = std::make_shared<Directory>();
  std::optional<silo::SeriesId> memory_series, cursor_series, model_series;

  // Beside the course, what the stored memory tells.
  LinkState link;
  bool recording = false;
  std::optional<Time> clock_changed;
  std::optional<Time> last_seen;

  Bytes memory_text;                      ///< As it was stored last.
  std::optional<TextStamp> memory_stamp;  ///< Of that.
  /// The latest placed time that the stored samples tell; later ones need a memory of their own.
  std::optional<Time> witnessed;
  LineReader lines;

  MachineMemory memory() const { return {course.memory(), recording, clock_changed, link}; }
  /// The directory to change: a copy if a reader holds it.
  Directory& changing_directory();
};

/// Without anything stored it is that of a new machine.
Governed<std::unique_ptr<Ledger>> load_ledger(silo::Silo& silo, const Access& own,
                                              MachineId machine);

}  // namespace heed::machines
