// Everything that can be said to a Haas control, and what it answers to that.
//
// Machine Data Collection takes two kinds of lines over the same connection: Q commands read, E
// commands set macro variables. What we can say is closed: the Q commands below, whose texts are
// constants, and ?Q600 with a number. There is no function here that takes a command's text, and no
// E command.
//
// Sources: Haas, "Next Generation Control – Machine Data Collection" (the queries, the two
// connections that hear each other, ?Q100 that may have to be entered twice); what public clients
// of real controls know of the answers (bobvawter/mdcmux, mtconnect/adapter, TrakHound's adapter,
// Lemoine's HaasMDC). docs/machines/haas.md lists them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/macros.h"

namespace heed::wire::haas {

enum class Query : std::uint8_t {
  kSerialNumber,   ///< ?Q100
  kSoftware,       ///< ?Q101
  kModel,          ///< ?Q102
  kMode,           ///< ?Q104
  kToolChanges,    ///< ?Q200
  kTool,           ///< ?Q201
  kPowerOnTime,    ///< ?Q300
  kMotionTime,     ///< ?Q301
  kLastCycle,      ///< ?Q303
  kPreviousCycle,  ///< ?Q304
  kCounter1,       ///< ?Q402
  kCounter2,       ///< ?Q403
  kStatus,         ///< ?Q500
};
inline constexpr std::size_t kQueries = 13;

/// Some older controls take their queries without the question mark.
enum class Spelling : std::uint8_t { kQuestionMark, kPlain };

/// The whole command, with its line ending: "?Q104\r\n".
std::string command_text(Query query, Spelling spelling);
/// "?Q600 3901\r\n"
std::string command_text(MacroNumber macro, Spelling spelling);

/// A line that came from the control.
struct Answer {
  enum class Kind : std::uint8_t {
    kUnknown,  ///< None of the control's own answers.
    kValue,    ///< Of `query`.
    kMacro,    ///< Of the variable `macro`, or of one that the control does not name.
    kRefusal,  ///< It does not know, or have, what was asked.
    kWritten,  ///< Somebody set a variable.
  };
  Kind kind = Kind::kUnknown;
  Query query = Query::kStatus;
  std::optional<std::uint32_t> macro;
  /// What follows the first word; of kStatus the whole line. A part of the line.
  std::string_view text;
};

/// `line` is without its frame (STX, ETB, line end, prompt).
Answer read_answer(std::string_view line);

}  // namespace heed::wire::haas
