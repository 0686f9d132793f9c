#include "box/mtconnect_broker_driver.h"

#include <fmt/core.h>

#include "box/mqtt_client.h"
#include "box/mtconnect_reports.h"
#include "wire/mtconnect/broker_session.h"

namespace heed::box {
namespace {

namespace mtc = wire::mtconnect;

/// TCP, TLS and the broker's welcome together.
constexpr Duration kWelcomeLimit = Duration::seconds(10);

mtc::BrokerOptions options_of(const Endpoint& endpoint) {
  mtc::BrokerOptions options;
  const std::string& path = endpoint.path;  // begins with a slash, if it is not empty
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return options;
  options.device = path.substr(slash + 1);
  if (slash > 0) options.prefix = path.substr(1, slash - 1);
  return options;
}

/// What a session finds out, as every transport tells it, and what only a broker has.
class BrokerReports final : public mtc::BrokerListener {
 public:
  BrokerReports(const mtc::BrokerOptions& options, const std::string& where, DriverPlace place,
                DriverListener& listener)
      : reports_(options.device, "connected to the agent behind the broker " + where, place,
                 listener),
        listener_(listener) {}

  void link_fails(const std::string& words) { reports_.link_fails(words); }

 private:
  void on_devices(const mtc::DeviceModel& model) override { reports_.on_devices(model); }
  void on_observation(const mtc::Observation& from, BytesView raw, bool snapshot) override {
    reports_.on_observation(from, raw, snapshot);
  }
  void on_gap(const mtc::Gap& gap) override { reports_.on_gap(gap); }
  void on_commit(const mtc::Cursor& cursor, const mtc::Header& header) override {
    reports_.on_commit(cursor, header);
  }
  void on_discard() override { reports_.on_discard(); }
  void on_asset(const mtc::Asset& asset) override { reports_.on_asset(asset); }
  void on_asset_gone(std::string_view asset_id) override { reports_.on_asset_gone(asset_id); }
  void on_trouble(const Error& error) override { listener_.on_step(error.message, false); }
  // It says nothing about the link.
  void on_strange(std::string_view topic, BytesView payload, const Error& why) override {
    reports_.strange(fmt::format("{} {}", topic, payload.substr(0, kLongestKeptRaw)), why);
  }
  void on_step(const std::string& words, bool ok) override { listener_.on_step(words, ok); }
  void on_away(const std::string& words) override { reports_.link_ended(words); }

  MtconnectReports reports_;
  DriverListener& listener_;
};

class BrokerDriver final : public Driver, private MqttHandler {
 public:
  BrokerDriver(const Reading& reading, const std::string& cursor, DriverPlace place,
               DriverListener& listener)
      : endpoint_(reading.endpoint),
        login_(reading.login),
        client_id_("heed-" + to_hex(place.random.bytes(8))),
        place_(place),
        listener_(listener),
        backoff_(place.random, kRetry),
        reports_(options_of(endpoint_), endpoint_.text(), place, listener),
        session_(options_of(endpoint_), reports_, place.random, mtc::Cursor::decode(cursor)),
        retry_(place.net),
        limit_(place.net),
        wake_(place.net) {}

  void start() override;
  void pause(bool paused) override;

 private:
  void on_open() override;
  void on_message(const wire::mqtt::Message& message) override;
  void on_refused(const std::string& filter) override;
  void on_closed(const Error& why) override;
  void go_on(bool anew);

  const Endpoint endpoint_;
  const wire::mqtt::Login login_;
  const std::string client_id_;
  const DriverPlace place_;
  DriverListener& listener_;
  wire::Backoff backoff_;
  BrokerReports reports_;
  mtc::BrokerSession session_;
  Timer retry_;
  Timer limit_;
  Timer wake_;
  std::unique_ptr<MqttClient> client_;
  bool paused_ = false;
};

void BrokerDriver::start() {
  client_ = std::make_unique<MqttClient>(place_.net,
                                         Broker{endpoint_, login_, client_id_, session_.filters()},
                                         static_cast<MqttHandler&>(*this));
  client_->pause(paused_);
  limit_.set(place_.clock.steady() + kWelcomeLimit, [this] {
    on_closed({ErrorKind::kUnavailable,
               "no answer from the broker " + endpoint_.text() + " within 10 s",
               {}});
  });
}

void BrokerDriver::pause(bool paused) {
  if (std::exchange(paused_, paused) && !paused) session_.not_read();
  if (client_) client_->pause(paused);
}

void BrokerDriver::on_open() {
  limit_.clear();
  backoff_.reset();
  listener_.on_heard();
  listener_.on_step("connected to the broker " + endpoint_.text(), true);
  session_.connected(place_.clock.steady());
  go_on(false);
}

void BrokerDriver::on_message(const wire::mqtt::Message& message) {
  listener_.on_heard();
  go_on(session_.message(message.topic, message.payload, message.retained, place_.clock.steady()));
}

void BrokerDriver::on_refused(const std::string& filter) {
  if (!mtc::BrokerSession::is_needed(filter)) return;
  listener_.on_step("the broker does not let us read " + filter + " (its access list)", false);
}

void BrokerDriver::on_closed(const Error& why) {
  limit_.clear();
  wake_.clear();
  client_.reset();
  session_.lost();
  reports_.link_fails(why.message);
  retry_.set(place_.clock.steady() + backoff_.next(), [this] { start(); });
}

// `anew`: the device is found, and its own topics are to be subscribed to.
void BrokerDriver::go_on(bool anew) {
  if (anew) {
    wake_.clear();
    client_.reset();
    retry_.set(place_.clock.steady(), [this] { start(); });
    return;
  }
  const Duration next = session_.deadline();
  if (next == Duration::max()) return wake_.clear();
  wake_.set(next, [this] { go_on(session_.on_time(place_.clock.steady())); });
}

}  // namespace

std::unique_ptr<Driver> make_mtconnect_broker_driver(const Reading& reading,
                                                     const std::string& cursor, DriverPlace place,
                                                     DriverListener& listener) {
  return std::make_unique<BrokerDriver>(reading, cursor, place, listener);
}

}  // namespace heed::box
