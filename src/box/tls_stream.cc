#include "box/tls_stream.h"

#include <fmt/core.h>

#include <utility>

namespace heed::box {
namespace {

class TlsStream final : public Stream, private StreamHandler {
 public:
  TlsStream(Net& net, const Clock& clock, const std::string& host, std::uint16_t port,
            const Certificates& certificates, Duration limit, StreamHandler& handler)
      : clock_(clock), limit_(limit), handler_(handler), late_(net) {
    auto client = TlsClient::create(host, certificates, clock.now());
    if (!client) {  // told by the loop, not from inside the call
      late_.set(clock.steady(), [this, why = client.error()] { close(why); });
      return;
    }
    client_ = *std::move(client);
    stream_ = net.connect(host, port, limit, *this);
  }

  void send(BytesView bytes) override {
    if (!client_ || !client_->is_open()) return;
    client_->send(bytes);
    flush();
  }
  // The handshake goes on: it brings nothing that anybody would have to take.
  void pause(bool paused) override {
    paused_ = paused;
    if (stream_ && client_->is_open()) stream_->pause(paused);
  }

 private:
  void on_open(const std::string& where) override {
    where_ = where;
    late_.set(clock_.steady() + limit_, [this] {
      close({ErrorKind::kUnavailable,
             fmt::format("no TLS within {} ms", limit_.count_milliseconds()),
             tls_error(TlsFault::kNoTls).mend});
    });
    flush();
  }
  void on_bytes(BytesView bytes) override;
  void on_closed(const Error& why) override {
    const bool open = client_->is_open();
    Error told = why;
    if (!open && !where_.empty() && told.mend.empty()) told.mend = tls_error(TlsFault::kNoTls).mend;
    close(told);
  }

  void flush() {
    if (const Bytes output = client_->take_output(); !output.empty()) stream_->send(output);
  }
  // The handler may drop this.
  void close(const Error& why) {
    late_.clear();
    stream_.reset();
    const Error told = why;
    handler_.on_closed(told);
  }

  const Clock& clock_;
  const Duration limit_;
  StreamHandler& handler_;
  Timer late_;
  std::unique_ptr<TlsClient> client_;
  std::unique_ptr<Stream> stream_;
  std::string where_;
  bool paused_ = false;
  /// Goes with this: who still holds it weakly sees whether a handler dropped us.
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

void TlsStream::on_bytes(BytesView bytes) {
  const std::weak_ptr<bool> alive = alive_;
  const bool was_open = client_->is_open();
  const auto fed = client_->feed(bytes);
  const Bytes plain = client_->take_plain();
  flush();
  if (!was_open && client_->is_open()) {
    late_.clear();
    stream_->pause(paused_);
    handler_.on_open(where_);
    if (alive.expired()) return;
  }
  if (!plain.empty()) handler_.on_bytes(plain);
  if (!alive.expired() && !fed) close(fed.error());
}

}  // namespace

std::unique_ptr<Stream> connect_tls(Net& net, const Clock& clock, const std::string& host,
                                    std::uint16_t port, const Certificates& certificates,
                                    Duration limit, StreamHandler& handler) {
  return std::make_unique<TlsStream>(net, clock, host, port, certificates, limit, handler);
}

}  // namespace heed::box
