#include "box/mqtt_driver.h"

#include <algorithm>

#include "box/absence.h"
#include "box/item_models.h"
#include "box/mqtt_client.h"
#include "box/report_builder.h"

namespace heed::box {
namespace {

using wire::mqtt::Message;

/// TCP, TLS and the broker's welcome together.
constexpr Duration kWelcomeLimit = Duration::seconds(10);

class MqttDriver final : public Driver, private MqttHandler {
 public:
  MqttDriver(const Reading& reading, const std::string& cursor, DriverPlace place,
             DriverListener& listener)
      : place_(place),
        listener_(listener),
        messages_(reading.listener()),
        broker_{reading.endpoint, reading.login, "heed-" + to_hex(place.random.bytes(8)),
                messages_->filters()},
        backoff_(place.random, kRetry),
        retry_(place.net),
        limit_(place.net),
        wake_(place.net),
        builder_([this](machines::Report report) { listener_.on_report(std::move(report)); }),
        absence_(cursor) {}

  void start() override;
  void pause(bool paused) override;

 private:
  void on_open() override;
  void on_message(const Message& message) override;
  void on_refused(const std::string& filter) override;
  void on_closed(const Error& why) override;
  void take(bool retained, const std::string& raw);
  void arm();

  const DriverPlace place_;
  DriverListener& listener_;
  const std::unique_ptr<wire::mqtt::Listener> messages_;
  const Broker broker_;
  wire::Backoff backoff_;
  Timer retry_;
  Timer limit_;
  Timer wake_;
  ReportBuilder builder_;
  Absence absence_;
  std::unique_ptr<MqttClient> client_;
  bool open_ = false;
  bool paused_ = false;
};

void MqttDriver::start() {
  client_ = std::make_unique<MqttClient>(place_.net, broker_, static_cast<MqttHandler&>(*this));
  client_->pause(paused_);
  limit_.set(place_.clock.steady() + kWelcomeLimit, [this] {
    on_closed({ErrorKind::kUnavailable,
               "no answer from the broker " + broker_.endpoint.text() + " within 10 s",
               {}});
  });
}

void MqttDriver::pause(bool paused) {
  paused_ = paused;
  if (client_) client_->pause(paused);
}

void MqttDriver::on_open() {
  limit_.clear();
  backoff_.reset();
  open_ = true;
  listener_.on_up("connected to the broker " + broker_.endpoint.text());
  messages_->on_connected(place_.clock.steady());
  take(false, "");
  arm();
}

void MqttDriver::on_message(const Message& message) {
  listener_.on_heard();
  messages_->on_message(message, place_.clock.steady());
  take(message.retained, messages_->raw_of(message));
  absence_.heard(place_.clock.now());
  arm();
}

void MqttDriver::on_refused(const std::string& filter) {
  listener_.on_step("the broker does not let us read " + filter + " (its access list)", false);
}

void MqttDriver::on_closed(const Error& why) {
  limit_.clear();
  wake_.clear();
  client_.reset();
  if (std::exchange(open_, false)) {
    messages_->on_lost();
    take(false, "");
    absence_.lost();
  }
  listener_.on_down(why.message);
  retry_.set(place_.clock.steady() + backoff_.next(), [this] { start(); });
}

void MqttDriver::take(bool retained, const std::string& raw) {
  const Time arrival = place_.clock.now();
  for (const std::string& step : messages_->take_steps()) listener_.on_step(step, true);
  builder_.at(arrival, retained);
  if (const auto items = messages_->take_items(); !items.empty()) builder_.model(items_of(items));
  for (const std::string& strange : messages_->take_strange()) {
    builder_.keep_raw(strange);
    builder_.malformed("a message that cannot be read");
  }
  const auto changes = messages_->take_changes();
  if (!changes.empty()) {
    if (auto gap = absence_.end(arrival)) builder_.gap(std::move(*gap));
    std::optional<bool> old;
    for (const wire::mqtt::Told& told : changes) {
      // What a source kept while it was away is as old as what a broker kept.
      const bool is_old = retained || told.historical;
      if (std::exchange(old, is_old) != is_old) {
        builder_.at(arrival, is_old);
        builder_.raw(raw);
      }
      builder_.add({.item = told.said.key,
                    .device = told.at,
                    .value = told.said.value,
                    .condition = told.said.condition});
    }
    builder_.resume(Absence::cursor(arrival));
  }
  builder_.flush();
  if (client_) {
    for (const auto& edge : messages_->take_rebirths()) client_->request_rebirth(edge);
  }
}

void MqttDriver::arm() {
  const Duration next = messages_->deadline();
  if (next == Duration::max()) return wake_.clear();
  wake_.set(next, [this] {
    messages_->on_time(place_.clock.steady());
    take(false, "");
    arm();
  });
}

}  // namespace

std::unique_ptr<Driver> make_mqtt_driver(const Reading& reading, const std::string& cursor,
                                         DriverPlace place, DriverListener& listener) {
  return std::make_unique<MqttDriver>(reading, cursor, place, listener);
}

}  // namespace heed::box
