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
  kModalM,  ///< #4113
  kModalT,  ///< #4120
};
inline constexpr std::size_t kAsks = 18;
Request request_of(Ask ask);
/// For a person: "the spindle's speed".
std::string_view words_of(Ask ask);

/// The values of one round; nothing where the control refused. Views into its answers.
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
///   alarm        a FAULT for each kind of alarm that is on (SV: servo alarm, …); its text is not
///                read, as no description of that answer is public
class Tracker {
 public:
  explicit Tracker(std::vector<Macro> macros);
  /// Of the identity and the axes' answers; both may be empty.
  void learn(BytesView identity, BytesView axis_names);
  /// "FANUC 31i-M, series G421, version 39.0": as the control calls itself.
  std::string identity() const { return identity_; }
  std::vector<SaidItem> items() const;
  std::vector<Said> take(const Round& round);

 private:
  void say(std::string_view key, std::optional<std::string> value);
  void take_status(const Round& round);
  void take_programs(const Round& round);
  void take_numbers(const Round& round);
  void take_axes(const Round& round);
  void take_alarms(const Round& round);

  const std::vector<Macro> macros_;
  const bool counts_by_macro_;
  std::string identity_;
  std::vector<std::string> axes_;
  std::map<std::string, std::optional<std::string>, std::less<>> last_;
  std::optional<std::uint32_t> last_alarms_;
  std::vector<Said> changes_;
};

/// See wire/macros.h.
Result<std::vector<Macro>> macros_of(const Json& settings);

}  // namespace heed::wire::fanuc
