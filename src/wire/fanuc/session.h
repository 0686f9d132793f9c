// A connection to a FANUC control's embedded Ethernet that only reads.
#pragma once

#include <string>
#include <vector>

#include "wire/control_session.h"
#include "wire/fanuc/status.h"

namespace heed::wire::fanuc {

struct SessionOptions {
  /// From the start of one round to the start of the next.
  Duration period = Duration::milliseconds(500);
  /// A frame that is not answered within this is of a dead connection.
  Duration answer_timeout = Duration::seconds(10);
  std::vector<Macro> macros;  ///< At most kMostMacros; of path 1.
  std::size_t paths = 1;      ///< At most kMostPaths.
};

/// Opens, learns the control's name and the axes of its paths, then asks in rounds of a few frames,
/// one at a time. A path that is not there is told and not asked for again. What the control
/// refuses is not asked again on this connection. See ControlSession.
class Session final : public ControlSession {
 public:
  Session(SessionOptions options, Duration now);

  void on_bytes(BytesView bytes, Duration now) override;
  Duration deadline() const override;
  void on_time(Duration now) override;
  Bytes bytes_to_send() override;
  std::vector<Said> take_changes() override;
  std::string take_raw() override;
  std::vector<SaidItem> take_items() override;
  std::vector<std::string> take_strange() override;
  std::vector<std::string> take_steps() override;
  std::string_view dead() const override { return dead_; }
  std::uint64_t rounds() const override { return rounds_; }

 private:
  enum class State { kOpening, kLearning, kAsking, kResting };
  struct Question {
    std::size_t path = 0;    ///< Index into trackers_,
    std::optional<Ask> ask;  ///< and what of it, or
    std::size_t macro = 0;   ///< which of the customer's variables.
    bool refused = false;
    std::optional<Bytes> value;
  };

  void on_frame(const Frame& frame, Duration now);
  void on_learned(BytesView payload, Duration now);
  void on_answers(BytesView payload, Duration now);
  void begin_round(Duration now);
  void ask_next(Duration now);
  void end_round();
  std::vector<Request> learning() const;
  void set_questions();
  Request request(const Question& question) const;
  bool has_alarms(std::size_t path) const;
  void tell_refused(Question& question, std::int16_t error);
  void die(std::string words);

  const SessionOptions options_;
  State state_ = State::kOpening;
  Bytes outgoing_;
  Bytes partial_;
  Duration round_since_;
  Duration asked_;
  std::vector<std::size_t> asked_questions_;
  std::size_t next_question_ = 0;
  std::vector<Question> questions_;
  std::string raw_;
  std::vector<Tracker> trackers_;  ///< By path.
  std::vector<Said> changes_;
  std::vector<SaidItem> items_;
  std::vector<std::string> strange_;
  std::vector<std::string> steps_;
  std::uint64_t rounds_ = 0;
  std::string dead_;
};

}  // namespace heed::wire::fanuc
