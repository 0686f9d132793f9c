#include "box/mtconnect_driver.h"

#include <fmt/core.h>

#include "box/mtconnect_reports.h"
#include "wire/mtconnect/agent_cursor.h"

namespace heed::box {
namespace {

namespace mtc = wire::mtconnect;

/// What an event waits for at the agent, at most, while others come before it.
constexpr Duration kStreamInterval = Duration::milliseconds(20);
/// A dead agent is noticed after twice this.
constexpr Duration kStreamHeartbeat = Duration::seconds(5);

struct Target {
  std::string url;  ///< Up to the port.
  std::string user, password;
  mtc::AgentOptions options;
};

Target target_of(const Reading& reading) {
  const Endpoint& endpoint = reading.endpoint;
  Target target;
  target.user = reading.login.user;
  target.password = reading.login.password;
  target.options.interval = kStreamInterval;
  target.options.heartbeat = kStreamHeartbeat;
  target.options.backoff = kRetry;
  target.url = (endpoint.tls ? "https://" : "http://") + endpoint.text();
  const std::size_t slash = endpoint.path.rfind('/');
  if (slash != std::string::npos) {
    target.options.base_path = endpoint.path.substr(0, slash);
    target.options.device = endpoint.path.substr(slash + 1);
  }
  return target;
}

/// Fetches assets beside the stream.
class AssetFetcher final : private HttpHandler {
 public:
  /// `target` outlives it.
  AssetFetcher(const Target& target, DriverPlace place, mtc::AssetQueue& queue)
      : target_(target), place_(place), queue_(queue), wake_(place.net) {}

  /// Asks for the next asset, if there is one.
  void go_on() {
    if (exchange_) return;
    const auto request = queue_.next_request(place_.clock.steady());
    if (!request) return;
    wake_.set(request->not_before, [this, request] { ask(*request); });
  }

 private:
  void ask(const mtc::Request& request) {
    if (exchange_) return;
    exchange_ = place_.net.fetch({.url = target_.url + request.path,
                                  .user = target_.user,
                                  .password = target_.password,
                                  .silence_limit = request.silence_limit},
                                 *this);
  }
  void on_head(int status, std::string_view) override { queue_.response_started(status); }
  bool on_body(BytesView piece) override {
    if (queue_.body(piece) == mtc::Next::kContinue) return true;
    over();
    return false;
  }
  void on_end(const Result<void>& how) override {
    if (how) {
      queue_.response_ended(place_.clock.steady());
    } else {
      queue_.lost(how.error(), place_.clock.steady());
    }
    over();
  }
  void over() {
    exchange_.reset();
    wake_.set(place_.clock.steady(), [this] { go_on(); });
  }

  const Target& target_;
  const DriverPlace place_;
  mtc::AssetQueue& queue_;
  Timer wake_;
  std::unique_ptr<Exchange> exchange_;
};

class MtconnectDriver final : public Driver, private HttpHandler {
 public:
  MtconnectDriver(const Reading& reading, const std::string& cursor, DriverPlace place,
                  DriverListener& listener)
      : target_(target_of(reading)),
        where_(reading.endpoint.text()),
        place_(place),
        listener_(listener),
        reports_(target_.options.device, "connected to " + where_, place, listener),
        session_(target_.options, reports_, place.random, mtc::Cursor::decode(cursor)),
        assets_(target_, place, session_.assets()),
        wake_(place.net) {}

  void start() override { go_on(); }
  void pause(bool paused) override;

 private:
  // The exchange.
  void go_on();
  void ask(const mtc::Request& request);
  void over();
  void on_head(int status, std::string_view content_type) override;
  bool on_body(BytesView piece) override;
  void on_end(const Result<void>& how) override;

  const Target target_;
  const std::string where_;
  const DriverPlace place_;
  DriverListener& listener_;
  MtconnectReports reports_;
  mtc::AgentSession session_;
  AssetFetcher assets_;
  Timer wake_;
  std::unique_ptr<Exchange> exchange_;
  bool paused_ = false;
};

void MtconnectDriver::pause(bool paused) {
  paused_ = paused;
  if (exchange_) exchange_->pause(paused);
}

void MtconnectDriver::go_on() {
  if (exchange_) return;
  const mtc::Request request = session_.next_request(place_.clock.steady());
  wake_.set(request.not_before, [this, request] { ask(request); });
}

void MtconnectDriver::ask(const mtc::Request& request) {
  exchange_ = place_.net.fetch({.url = target_.url + request.path,
                                .user = target_.user,
                                .password = target_.password,
                                .connect_limit = kConnectLimit,
                                .silence_limit = request.silence_limit},
                               *this);
  exchange_->pause(paused_);
}

// The exchange has ended; how it goes on is asked outside of the call that ended it.
void MtconnectDriver::over() {
  exchange_.reset();
  assets_.go_on();
  wake_.set(place_.clock.steady(), [this] { go_on(); });
}

void MtconnectDriver::on_head(int status, std::string_view content_type) {
  listener_.on_heard();
  session_.response_started(status, content_type, place_.clock.steady());
}

bool MtconnectDriver::on_body(BytesView piece) {
  listener_.on_heard();
  if (session_.body(piece, place_.clock.steady()) == mtc::Next::kContinue) {
    assets_.go_on();
    return true;
  }
  over();
  return false;
}

void MtconnectDriver::on_end(const Result<void>& how) {
  if (how) {
    session_.response_ended(place_.clock.steady());
  } else {
    session_.lost({how.error().kind, where_ + ": " + how.error().message, {}},
                  place_.clock.steady());
  }
  over();
}

}  // namespace

std::unique_ptr<Driver> make_mtconnect_driver(const Reading& reading, const std::string& cursor,
                                              DriverPlace place, DriverListener& listener) {
  return std::make_unique<MtconnectDriver>(reading, cursor, place, listener);
}

}  // namespace heed::box
