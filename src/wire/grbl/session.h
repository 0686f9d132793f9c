// A connection to a Grbl control that only asks how it is: over a serial line, or a serial server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "wire/control_session.h"
#include "wire/grbl/query.h"
#include "wire/grbl/status.h"
#include "wire/line_reader.h"

namespace heed::wire::grbl {

/// Bytes of one line. Grbl's longest is a status report of some 150.
inline constexpr std::size_t kLongestLine = 1'024;
/// Lines that say nothing, kept between two calls of take_strange(); the rest is not.
inline constexpr std::size_t kMostStrange = 64;

struct SessionOptions {
  Duration period = Duration::milliseconds(250);
  /// The control reports inches ($13=1).
  bool inches = false;
  /// A question is repeated after this.
  Duration ask_again = Duration::seconds(2);
  /// Told as a step while nothing was ever answered.
  Duration tell_silence = Duration::seconds(4);
  /// No status at all: no Grbl. An Arduino begins anew when its line is opened, which takes two
  /// seconds; boards with a radio take longer.
  Duration first_answer = Duration::seconds(20);
  /// While it homes or writes its settings Grbl answers nothing.
  Duration answer_timeout = Duration::seconds(90);
};

/// {"period_ms": 200 to 60000, "inches": false}. kInvalid, with the field and the mend.
Result<SessionOptions> options_of(const Json& settings);

/// See ControlSession. A round is one status report.
class Session final : public ControlSession {
 public:
  /// Connected at `now`; the first question is ready to be sent.
  Session(SessionOptions options, Duration now);

  void on_bytes(BytesView bytes, Duration now) override;
  Duration deadline() const override;
  void on_time(Duration now) override;
  Bytes bytes_to_send() override;
  std::vector<Said> take_changes() override { return tracker_.take_changes(); }
  std::string take_raw() override;
  std::vector<SaidItem> take_items() override;
  std::vector<std::string> take_strange() override;
  std::vector<std::string> take_steps() override;
  std::string_view dead() const override { return dead_; }
  std::uint64_t rounds() const override { return rounds_; }

 private:
  void ask(Duration now);
  void on_line(std::string_view line);
  bool on_report(std::string_view line);
  Duration give_up() const;

  const SessionOptions options_;
  LineReader lines_{kLongestLine};
  Tracker tracker_;
  Bytes outgoing_;
  bool open_ = false;      // A question without its answer.
  Duration asked_;         // The latest question.
  Duration silent_since_;  // The first question without an answer.
  bool silence_told_ = false;
  std::string raw_;
  std::vector<SaidItem> items_;
  std::vector<std::string> strange_;
  std::vector<std::string> steps_;
  std::string_view dead_;
  std::uint64_t rounds_ = 0;
};

}  // namespace heed::wire::grbl
