// What a Heidenhain control answers → what it means, in MTConnect's words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "wire/control_session.h"
#include "wire/lsv2/telegram.h"

namespace heed::wire::lsv2 {

/// Errors that stand at the same time; what comes beyond them is left out.
inline constexpr std::size_t kMostErrors = 32;

/// Answers → what changed since the ones before. The keys:
///
///   avail             AVAILABLE as soon as the control tells what it does
///   mode              MANUAL, MANUAL_DATA_INPUT, SEMI_AUTOMATIC, AUTOMATIC   of R_RI 23: manual
///   and
///                     passing references; MDI; single step; automatic
///   execution         ACTIVE, INTERRUPTED, PROGRAM_COMPLETED, STOPPED, READY  of R_RI 26: started;
///                     stopped, interrupted; finished; cancelled, error, error cleared; idle
///   program, subprogram   names of the files without their folders; line
///   feed_override, spindle_override, rapid_override    per cent
///   tool_number           iTNC alone tells it
///   system_cond           the errors that stand, by number: FAULT while the program's state is
///                         error, else WARNING. Controls that tell no errors: FAULT ERROR for the
///                         time of that state.
///
/// A state that is not in this table is unavailable. Not thread-safe.
class Tracker {
 public:
  static std::vector<SaidItem> items();

  /// The data of an answer. False if it cannot be of this request; then nothing changed.
  bool take(Request request, BytesView data);
  /// All errors of this round were taken; `told` is false if the control does not tell any.
  void take_end_of_errors(bool told);
  std::vector<Said> take_changes() { return std::exchange(changes_, {}); }

 private:
  struct Error {
    std::string level;
    std::string details;  ///< severity|qualifier|text
    bool operator==(const Error&) const = default;
  };

  void say(std::string_view key, std::optional<std::string> value);
  bool take_mode(BytesView data);
  bool take_state(BytesView data);
  bool take_program(BytesView data);
  bool take_overrides(BytesView data);
  bool take_error(BytesView data);
  bool take_tool(BytesView data);

  std::map<std::string, std::optional<std::string>, std::less<>> last_;
  std::vector<Said> changes_;
  bool in_error_ = false;
  std::map<std::string, Error> coming_;
  std::map<std::string, Error> standing_;
  bool conditions_told_ = false;
};

}  // namespace heed::wire::lsv2
