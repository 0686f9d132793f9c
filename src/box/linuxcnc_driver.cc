#include "box/linuxcnc_driver.h"

#include "box/absence.h"
#include "box/reconnect.h"
#include "box/report_builder.h"
#include "wire/linuxcnc/session.h"

namespace heed::box {
namespace {

namespace lcnc = wire::linuxcnc;

constexpr std::string_view kPassword = "EMC";  // linuxcncrsh's own default
constexpr std::string_view kClient = "heed";
/// Of the answers since the last change; a round is about 600 bytes.
constexpr std::size_t kLongestRound = 4'096;

class LinuxcncDriver final : public Driver, private ReconnectHandler {
 public:
  LinuxcncDriver(const Endpoint& endpoint, const std::string& cursor, DriverPlace place,
                 DriverListener& listener)
      : endpoint_(endpoint),
        place_(place),
        listener_(listener),
        reconnect_(endpoint, place, *this),
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

  const Endpoint endpoint_;
  const DriverPlace place_;
  DriverListener& listener_;
  Reconnect reconnect_;
  Timer wake_;
  ReportBuilder builder_;
  Absence absence_;
  std::optional<lcnc::Session> session_;
  std::string round_;
  bool first_round_ = true;
  bool paused_ = false;
};

void LinuxcncDriver::pause(bool paused) {
  paused_ = paused;
  reconnect_.pause(paused);
  if (!paused && session_) {
    wake_.set(place_.clock.steady() + kConnectLimit, [this] { on_deadline(); });
  }
}

void LinuxcncDriver::on_connected(const std::string& where) {
  const auto greeting = lcnc::Greeting::with(kPassword, kClient);
  require(greeting.has_value(), "the greeting's words are plain");
  session_.emplace(*greeting, lcnc::SessionOptions{}, place_.clock.steady());
  round_.clear();
  first_round_ = true;
  listener_.on_up("connected to " + where);
  go_on();
}

void LinuxcncDriver::on_bytes(BytesView bytes) {
  listener_.on_heard();
  round_.append(bytes.substr(0, kLongestRound - std::min(kLongestRound, round_.size())));
  session_->on_bytes(bytes, place_.clock.steady());
  take_changes();
  absence_.heard(place_.clock.now());
  go_on();
}

void LinuxcncDriver::take_changes() {
  const Time arrival = place_.clock.now();
  const auto changes = session_->take_changes();
  builder_.at(arrival, first_round_);
  for (std::size_t i = session_->take_strange().size(); i > 0; --i) {
    builder_.malformed("an answer that nobody asked for");
  }
  if (!changes.empty()) {
    if (auto gap = absence_.end(arrival)) builder_.gap(std::move(*gap));
    builder_.raw(round_);
    for (const lcnc::Said& said : changes) {
      builder_.add({.item = said.key, .value = said.value, .condition = said.condition});
    }
    builder_.resume(Absence::cursor(arrival));
    round_.clear();
  }
  builder_.flush();
  if (session_->rounds() > 0) first_round_ = false;
}

void LinuxcncDriver::on_lost(const Error& why) {
  wake_.clear();
  if (session_) absence_.lost();
  session_.reset();
  listener_.on_down(why.message);
}

void LinuxcncDriver::go_on() {
  if (!session_->dead().empty()) {
    const std::string words = endpoint_.text() + ": " + std::string(session_->dead());
    reconnect_.lose();
    return on_lost({ErrorKind::kUnavailable, words, {}});
  }
  reconnect_.send(session_->bytes_to_send());
  wake_.set(session_->deadline(), [this] { on_deadline(); });
}

void LinuxcncDriver::on_deadline() {
  if (paused_) return;  // nothing is read, so silence proves nothing
  session_->on_time(place_.clock.steady());
  go_on();
}

}  // namespace

std::unique_ptr<Driver> make_linuxcnc_driver(const Endpoint& endpoint, const std::string& cursor,
                                             DriverPlace place, DriverListener& listener) {
  return std::make_unique<LinuxcncDriver>(endpoint, cursor, place, listener);
}

}  // namespace heed::box
