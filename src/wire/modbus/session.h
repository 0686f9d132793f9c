// A connection to a Modbus TCP box that only reads: one request after another, in rounds.
//
// Never two requests at once: many boxes serve one, and a serial gateway cannot do more.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/control_session.h"
#include "wire/modbus/answer.h"
#include "wire/modbus/settings.h"
#include "wire/modbus/tracker.h"

namespace heed::wire::modbus {

/// A request without an answer is a dead connection after this: a serial gateway's own time-out is
/// one to three seconds, and who tries a new machine waits for five.
inline constexpr Duration kAnswerTimeout = Duration::seconds(4);
/// Frames that nobody asked for, kept between two calls of take_strange().
inline constexpr std::size_t kMostStrange = 64;

/// The settings' inputs in as few requests as there can be without reading a place that nobody
/// named: a box may refuse a whole request for one place that it does not have.
std::vector<ReadRequest> plan(const std::vector<Input>& inputs);

/// See ControlSession.
class Session final : public ControlSession {
 public:
  /// Connected at `now`; the first request is ready to be sent. `count` is kept over connections.
  Session(std::shared_ptr<const Settings> settings, std::shared_ptr<Count> count, Duration now);

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
  void ask(Duration now);
  void on_frame(const Frame& frame, Duration now);
  void keep(const ReadRequest& request, const Answer& answer);
  void end_round(Duration now);

  const std::shared_ptr<const Settings> settings_;
  const std::vector<ReadRequest> plan_;
  FrameReader reader_;
  Tracker tracker_;
  Bytes outgoing_;
  std::size_t next_ = 0;  // The request of the plan that is open, or the first of the next round.
  bool open_ = false;
  std::uint16_t transaction_ = 0;
  Duration round_since_;
  Duration asked_;
  Found found_;
  std::vector<Said> changes_;
  std::vector<SaidItem> items_;
  std::string raw_;
  std::vector<std::string> strange_;
  std::vector<std::string> steps_;
  std::vector<std::string> step_told_;  // By request: the refusal that was told last.
  std::string dead_;
  std::uint64_t rounds_ = 0;
};

}  // namespace heed::wire::modbus
