// A connection to a Marlin control that only asks: over a serial line, or a serial server.
//
// One query at a time, the next after the ack of the one before: each takes a place in the
// control's queue of four, which a print needs.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "wire/control_session.h"
#include "wire/line_reader.h"
#include "wire/marlin/query.h"
#include "wire/marlin/tracker.h"

namespace heed::wire::marlin {

/// Bytes of one line. The longest is the answer to M115, some 300.
inline constexpr std::size_t kLongestLine = 1'024;
/// Lines that say nothing, kept between two calls of take_strange().
inline constexpr std::size_t kMostStrange = 64;

struct SessionOptions {
  /// From the start of one round to the start of the next.
  Duration period = Duration::seconds(1);
  /// Without a line for so long the query is taken as lost (a board that began anew) and repeated.
  Duration ask_again = Duration::seconds(4);
  /// No line at all: no Marlin. Boards begin anew when their line is opened, and some wait ten
  /// seconds for their card.
  Duration first_answer = Duration::seconds(30);
  /// No line for so long, a busy one included: Marlin says every two seconds that it is busy.
  Duration answer_timeout = Duration::seconds(60);
};

/// {"period_ms": 500 to 60000}. kInvalid, with the field and the mend.
Result<SessionOptions> options_of(const Json& settings);

/// See ControlSession.
class Session final : public ControlSession {
 public:
  /// Connected at `now`; the first query is ready to be sent.
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
  void begin_round(Duration now);
  void ask_next(Duration now);
  void send(Query query, Duration now);
  void on_line(std::string_view line, Duration now);
  void on_ack(Duration now);
  bool on_own_words(std::string_view line, Duration now);
  void take_firmware(std::string_view line);
  Duration give_up() const;

  const SessionOptions options_;
  LineReader lines_{kLongestLine};
  Tracker tracker_;
  Bytes outgoing_;
  std::optional<Query> open_;
  std::bitset<kQueries> due_;      // In this round.
  std::bitset<kQueries> unknown_;  // The control does not have them.
  bool known_ = false;             // M115 was answered.
  bool heard_ = false;
  std::size_t unacked_ = 0;  // Sent, also again; a late ack is no stranger's.
  Duration round_since_;
  Duration asked_;
  Duration heard_at_;
  std::string raw_;
  std::vector<SaidItem> items_;
  std::vector<std::string> strange_;
  std::vector<std::string> steps_;
  std::string_view dead_;
  std::uint64_t rounds_ = 0;
};

}  // namespace heed::wire::marlin
