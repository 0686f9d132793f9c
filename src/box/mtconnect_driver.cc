#include "box/mtconnect_driver.h"

#include <fmt/core.h>

#include "box/agent_link.h"
#include "box/mtconnect_reports.h"
#include "wire/mtconnect/agent_cursor.h"

namespace heed::box {
namespace {

namespace mtc = wire::mtconnect;

/// What an event waits for at the agent, at most, while others come before it.
constexpr Duration kStreamInterval = Duration::milliseconds(20);
/// A dead agent is noticed after twice this.
constexpr Duration kStreamHeartbeat = Duration::seconds(5);

AgentPlace agent_of(const Reading& reading) {
  AgentPlace agent;
  agent.endpoint = reading.endpoint;
  agent.login = reading.login;
  agent.options.interval = kStreamInterval;
  agent.options.heartbeat = kStreamHeartbeat;
  agent.options.backoff = kRetry;
  const std::string& path = reading.endpoint.path;
  if (const std::size_t slash = path.rfind('/'); slash != std::string::npos) {
    agent.options.base_path = path.substr(0, slash);
    agent.options.device = path.substr(slash + 1);
  }
  return agent;
}

/// Fetches assets beside the stream.
class AssetFetcher final : private AgentLinkHandler {
 public:
  /// `agent` outlives it.
  AssetFetcher(const AgentPlace& agent, DriverPlace place, mtc::AssetQueue& queue)
      : place_(place),
        queue_(queue),
        wake_(place.net),
        link_(make_agent_link(agent, place, *this)) {}

  /// Asks for the next asset, if there is one.
  void go_on() {
    if (link_->is_asking()) return;
    const auto request = queue_.next_request(place_.clock.steady());
    if (!request) return;
    wake_.set(request->not_before, [this, request] {
      if (!link_->is_asking()) link_->ask(*request);
    });
  }

 private:
  void on_head(int status, std::string_view) override { queue_.response_started(status); }
  bool on_body(BytesView piece) override {
    if (queue_.body(piece) == mtc::Next::kContinue) return true;
    over();
    return false;
  }
  void on_messages() override { queue_.response_started(200); }
  bool on_message(BytesView document) override {
    queue_.body(document);
    queue_.response_ended(place_.clock.steady());
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
    wake_.set(place_.clock.steady(), [this] { go_on(); });
  }

  const DriverPlace place_;
  mtc::AssetQueue& queue_;
  Timer wake_;
  const std::unique_ptr<AgentLink> link_;
};

class MtconnectDriver final : public Driver, private AgentLinkHandler {
 public:
  MtconnectDriver(const Reading& reading, const std::string& cursor, DriverPlace place,
                  DriverListener& listener)
      : agent_(agent_of(reading)),
        where_(reading.endpoint.text()),
        place_(place),
        listener_(listener),
        reports_(agent_.options.device, "connected to " + where_, place, listener),
        session_(agent_.options, reports_, place.random, mtc::Cursor::decode(cursor)),
        assets_(agent_, place, session_.assets()),
        wake_(place.net),
        link_(make_agent_link(agent_, place, *this)) {}

  void start() override { go_on(); }
  void pause(bool paused) override { link_->pause(paused); }

 private:
  void go_on();
  void over();
  void on_head(int status, std::string_view content_type) override;
  bool on_body(BytesView piece) override;
  void on_messages() override;
  bool on_message(BytesView document) override;
  void on_end(const Result<void>& how) override;
  bool heed(mtc::Next next);

  const AgentPlace agent_;
  const std::string where_;
  const DriverPlace place_;
  DriverListener& listener_;
  MtconnectReports reports_;
  mtc::AgentSession session_;
  AssetFetcher assets_;
  Timer wake_;
  const std::unique_ptr<AgentLink> link_;
};

void MtconnectDriver::go_on() {
  if (link_->is_asking()) return;
  const mtc::Request request = session_.next_request(place_.clock.steady());
  wake_.set(request.not_before, [this, request] { link_->ask(request); });
}

// The answer has ended; how it goes on is asked outside of the call that ended it.
void MtconnectDriver::over() {
  assets_.go_on();
  wake_.set(place_.clock.steady(), [this] { go_on(); });
}

bool MtconnectDriver::heed(mtc::Next next) {
  if (next == mtc::Next::kContinue) {
    assets_.go_on();
    return true;
  }
  over();
  return false;
}

void MtconnectDriver::on_head(int status, std::string_view content_type) {
  listener_.on_heard();
  session_.response_started(status, content_type, place_.clock.steady());
}

bool MtconnectDriver::on_body(BytesView piece) {
  listener_.on_heard();
  return heed(session_.body(piece, place_.clock.steady()));
}

void MtconnectDriver::on_messages() {
  session_.messages_started(place_.clock.steady());
}

bool MtconnectDriver::on_message(BytesView document) {
  listener_.on_heard();
  return heed(session_.message(document, place_.clock.steady()));
}

void MtconnectDriver::on_end(const Result<void>& how) {
  if (how) {
    session_.response_ended(place_.clock.steady());
  } else {
    const Error& why = how.error();
    const std::string mend = why.mend.empty() ? "" : "; " + why.mend;
    session_.lost({why.kind, where_ + ": " + why.message + mend, {}}, place_.clock.steady());
  }
  over();
}

}  // namespace

std::unique_ptr<Driver> make_mtconnect_driver(const Reading& reading, const std::string& cursor,
                                              DriverPlace place, DriverListener& listener) {
  return std::make_unique<MtconnectDriver>(reading, cursor, place, listener);
}

}  // namespace heed::box
