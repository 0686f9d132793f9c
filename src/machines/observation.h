// What a box reports of one machine: observations, gaps, the machine's model and the state of the
// link, in numbered reports that are taken exactly once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace heed::machines {

using MachineId = Id<struct MachineTag>;

/// MTConnect part 1: sample, event or condition. Unknown for a source without a model.
enum class ItemCategory : std::uint8_t { kUnknown, kSample, kEvent, kCondition };

/// How an item's observations are told (MTConnect's representation). A series is its numbers with
/// blanks between, where the rate was told with it as in SHDR: count|rate|numbers. Sets and tables
/// are as in data_set.h.
enum class ItemForm : std::uint8_t { kValue, kSeries, kDataSet, kTable };

/// One data item of a machine. `key` is how its source names it (an SHDR key, a dataItemId).
struct DataItem {
  std::string key;
  std::string name;       ///< For a person; the key if the source gives none.
  std::string type;       ///< MTConnect type, e.g. "EXECUTION"; empty if unknown.
  std::string sub_type;   ///< e.g. "ACTUAL"
  std::string units;      ///< MTConnect units, e.g. "MILLIMETER/SECOND"
  std::string component;  ///< Path of component names, e.g. "Controller/Path"
  ItemCategory category = ItemCategory::kUnknown;
  bool discrete = false;  ///< Repeats are events of their own: never folded.
  ItemForm form = ItemForm::kValue;
  std::string statistic = {};  ///< AVERAGE, MAXIMUM, …; empty if it is no statistic.
  double sample_rate = 0;      ///< Hz, of a series; 0 if not known.

  bool is_set() const { return form == ItemForm::kDataSet || form == ItemForm::kTable; }
  auto operator<=>(const DataItem&) const = default;
};

/// What a source told beside a single value. Of what is stored the received line alone has it; who
/// reads the last observations by their numbers (agent_ring.h) is told it.
struct Beside {
  double seconds = 0;      ///< Over which a statistic was computed; 0 if that was not told.
  std::string reset = {};  ///< DAY, MAINTENANCE, …: an accumulated value begins anew with this one.

  bool operator==(const Beside&) const = default;
};

/// One thing a machine said.
struct Observation {
  std::string item;  ///< DataItem::key
  /// The source's timestamp; nothing if it came without (then its arrival counts).
  std::optional<Time> device;
  /// Exact text; nothing when the source said UNAVAILABLE. A condition is written as in SHDR:
  /// level|native code|severity|qualifier|text, the level in upper case. In the qualifier stands
  /// also what tells it from others of its code, where its source told such a word: HIGH id:c-17.
  std::optional<std::string> value;
  bool condition = false;
  /// Index into Report::raw of what was received, to the letter.
  std::uint32_t raw = 0;
  /// An asset (a tool, a fixture): its date is the asset's own, so it says nothing of where the
  /// machine's time is.
  bool asset = false;
  Beside beside = {};
};

/// A stretch that is known to be missing, with the reason in the protocol's own terms.
struct Gap {
  enum class Reason : std::uint8_t {
    kDisconnected,  ///< The link was down.
    kOutOfRange,    ///< The agent's buffer had wrapped before we came back.
    kRestarted,     ///< The agent or control started anew (instanceId changed).
    kMalformed,     ///< Bytes came that were no observations; `note` says what.
    kFiltered,      ///< The class filter kept them out; `lost` counts.
  };
  Reason reason = Reason::kDisconnected;
  Time from;               ///< Arrival time of the last good thing before it.
  Time to;                 ///< Arrival time of the first good thing after it.
  std::uint64_t lost = 0;  ///< Observations, where the protocol tells; else 0.
  std::string note;
};

/// The state of the link to a source, told when it changes.
struct Link {
  bool up = false;
  std::string words;  ///< For a person: "connected", "refused by 10.0.0.7:7878", …
};

struct Report {
  MachineId machine;
  /// Per machine, from 1, without holes; a resent report keeps its number.
  std::uint64_t number = 0;
  Time arrival;
  /// The source's own clock at the moment of sending, where the protocol tells (creationTime).
  std::optional<Time> source_clock;
  /// The first dump after connecting: values may be old.
  bool initial = false;
  /// A recording or import: placed by device time alone, never corrected to arrival.
  bool recording = false;
  std::vector<DataItem> model;  ///< All items, when the model was (re)learned; else empty.
  std::vector<Observation> observations;
  /// What was received, to the letter, each without its line end (LF or CR LF).
  std::vector<std::string> raw;
  std::vector<Gap> gaps;
  std::optional<Link> link;
  /// The driver's own place in the source's stream after this report (MTConnect: instanceId and
  /// next sequence); opaque to everyone else. Stored with the data in one transaction.
  std::string resume;
};

/// What became of a report.
struct Recorded {
  /// The report had been taken before, or came out of its turn; nothing changed.
  bool duplicate = false;
  /// The number of the last report taken: where the sender goes on.
  std::uint64_t last = 0;
  std::uint64_t stored = 0;  ///< Observations that were stored anew.
  std::uint64_t folded = 0;  ///< Exact repeats, not stored again.
};

/// Where a driver goes on after a restart.
struct Resume {
  std::uint64_t last_report = 0;
  std::string cursor;  ///< Report::resume of the last report that had one.
};

}  // namespace heed::machines
