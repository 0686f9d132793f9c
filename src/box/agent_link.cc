#include "box/agent_link.h"

#include <fmt/core.h>

#include "base/json.h"
#include "box/tls_stream.h"
#include "wire/mtconnect/header.h"
#include "wire/mtconnect/socket_request.h"
#include "wire/websocket/client.h"

namespace heed::box {
namespace {

namespace mtc = wire::mtconnect;

Certificates certificates_of(const AgentPlace& agent) {
  return {.ca = agent.login.ca, .cert = agent.login.cert, .key = agent.login.key};
}

class HttpLink final : public AgentLink, private HttpHandler {
 public:
  HttpLink(const AgentPlace& agent, DriverPlace place, AgentLinkHandler& handler)
      : agent_(agent),
        url_((agent.endpoint.tls ? "https://" : "http://") + agent.endpoint.text()),
        place_(place),
        handler_(handler) {}

  void ask(const mtc::Request& request) override {
    exchange_ = place_.net.fetch({.url = url_ + request.path,
                                  .user = agent_.login.user,
                                  .password = agent_.login.password,
                                  .certificates = certificates_of(agent_),
                                  .connect_limit = kConnectLimit,
                                  .silence_limit = request.silence_limit},
                                 *this);
    exchange_->pause(paused_);
  }
  bool is_asking() const override { return exchange_ != nullptr; }
  void pause(bool paused) override {
    paused_ = paused;
    if (exchange_) exchange_->pause(paused);
  }

 private:
  void on_head(int status, std::string_view content_type) override {
    handler_.on_head(status, content_type);
  }
  bool on_body(BytesView piece) override {
    if (handler_.on_body(piece)) return true;
    exchange_.reset();
    return false;
  }
  void on_end(const Result<void>& how) override {
    exchange_.reset();
    handler_.on_end(how);
  }

  const AgentPlace& agent_;
  const std::string url_;
  const DriverPlace place_;
  AgentLinkHandler& handler_;
  std::unique_ptr<Exchange> exchange_;
  bool paused_ = false;
};

/// A stream's end is awaited this long before the connection is given up instead.
constexpr Duration kCancelLimit = Duration::seconds(2);

/// What cppagent answers to a cancel: {"success": "true"}.
bool is_cancelled(std::string_view message) {
  const auto json = Json::parse(message);
  return json && json->find("success") != nullptr;
}

/// A connection is opened by the first request. Documents do not say reliably whose answer they are
/// (requestId came with 2.6), so nothing else is asked while an answer is awaited, and after a
/// stream was left nothing before its cancelling is confirmed.
class SocketLink final : public AgentLink, private StreamHandler {
 public:
  SocketLink(const AgentPlace& agent, DriverPlace place, AgentLinkHandler& handler)
      : agent_(agent), place_(place), handler_(handler), silence_(place.net) {}
  void ask(const mtc::Request& request) override {
    request_ = request;
    asking_ = true;
    answered_ = false;
    if (cancelling_) return;
    if (client_ && client_->is_open()) return send_request();
    connect();
  }
  bool is_asking() const override { return asking_; }
  void pause(bool paused) override {
    paused_ = paused;
    if (stream_) stream_->pause(paused);
    if (asking_ && client_) watch();
  }

 private:
  void on_open(const std::string&) override {
    client_ = std::make_unique<wire::websocket::Client>(
        wire::websocket::ClientOptions{.host = agent_.endpoint.text(),
                                       .path = agent_.options.base_path + "/",
                                       .accept = "text/xml, application/xml, application/json",
                                       .user = agent_.login.user,
                                       .password = agent_.login.password,
                                       .longest_message = mtc::kDocumentLimits.document_bytes},
        place_.random);
    flush();
    watch();
  }
  void on_bytes(BytesView bytes) override;
  void on_closed(const Error& why) override;

  void connect();
  void send_request() {
    id_ = std::to_string(++requests_);
    client_->send(mtc::socket_request(request_, id_));
    flush();
    watch();
  }
  void flush() {
    if (const Bytes output = client_->take_output(); !output.empty()) stream_->send(output);
  }
  // Also while the handshake is awaited.
  void watch() {
    if (cancelling_) return;
    if (paused_ || !asking_) return silence_.clear();
    silence_.set(place_.clock.steady() + request_.silence_limit, [this] {
      fail_with({ErrorKind::kUnavailable,
                 fmt::format("silent for {} ms", request_.silence_limit.count_milliseconds()),
                 {}});
    });
  }
  void fail_with(const Error& why) {
    silence_.clear();
    client_.reset();
    stream_.reset();
    if (std::exchange(cancelling_, false)) {
      if (asking_) connect();
      return;
    }
    if (std::exchange(asking_, false)) handler_.on_end(std::unexpected(why));
  }
  void cancel_stream() {
    cancelling_ = true;
    client_->send(mtc::socket_cancel(id_));
    flush();
    silence_.set(place_.clock.steady() + kCancelLimit,
                 [this] { fail_with({ErrorKind::kUnavailable, "the stream does not end", {}}); });
  }
  void take_message(BytesView message);

  const AgentPlace& agent_;
  const DriverPlace place_;
  AgentLinkHandler& handler_;
  Timer silence_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<wire::websocket::Client> client_;
  mtc::Request request_;
  std::string id_;
  std::uint64_t requests_ = 0;
  bool asking_ = false;
  bool answered_ = false;
  bool cancelling_ = false;
  bool paused_ = false;
};

void SocketLink::connect() {
  client_.reset();
  const Endpoint& to = agent_.endpoint;
  stream_ = to.tls ? connect_tls(place_.net, place_.clock, to.host, to.port,
                                 certificates_of(agent_), kConnectLimit, *this)
                   : place_.net.connect(to.host, to.port, kConnectLimit, *this);
  stream_->pause(paused_);
}

void SocketLink::on_closed(const Error& why) {
  const bool unanswered = client_ && !client_->is_open();
  if (!unanswered || agent_.endpoint.tls || !why.mend.empty()) return fail_with(why);
  fail_with(tls_error(TlsFault::kWantsTls, why.message));
}

void SocketLink::on_bytes(BytesView bytes) {
  const bool was_open = client_->is_open();
  const auto fed = client_->feed(bytes);
  flush();
  if (!was_open && client_->is_open() && asking_) send_request();
  watch();
  while (const auto message = client_->take_message()) take_message(*message);
  if (!fed) fail_with(fed.error());
}

void SocketLink::take_message(BytesView message) {
  if (cancelling_) {
    if (!is_cancelled(message)) return;
    cancelling_ = false;
    silence_.clear();
    if (asking_) send_request();
    return;
  }
  if (!asking_) return;  // nobody asked for it
  if (!std::exchange(answered_, true)) handler_.on_messages();
  if (handler_.on_message(message)) return;
  asking_ = false;
  silence_.clear();
  if (request_.streaming) cancel_stream();
}

}  // namespace

std::unique_ptr<AgentLink> make_agent_link(const AgentPlace& agent, DriverPlace place,
                                           AgentLinkHandler& handler) {
  if (agent.endpoint.transport == Transport::kWebSocket) {
    return std::make_unique<SocketLink>(agent, place, handler);
  }
  return std::make_unique<HttpLink>(agent, place, handler);
}

}  // namespace heed::box
