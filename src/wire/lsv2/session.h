// A connection to a Heidenhain control that only listens: logs in, asks one request after another,
// in rounds, and tells what changed.
//
// An answer does not say what it answers, so there is never more than one request open, and none is
// sent twice: an answer of another kind, or of a length that its request cannot have, ends the
// connection, and the next one begins in step again.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "wire/control_session.h"
#include "wire/lsv2/status.h"
#include "wire/lsv2/telegram.h"

namespace heed::wire::lsv2 {

struct SessionOptions {
  /// From the start of one round to the start of the next.
  Duration period = Duration::milliseconds(500);
  /// No answer to the first login, or to a later request, within this: a dead connection.
  Duration greeting_timeout = Duration::seconds(4);
  Duration answer_timeout = Duration::seconds(10);
};

/// See ControlSession.
class Session final : public ControlSession {
 public:
  /// Connected at `now`; the first login is ready to be sent.
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
  void on_telegram(const Telegram& telegram, Duration now);
  void on_granted(const Telegram& telegram, Duration now);
  void on_refused(Refusal refusal, Duration now);
  void ask(Request request, Duration now);
  void go_on(Duration now);
  void end_of_errors();
  bool told(Request request) const { return !refused_.test(static_cast<std::size_t>(request)); }

  const SessionOptions options_;
  Tracker tracker_;
  Bytes outgoing_;
  Bytes received_;
  std::optional<Request> open_;  // Nothing: resting.
  Duration asked_;
  Duration round_began_;
  std::size_t errors_in_round_ = 0;
  std::bitset<kRequests> refused_;
  bool heard_ = false;
  bool in_ = false;  // Logged in, and may see what it does.
  bool items_told_ = false;
  std::string raw_;
  std::vector<std::string> steps_;
  std::vector<std::string> strange_;
  std::uint64_t rounds_ = 0;
  std::string dead_;
};

}  // namespace heed::wire::lsv2
