#include "box/control_driver.h"

#include "box/absence.h"
#include "box/item_models.h"
#include "box/reconnect.h"
#include "box/report_builder.h"

namespace heed::box {
namespace {

class ControlDriver final : public Driver, private ReconnectHandler {
 public:
  ControlDriver(const Reading& reading, const std::string& cursor, DriverPlace place,
                DriverListener& listener)
      : reading_(reading),
        place_(place),
        listener_(listener),
        reconnect_(reading_.endpoint, place, *this),
        wake_(place.net),
        builder_([this](machines::Report report) { listener_.on_report(std::move(report)); }),
        absence_(cursor) {}

  void start() override { reconnect_.start(); }
  void pause(bool paused) override;

 private:
  void on_connected(const std::string& where) override;
  void on_bytes(BytesView bytes) override;
  void on_lost(const Error& why) override;
  void on_deadline();
  void go_on();
  void take_changes();

  const Reading reading_;
  const DriverPlace place_;
  DriverListener& listener_;
  Reconnect reconnect_;
  Timer wake_;
  ReportBuilder builder_;
  Absence absence_;
  std::unique_ptr<wire::ControlSession> session_;
  bool first_round_ = true;
  bool paused_ = false;
};

void ControlDriver::pause(bool paused) {
  paused_ = paused;
  reconnect_.pause(paused);
  if (!paused && session_) {
    wake_.set(place_.clock.steady() + kConnectLimit, [this] { on_deadline(); });
  }
}

void ControlDriver::on_connected(const std::string& where) {
  session_ = reading_.session(place_.clock.steady());
  first_round_ = true;
  listener_.on_up("connected to " + where);
  go_on();
}

void ControlDriver::on_bytes(BytesView bytes) {
  listener_.on_heard();
  session_->on_bytes(bytes, place_.clock.steady());
  take_changes();
  absence_.heard(place_.clock.now());
  go_on();
}

void ControlDriver::take_changes() {
  const Time arrival = place_.clock.now();
  for (const std::string& step : session_->take_steps()) listener_.on_step(step, true);
  const auto changes = session_->take_changes();
  builder_.at(arrival, first_round_);
  if (const auto items = session_->take_items(); !items.empty()) builder_.model(items_of(items));
  for (const std::string& strange : session_->take_strange()) {
    builder_.keep_raw(strange);
    builder_.malformed("an answer that nobody asked for");
  }
  if (!changes.empty()) {
    if (auto gap = absence_.end(arrival)) builder_.gap(std::move(*gap));
    builder_.raw(session_->take_raw());
    for (const wire::Said& said : changes) {
      builder_.add({.item = said.key, .value = said.value, .condition = said.condition});
    }
    builder_.resume(Absence::cursor(arrival));
  }
  builder_.flush();
  if (session_->rounds() > 0) first_round_ = false;
}

void ControlDriver::on_lost(const Error& why) {
  wake_.clear();
  if (session_) absence_.lost();
  session_.reset();
  listener_.on_down(why.message);
}

void ControlDriver::go_on() {
  if (!session_->dead().empty()) {
    const std::string words = reading_.endpoint.text() + ": " + std::string(session_->dead());
    reconnect_.lose();
    return on_lost({ErrorKind::kUnavailable, words, {}});
  }
  reconnect_.send(session_->bytes_to_send());
  wake_.set(session_->deadline(), [this] { on_deadline(); });
}

void ControlDriver::on_deadline() {
  if (paused_) return;  // nothing is read, so silence proves nothing
  session_->on_time(place_.clock.steady());
  take_changes();
  go_on();
}

}  // namespace

std::unique_ptr<Driver> make_control_driver(const Reading& reading, const std::string& cursor,
                                            DriverPlace place, DriverListener& listener) {
  return std::make_unique<ControlDriver>(reading, cursor, place, listener);
}

}  // namespace heed::box
