// A connection to linuxcncrsh that only listens: greets, asks one round of queries after another,
// and tells what changed.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/control_session.h"
#include "wire/linuxcnc/query.h"
#include "wire/linuxcnc/status.h"

namespace heed::wire::linuxcnc {

/// Bytes of one answer. The longest that is asked for is a program's path.
inline constexpr std::size_t kLongestAnswer = 4096;
/// Answers that nobody asked for, kept between two calls of take_strange(); the rest is counted.
inline constexpr std::size_t kMostStrange = 64;

struct SessionOptions {
  /// From the start of one round to the start of the next.
  Duration period = Duration::milliseconds(500);
  /// What is still unanswered after this is asked again. With two clients at once linuxcncrsh was
  /// seen to lose a command (its threads share a tokenizer) and to answer the next one at once.
  Duration ask_again = Duration::seconds(3);
  /// A round, or the greeting, that takes longer is a dead connection.
  Duration answer_timeout = Duration::seconds(20);
  /// Also ask for errors, which takes them from the operator's screen (Query::kError).
  bool take_errors = false;
};

/// See ControlSession.
class Session final : public ControlSession {
 public:
  /// Connected at `now`; the greeting is ready to be sent.
  Session(const Greeting& greeting, SessionOptions options, Duration now);

  void on_bytes(BytesView bytes, Duration now) override;
  Duration deadline() const override;
  void on_time(Duration now) override;
  Bytes bytes_to_send() override;
  std::vector<Said> take_changes() override;
  std::string take_raw() override;
  std::vector<std::string> take_strange() override;
  std::uint64_t strange_lines() const { return strange_count_; }
  std::string_view dead() const override { return dead_; }
  std::uint64_t rounds() const override { return rounds_; }

 private:
  enum class State { kGreeting, kAsking, kResting };

  void on_line(std::string_view line, Duration now);
  void on_greeting(std::string_view line, Duration now);
  void on_answer(std::string_view line, Duration now);
  void answered(Query query, std::optional<std::string> text, Duration now);
  void begin_round(Duration now);
  void ask(Duration now);
  void say_strange(std::string_view line);
  bool is_echo(std::string_view line) const;

  const std::string greeting_;
  const SessionOptions options_;
  State state_ = State::kGreeting;
  Bytes outgoing_;
  std::string partial_;
  bool skipping_ = false;  // The rest of an answer beyond kLongestAnswer.
  Duration since_;         // Of the greeting or of the round.
  Duration asked_;         // What is open.
  std::bitset<kQueries> open_;
  std::bitset<kQueries> refused_;
  Answers answers_;
  Tracker tracker_;
  std::vector<Said> changes_;
  std::string raw_;
  std::vector<std::string> strange_;
  std::uint64_t strange_count_ = 0;
  std::uint64_t rounds_ = 0;
  std::string_view dead_;
};

}  // namespace heed::wire::linuxcnc
