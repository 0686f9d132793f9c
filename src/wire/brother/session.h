// A connection to a Brother control that only listens: reads one data file after another, in
// rounds, and tells what changed.
//
// The control raises an alarm of its own when a second command comes before it has answered the
// first (CM7522), or a second connection (CM7532). So one command is open at a time, none is sent
// twice, and there is a pause between an answer and the next command.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/brother/frame.h"
#include "wire/brother/status.h"
#include "wire/control_session.h"

namespace heed::wire::brother {

/// Refused so often in a row, a file is not asked for again: the control does not have it.
inline constexpr int kRefusals = 3;

struct SessionOptions {
  /// From the start of one round to the start of the next.
  Duration period = Duration::seconds(2);
  /// How often the counters are read.
  Duration slow_period = Duration::seconds(10);
  /// Between an answer and the next command.
  Duration pause = Duration::milliseconds(200);
  /// No answer to the first command, or to a later one, within this: a dead connection.
  Duration greeting_timeout = Duration::seconds(4);
  Duration answer_timeout = Duration::seconds(10);
};

/// See ControlSession.
class Session final : public ControlSession {
 public:
  /// Connected at `now`; the first command is ready to be sent.
  Session(SessionOptions options, Duration now);

  void on_bytes(BytesView bytes, Duration now) override;
  Duration deadline() const override;
  void on_time(Duration now) override;
  Bytes bytes_to_send() override { return std::exchange(outgoing_, {}); }
  std::vector<Said> take_changes() override { return tracker_.take_changes(); }
  std::string take_raw() override { return std::exchange(raw_, {}); }
  std::vector<SaidItem> take_items() override;
  std::vector<std::string> take_strange() override { return std::exchange(strange_, {}); }
  std::vector<std::string> take_steps() override { return std::exchange(steps_, {}); }
  std::string_view dead() const override { return dead_; }
  std::uint64_t rounds() const override { return rounds_; }

 private:
  struct Reading {
    File file;
    Duration every = {};  ///< Zero: in every round; max(): once.
    Duration due = {};
    int refusals = 0;  ///< In a row.
  };

  void on_answer(const Answer& answer, Duration now);
  void on_refused(std::string_view code);
  void ask(Duration now);
  void done_with_open(Duration now);

  const SessionOptions options_;
  Tracker tracker_;
  Bytes outgoing_;
  Bytes received_;
  std::vector<Reading> readings_;
  std::size_t turn_ = 0;  // Of readings_: the open one, or the next.
  bool open_ = false;
  Duration asked_;
  Duration answered_;
  Duration round_began_;
  bool heard_ = false;
  bool items_told_ = false;
  std::string raw_;
  std::vector<std::string> steps_;
  std::vector<std::string> strange_;
  std::uint64_t rounds_ = 0;
  std::string dead_;
};

}  // namespace heed::wire::brother
