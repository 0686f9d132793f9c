// What a machine said and did, as the faces are told of it: plain values, ready to be rendered.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "machines/observation.h"
#include "machines/state.h"
#include "silo/series.h"

namespace heed::machines {

/// An interval with one state.
struct Activity {
  TimeRange range;
  Standing standing;
  std::uint8_t rule = 0;            ///< Number of the row that decided at its start.
  Placed placed = Placed::kDevice;  ///< The worse of its two ends.
};

struct Timeline {
  /// Cut to the range that was asked for, in order, without holes between them.
  std::vector<Activity> activities;
  std::array<Duration, kStates + 1> totals{};  ///< By State's number.
  Duration in_cycle, executing;
  std::vector<Gap> gaps;  ///< That touch the range.
  bool open = false;      ///< The last activity still goes on.
};

/// What each of the equal cells of a range was filled with.
struct Rollup {
  struct Share {
    State state = State::kUnknown;
    Bucket bucket = Bucket::kNone;
    std::vector<Duration> in_cells;
  };
  TimeRange range;
  Duration cell;              ///< The last one ends with the range, before its own end at times.
  std::vector<Share> shares;  ///< One for each state and bucket that was.
  std::vector<Duration> in_cycle, executing;
  std::vector<Duration> doubtful;   ///< Placed otherwise than by the device.
  std::vector<std::uint32_t> gaps;  ///< That touch the cell.
  bool open = false;                ///< The last activity still goes on.
};

/// One of the two: all activities where they are few, else their sums.
struct Overview {
  std::optional<Timeline> activities;
  std::optional<Rollup> rollup;
};

struct ItemView {
  DataItem item;
  /// The role that it has in the state table ("execution"), empty if none.
  std::string_view role;
  /// Its last observation, if any.
  struct Last {
    Time at, device, arrival;
    std::optional<std::string> value;  ///< Nothing: UNAVAILABLE.
    Placed placed = Placed::kDevice;
  };
  std::optional<Last> last;
};

/// What an item is, without what it said.
struct ItemDescription {
  DataItem item;
  /// The role that items of its type or key have in the state table ("execution"), empty if none.
  std::string_view role;
  bool condition = false;  ///< By the source's model, or because it was told as one.
};

/// What a machine has to tell, as an access may know it.
struct MachineItems {
  std::vector<ItemDescription> items;
  std::size_t withheld = 0;  ///< Items of a class that the policy does not show to this access.
  bool has_link = false;     ///< Its source has a link that is up or down.
};

/// One stored observation.
struct SampleRow {
  Time at, device, arrival;
  std::optional<std::string_view> value;  ///< Valid during the visit only; nothing: UNAVAILABLE.
  Placed placed = Placed::kDevice;
};
/// Returns false to stop.
using RowVisitor = std::function<bool(const SampleRow&)>;

/// An item over time, for a plot.
struct Plot {
  struct Point {
    Time at;
    std::optional<double> value;  ///< Nothing is a gap.
    /// Extremes of what the point stands for; equal to value when it is a single sample.
    std::optional<double> minimum, maximum;
  };
  struct Word {
    Time at;
    std::optional<std::string> value;
  };
  DataItem item;
  bool numeric = false;
  bool exact = false;  ///< Every sample is here.
  /// Before those of the range stands what held when it began, at its own, earlier time.
  std::vector<Point> points;
  std::vector<Word> words;  ///< Instead of points when not numeric; at most as many as asked for.
  std::uint64_t count = 0;  ///< Samples in the range.
  /// Of the range: samples that are set aside, whatever they said.
  silo::Damage damage;
};

/// Why a machine is in a state: the row that fitted and the observations that made it fit.
struct Explanation {
  struct Because {
    std::string role;  ///< "execution", "fault", …
    std::string item;
    std::optional<std::string> value;
    Time at, device, arrival;
    Placed placed = Placed::kDevice;
    std::string raw;
  };
  Time at;
  Standing standing;
  std::uint8_t rule = 0;
  std::string_view words;  ///< The row for a person.
  std::optional<Time> since;
  Placed placed = Placed::kDevice;
  std::vector<Because> because;
};

struct RawLine {
  std::string item;
  Time at, device, arrival;
  Placed placed = Placed::kDevice;
  std::optional<std::string> value;
  std::string line;  ///< To the letter, without its line end.
};

struct LinkHistory {
  struct Change {
    Time at;  ///< Arrival time.
    bool up = false;
    std::string words;
  };
  std::vector<Change> changes;  ///< Newest first.
  std::vector<Gap> gaps;        ///< Newest first.
};

}  // namespace heed::machines
