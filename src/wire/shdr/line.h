// One SHDR line → what it says. `2016-10-31T09:08:36.189Z|execution|ACTIVE|line|12`
//
// SHDR does not say what kind of item a key is; only a device model can. Without one the parser
// takes what the shape of the line proves and says `needs_model` where it had to choose:
//
//   time|key|value[|key|value]…              values
//   time|key|LEVEL|code|severity|qualifier|text   a condition (docs/STATES.md §2: seven fields, and
//                                            LEVEL is NORMAL, WARNING, FAULT or UNAVAILABLE)
//   time|key|code|text                       a message: four fields cannot be pairs
//   time|key|count|rate|v v v                a time series: `count` numbers follow
//   time|@ASSET@|id|type|body …              an asset command
//   * key: value                             about the adapter itself, or PING and PONG
//
// A data set (`a=1 b={x y}`) is a value like any other until a model says so: see data_set.h.
// Sources: MTConnect part 5 / mtcup Protocol.md; quoting as the reference agent reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/shdr/splitter.h"

namespace heed::wire::shdr {

/// Fields on one line; the recorded machines have at most 91 and mostly 3.
inline constexpr std::size_t kMostFields = 4096;

/// The first field of a line. Empty when it came without a time: then its arrival counts.
struct Stamp {
  std::optional<Time> time;
  /// Since the adapter started (`* relativeTime`): milliseconds on the wire.
  std::optional<Duration> relative;
  /// `@seconds` after the time: how long what is said took.
  std::optional<Duration> lasted;
  auto operator<=>(const Stamp&) const = default;
};

enum class Level : std::uint8_t { kNormal, kWarning, kFault, kUnavailable };
/// NORMAL, WARNING, FAULT, UNAVAILABLE.
std::string_view words(Level level);

enum class EntryKind : std::uint8_t { kValue, kCondition, kMessage, kTimeSeries };

/// One thing said about one key. The views live as long as the text that was parsed and the Line.
struct Entry {
  EntryKind kind = EntryKind::kValue;
  /// The value, the text of a condition or message, or the numbers of a time series. Blanks at
  /// both ends are off, quotes are opened.
  std::string_view value;
  std::string_view key;
  std::string_view device;         ///< Of `device:key`; else empty.
  std::string_view native_code;    ///< Condition and message.
  std::string_view severity;       ///< Condition.
  std::string_view qualifier;      ///< Condition.
  Level level = Level::kNormal;    ///< Condition.
  std::uint32_t sample_count = 0;  ///< Time series.
  double sample_rate = 0;          ///< Time series, per second; 0 if not told.

  /// A value, or a condition's level, of UNAVAILABLE in any case.
  bool unavailable() const;
  bool operator==(const Entry&) const = default;
};

/// A condition as an observation's value: LEVEL|code|severity|qualifier|text, fields as they came.
std::string condition_text(const Entry& condition);

struct AssetCommand {
  enum class Kind : std::uint8_t { kAsset, kUpdate, kRemove, kRemoveAll, kDevice };
  Kind kind = Kind::kAsset;
  std::string_view id;    ///< Not of kRemoveAll and kDevice.
  std::string_view type;  ///< kAsset, and kRemoveAll where it removes one type only.
  std::string_view body;  ///< The XML; of kUpdate the `key|value` fields, raw.
  bool operator==(const AssetCommand&) const = default;
};

/// `* key: value`
struct Command {
  std::string_view key;
  std::string_view value;
  bool operator==(const Command&) const = default;
};

enum class LineKind : std::uint8_t { kObservations, kAsset, kCommand, kPing, kPong, kMalformed };

/// Why a line, or the end of one, could not be read.
enum class Flaw : std::uint8_t {
  kNone,
  kTooLong,              ///< Longer than kLongestLine or kLongestAsset.
  kCut,                  ///< The connection ended inside it.
  kNoFields,             ///< No `|` in it, and no `*` before it.
  kTimestamp,            ///< The first field is no time.
  kNothingSaid,          ///< A time and nothing after it.
  kKeyWithoutValue,      ///< The last key has no value.
  kEmptyKey,             ///< A value whose key is empty.
  kTooManyFields,        ///< More than kMostFields.
  kUnknownAssetCommand,  ///< `@…` that is no asset command.
  kAssetIncomplete,      ///< An asset command without its id, type or body.
};
/// A sentence's worth for a person: "the first field is no time".
std::string_view words(Flaw flaw);

/// Movable; the views inside stay good as long as the parsed text does.
struct Line {
  LineKind kind = LineKind::kObservations;
  /// kMalformed lines have one; so may kObservations, whose entries before the flaw are good.
  Flaw flaw = Flaw::kNone;
  /// The shape of the line fits more than one reading; `fields` has them all.
  bool needs_model = false;
  Stamp stamp;
  std::vector<Entry> entries;            ///< kObservations
  AssetCommand asset;                    ///< kAsset
  Command command;                       ///< kCommand; of kPong the value.
  std::vector<std::string_view> fields;  ///< After the stamp, of kObservations.

  Line() = default;
  Line(Line&&) = default;
  Line& operator=(Line&&) = default;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() = default;

 private:
  friend class FieldReader;
  friend void parse_line(RawLine raw, Line& into);
  void prepare(std::size_t size);
  std::vector<char> opened_;  // Values whose escapes were resolved; never grows while in use.
};

/// Reads any line: what cannot be read is a Line of kMalformed. The result's views point into
/// `raw.text`. About 0.1 µs a line.
Line parse_line(RawLine raw);
/// The same, into a Line whose memory is used again.
void parse_line(RawLine raw, Line& into);
/// A line that is known to be whole.
inline Line parse_line(std::string_view text) {
  return parse_line(RawLine{.kind = RawLine::Kind::kWhole, .text = text});
}

/// The entries as lines that parse_line reads back to equal entries, each ended by LF: values
/// share a line where that cannot be misread, everything else has one of its own. Line ends inside
/// a value become blanks, for which SHDR has no escape.
std::string format_line(const Stamp& stamp, std::span<const Entry> entries);

}  // namespace heed::wire::shdr
