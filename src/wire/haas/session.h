// A connection to a Haas control that only listens: asks one question after another, in rounds, and
// tells what changed.
//
// The control sends every answer to both of its connections, so that another program's answers come
// here too. Most of them name what they answer and are as true for us as for the other. Only
// `MACRO, 380.000000` of the newer control does not: it counts once it is certain that it is ours.
// Answers come in the order in which the control took the questions, so if an answer that we took
// for ours was the other's, then ours is still to come. Therefore such a value is held back until
// the round is over and it has been quiet for SessionOptions::settle; if one MACRO answer more came
// than we asked for, none of the round counts, and the next round asks again.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/control_session.h"
#include "wire/haas/query.h"
#include "wire/haas/status.h"

namespace heed::wire::haas {

/// Bytes of one answer. The longest that is asked for is a program's name.
inline constexpr std::size_t kLongestAnswer = 512;
/// Answers that nobody asked for, kept between two calls of take_strange(); the rest is counted.
inline constexpr std::size_t kMostStrange = 64;
/// Refused so often in a row, a question is not asked again: the control does not know it. More
/// than once, because what the control refuses another program is heard here too.
inline constexpr int kRefusals = 3;

struct SessionOptions {
  enum class Line : std::uint8_t { kNetwork, kSerial };
  Line line = Line::kNetwork;
  /// From the start of one round to the start of the next. A control that needs longer than that is
  /// left alone for a quarter of the time that its round took: its line serves others too.
  Duration period = Duration::milliseconds(500);
  /// How often the timers and counters are asked for, which only a table shows.
  Duration slow_period = Duration::seconds(10);
  /// See above.
  Duration settle = Duration::milliseconds(150);
  /// A variable that could not be told apart for so long has no value any more.
  Duration unclear = Duration::seconds(60);
  /// What is unanswered after this, or after three times the slowest answer, is asked again.
  Duration ask_again = Duration::seconds(2);
  /// The greeting is repeated after this: the first query after connecting may go unheard.
  Duration greet_again = Duration::seconds(1);
  /// No greeting within this, or no answer: a dead connection.
  Duration greeting_timeout = Duration::seconds(4);
  Duration answer_timeout = Duration::seconds(15);
};

/// For a serial line: the controls that have one may take seconds for an answer.
SessionOptions serial_options();

/// See ControlSession.
class Session final : public ControlSession {
 public:
  /// Connected at `now`; the greeting is ready to be sent.
  Session(std::vector<Macro> macros, SessionOptions options, Duration now);

  void on_bytes(BytesView bytes, Duration now) override;
  Duration deadline() const override;
  void on_time(Duration now) override;
  Bytes bytes_to_send() override { return std::exchange(outgoing_, {}); }
  std::vector<Said> take_changes() override { return tracker_.take_changes(); }
  std::string take_raw() override { return std::exchange(raw_, {}); }
  std::vector<SaidItem> take_items() override;
  std::vector<std::string> take_strange() override { return std::exchange(strange_, {}); }
  std::vector<std::string> take_steps() override { return std::exchange(steps_, {}); }
  std::uint64_t strange_lines() const { return strange_count_; }
  std::string_view dead() const override { return dead_; }
  std::uint64_t rounds() const override { return rounds_; }

 private:
  enum class State : std::uint8_t { kGreeting, kAsking, kSettling, kResting };

  /// A query or a variable, and how it is doing.
  struct Question {
    std::optional<Query> query;
    std::size_t macro = 0;  ///< Where there is no query.
    Duration every = {};    ///< Zero: in every round; max(): once.
    Duration due = {};
    int refusals = 0;     ///< In a row.
    bool known = true;    ///< Else the control refused it too often.
    Duration clear = {};  ///< When a variable's value was certain last.
    int unclear = 0;      ///< Rounds since then in which it was not.
    std::optional<std::string> held_back = {};
  };

  void on_line(std::string_view line, Duration now);
  void on_value(const Answer& answer, std::string_view line, Duration now);
  void on_macro(const Answer& answer, std::string_view line, Duration now);
  void on_refusal(std::string_view text, Duration now);
  void refused(Duration now);
  void greet(Duration now);
  void greeted(std::string_view serial_number, Duration now);
  void begin_round(Duration now);
  void ask_next(Duration now);
  void ask_again(Duration now);
  void done_with_open(Duration now);
  void settle(Duration now);
  void take_for_another(std::optional<Query> query);
  void say_strange(std::string_view line);
  std::string text_of(const Question& question) const;
  bool is_repeated_by_control(std::string_view line) const;
  Duration patience() const;
  std::string why_no_greeting() const;

  const std::vector<Macro> macros_;
  const SessionOptions options_;
  Tracker tracker_;
  Spelling spelling_ = Spelling::kQuestionMark;
  State state_ = State::kGreeting;
  Bytes outgoing_;
  std::string partial_;
  bool skipping_ = false;  // The rest of an answer beyond kLongestAnswer.

  std::vector<Question> questions_;  // The status is the last one, and ends every round.
  std::size_t turn_ = 0;             // Where the round, or the next one, goes on.
  std::optional<std::size_t> open_;
  Duration open_since_;  // Of the greeting or of the open question.
  Duration asked_;       // When it was sent last.
  Duration slowest_;
  Duration round_began_;
  Duration round_ended_;
  bool asked_in_round_ = false;  // More than the status.
  bool repeated_ = false;  // The control sent the open question back, and nothing yet after it.
  bool macros_unclear_ = false;
  std::optional<std::size_t> asked_twice_;  // It may be answered twice, too.

  bool greeted_ = false;
  bool spelling_proven_ = false;
  bool items_told_ = false;
  bool unclear_told_ = false;
  bool other_reader_ = false;
  std::string heard_first_;
  std::string raw_;
  std::vector<std::string> steps_;
  std::vector<std::string> strange_;
  std::uint64_t strange_count_ = 0;
  std::uint64_t rounds_ = 0;
  std::string dead_;
};

}  // namespace heed::wire::haas
