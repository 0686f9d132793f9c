// Everything that can be said to a LinuxCNC control, as text.
//
// linuxcncrsh takes commands that move the machine over the same connection, so what we can say is
// closed: one greeting and the queries below, whose texts are constants. There is no function here
// that takes a command's text. Left out on purpose:
//   set …, shutdown            they write, or need `set enable`, which we never send;
//   get spindle, get brake, get spindle_override
//                              they crash the server (LinuxCNC issue #3180, still open), and where
//                              it is the control's display, the control with it;
//   get operator_text, get operator_display
//                              each message is handed to one reader only: see Query::kError.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace heed::wire::linuxcnc {

enum class Query : std::uint8_t {
  kEstop,
  kMachine,
  kMode,
  kProgram,
  kProgramStatus,
  kProgramLine,
  kTool,
  kFeedOverride,
  kAbsActPos,
  kJointHomed,
  kJointLimit,
  kJointFault,
  /// LinuxCNC's errors are a queue that hands each to one reader: who asks takes it from the
  /// operator's screen. Asked only where SessionOptions::take_errors says that nobody else looks.
  kError,
};
inline constexpr std::size_t kQueries = 13;

/// The whole command, with its line ending: "get estop\r\n".
std::string_view command_text(Query query);
/// The first word of its answer: "ESTOP".
std::string_view answer_word(Query query);
/// The query that `word` answers; nothing for any other word.
std::optional<Query> query_of(std::string_view word);

/// Bytes in each of the greeting's words.
inline constexpr std::size_t kLongestGreetingWord = 64;

/// The only command with words from outside: `hello <password> <client> 1.0`. A word is printable
/// ASCII without blanks, so that no password can end the line and begin a command of its own.
class Greeting {
 public:
  /// kInvalid if a word is empty, too long or holds anything else.
  static Result<Greeting> with(std::string_view password, std::string_view client);
  std::string_view text() const { return text_; }

 private:
  explicit Greeting(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace heed::wire::linuxcnc
