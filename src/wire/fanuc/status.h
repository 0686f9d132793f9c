// What a FANUC control answers → what it means, in MTConnect's words.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/control_session.h"
#include "wire/fanuc/request.h"
#include "wire/macros.h"

namespace heed::wire::fanuc {

inline constexpr std::size_t kMostAxes = 32;
/// What a control of several paths tells is learned in one frame with what it is itself.
inline constexpr std::size_t kMostPaths = kMostRequests - 1;

/// What every round asks for beside the customer's variables.
enum class Ask : std::uint8_t {
  kStatus,
  kAlarms,
  kPrograms,
  kSequence,
  kFeed,
  kSpindle,
  kPosition,
  kServoLoad,
  kProgramName,
  kFeedOverride,
  kParts,        ///< parameter 6711
  kTotalParts,   ///< parameter 6712
  kWorkingRest,  ///< parameter 6751: milliseconds of automatic operation beside …
  kWorking,      ///< parameter 6752: … its minutes
  kCuttingRest,  ///< parameters 6753 and 6754: the same of cutting
  kCutting,
  kModalM,      ///< #4113
  kModalT,      ///< #4120
  kAlarmTexts,  ///< Only while there are alarms.
};
inline constexpr std::size_t kAsks = 19;
/// `path` from 1.
Request request_of(Ask ask, std::uint16_t path);
/// For a person: "the spindle's speed".
std::string_view words_of(Ask ask);

/// The values of a path's round; nothing where the control refused. Views into its answers.
struct Round {
  std::array<std::optional<BytesView>, kAsks> of;
  std::vector<std::optional<BytesView>> macros;  ///< As the customer's are numbered.
};

/// Not thread-safe. A value that cannot be read counts as not told.
///
///   avail        AVAILABLE as soon as a round is complete
///   estop        TRIGGERED where the status says EMERGENCY, else ARMED
///   mode         AUTOMATIC of MEM and RMT; MANUAL_DATA_INPUT; EDIT; MANUAL of the rest
///   execution    ACTIVE of STRT and MSTR; FEED_HOLD of HOLD; of STOP, what the last M code says:
///                PROGRAM_STOPPED (M0), OPTIONAL_STOP (M1), PROGRAM_COMPLETED (M2, M30), else
///                INTERRUPTED (a single block ended); of a reset control PROGRAM_COMPLETED after
///                M2 and M30, else READY
///   program      the main program: its name where the control tells one, else O and its number
///   subprogram   the one that runs, O and its number
///   line, tool, feed, spindle_speed, feed_override, parts, total_parts,
///   working_time and cutting_time, in seconds
///   X_abs, X_load … of each axis by its name
///   and an item for each macro; where one is the part_count, it is told instead of parts
///   alarm        a FAULT for each alarm that is on, by its kind, number and axis: SV0401(X), with
///                its text; of a control that does not tell them, for each kind that is on (SV:
///                servo alarm, …)
///
/// Of a path after the first: mode, execution, programs, line, tool, feed, override, spindle,
/// parts, axes and alarms, each with _path2 behind its key. What decides the machine's state is
/// what is told first (docs/STATES.md §2): path 1; faults of all paths count.
class Tracker {
 public:
  /// `path` from 1; a later one has no macros.
  explicit Tracker(std::vector<Macro> macros, std::size_t path = 1);
  /// May be empty.
  void learn_axes(BytesView axis_names);
  std::vector<SaidItem> items() const;
  std::vector<Said> take(const Round& round);

 private:
  void say(std::string_view key, std::optional<std::string> value);
  std::string key_of(std::string_view key) const { return std::string(key) + suffix_; }
  void take_status(const Round& round);
  void take_programs(const Round& round);
  void take_numbers(const Round& round);
  void take_axes(const Round& round);
  void take_alarms(const Round& round);

  using Alarms = std::map<std::string, std::string, std::less<>>;  ///< Texts by code.
  Alarms told_alarms(const Round& round, std::uint32_t kinds) const;

  const std::vector<Macro> macros_;
  const bool counts_by_macro_;
  const std::size_t path_;
  const std::string suffix_;
  std::vector<std::string> axes_;
  std::map<std::string, std::optional<std::string>, std::less<>> last_;
  std::optional<Alarms> last_alarms_;
  std::vector<Said> changes_;
};

/// "FANUC 31i-M, series G421, version 39.0": as the control calls itself; empty if it does not.
std::string identity_of(BytesView identity);
/// Whether a control that calls itself so has more than one path. Newer ones do not say.
bool tells_of_paths(BytesView identity);

struct Settings {
  std::vector<Macro> macros;  ///< See wire/macros.h.
  std::size_t paths = 1;
};
/// {"macros":[…], "paths":2}
Result<Settings> settings_of(const Json& settings);

}  // namespace heed::wire::fanuc
