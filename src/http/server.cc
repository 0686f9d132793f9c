#include "http/server.h"

#include <chrono>
#include <optional>
#include <thread>

#include <fmt/core.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/connection.h"
#include "http/service.h"
#include "http/tls.h"
#include "http/worker_pool.h"

namespace heed::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
/// How long accepting rests when the process has no descriptor left.
constexpr std::chrono::milliseconds kNoDescriptorRest{100};
/// From cutting the sockets until the loop is stopped over coroutines that still hold on.
constexpr Duration kCutGrace = Duration::milliseconds(200);

class AsioServer final : public Server {
 public:
  AsioServer(const Router& router, const Clock& clock, Log& log, ServerOptions options)
      : options_(std::move(options)),
        log_(log),
        service_(router, clock, log, options_.limits, HostNames(host_names())),
        workers_(options_.limits.worker_threads, options_.limits.queued_requests) {}
  ~AsioServer() override { stop(); }
  AsioServer(const AsioServer&) = delete;
  AsioServer& operator=(const AsioServer&) = delete;

  /// Everything that can fail; nothing runs before it succeeds.
  Result<void> open();
  void run();

  std::uint16_t port() const override { return endpoint_.port(); }
  std::string url() const override;
  void stop() override;

 private:
  std::vector<std::string> host_names() const {
    std::vector<std::string> names = options_.host_names;
    names.push_back(options_.address);
    return names;
  }
  Result<tcp::endpoint> wanted_endpoint() const;
  Result<void> listen();
  static asio::awaitable<void> accept(AsioServer* self);
  static asio::awaitable<void> keep_time(AsioServer* self);
  static asio::awaitable<void> wind_down(AsioServer* self);
  /// Until no connection is left, at most `longest`.
  static asio::awaitable<void> wait_for_none(AsioServer* self, Duration longest);

  const ServerOptions options_;
  Log& log_;
  Service service_;
  // What the loop still holds when it ends refers to the house and to TLS; the workers post to it.
  std::optional<House> house_;
  std::optional<asio::ssl::context> tls_;
  asio::io_context loop_{1};
  std::optional<Connections> connections_;
  WorkerPool workers_;
  tcp::acceptor acceptor_{loop_};
  asio::steady_timer timer_{loop_};
  tcp::endpoint endpoint_;
  std::thread thread_;
  Mutex stopping_;
};

Result<void> AsioServer::open() {
  ASSIGN_OR_RETURN(const tcp::endpoint wanted, wanted_endpoint());
  if (!options_.certificate && !wanted.address().is_loopback()) {
    return fail(ErrorKind::kInvalid,
                fmt::format("{} can be reached from other machines, and plain HTTP would let "
                            "anybody on the way read along.",
                            options_.address),
                "Leave TLS on, or listen on 127.0.0.1 behind a proxy that speaks TLS.");
  }
  if (options_.certificate) {
    ASSIGN_OR_RETURN(SSL_CTX * context, tls_context(*options_.certificate));
    tls_.emplace(context);
  }
  endpoint_ = wanted;
  return listen();
}

Result<tcp::endpoint> AsioServer::wanted_endpoint() const {
  const std::string address = options_.address == "localhost" ? "127.0.0.1" : options_.address;
  ErrorCode error;
  const auto parsed = asio::ip::make_address(address, error);
  if (error) {
    return fail(ErrorKind::kInvalid, fmt::format("{} is no IP address to listen on.", address),
                "Write 127.0.0.1 for this machine alone, 0.0.0.0 for all of its networks.");
  }
  return tcp::endpoint(parsed, options_.port);
}

Result<void> AsioServer::listen() {
  ErrorCode error;
  acceptor_.open(endpoint_.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint_, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail(ErrorKind::kUnavailable,
                fmt::format("Cannot listen on {} port {}: {}.", options_.address, options_.port,
                            error.message()),
                "Another program may have the port: choose another with --listen.");
  }
  endpoint_ = acceptor_.local_endpoint(error);
  return {};
}

void AsioServer::run() {
  house_.emplace(House{loop_, tls_ ? &*tls_ : nullptr, service_, workers_, options_.limits, log_});
  connections_.emplace(*house_);
  asio::co_spawn(loop_, accept(this), asio::detached);
  asio::co_spawn(loop_, keep_time(this), asio::detached);
  thread_ = std::thread([this] {
    const auto guard = asio::make_work_guard(loop_);
    loop_.run();
  });
}

asio::awaitable<void> AsioServer::accept(AsioServer* self) {
  while (self->acceptor_.is_open()) {
    auto [error, socket] = co_await self->acceptor_.async_accept(kAwait);
    if (error == asio::error::operation_aborted) break;
    if (error) {
      self->log_.warning("cannot accept a connection", {{"why", error.message()}});
      asio::steady_timer rest(self->loop_, kNoDescriptorRest);
      (void)co_await rest.async_wait(kAwait);
      continue;
    }
    const auto peer = socket.remote_endpoint(error);
    if (error) continue;  // It left already.
    const int descriptor = socket.release(error);
    if (!error) self->connections_->take(descriptor, peer.address().to_string());
  }
}

asio::awaitable<void> AsioServer::keep_time(AsioServer* self) {
  for (;;) {
    self->timer_.expires_after(std::chrono::nanoseconds(kSweepInterval.count_nanoseconds()));
    const auto [error] = co_await self->timer_.async_wait(kAwait);
    if (error) break;
    self->connections_->sweep();
  }
}

std::string AsioServer::url() const {
  const std::string scheme = options_.certificate ? "https" : "http";
  const bool any = endpoint_.address().is_unspecified();
  const std::string host = any ? "localhost" : endpoint_.address().to_string();
  return endpoint_.address().is_v6() && !any
             ? fmt::format("{}://[{}]:{}", scheme, host, endpoint_.port())
             : fmt::format("{}://{}:{}", scheme, host, endpoint_.port());
}

asio::awaitable<void> AsioServer::wait_for_none(AsioServer* self, Duration longest) {
  const auto by =
      std::chrono::steady_clock::now() + std::chrono::nanoseconds(longest.count_nanoseconds());
  asio::steady_timer look(self->loop_);
  while (self->connections_->size() > 0 && std::chrono::steady_clock::now() < by) {
    look.expires_after(std::chrono::milliseconds(2));
    (void)co_await look.async_wait(kAwait);
  }
}

asio::awaitable<void> AsioServer::wind_down(AsioServer* self) {
  ErrorCode ignored;
  self->acceptor_.close(ignored);
  self->connections_->wind_down();
  (void)co_await wait_for_none(self, self->options_.limits.stop_grace);
  self->connections_->cut();
  (void)co_await wait_for_none(self, kCutGrace);
  self->loop_.stop();
}

void AsioServer::stop() {
  const Lock lock(stopping_);
  if (!thread_.joinable()) return;
  asio::co_spawn(loop_, wind_down(this), asio::detached);
  thread_.join();
  // Handlers that are still at work end; their answers have nowhere to go.
  workers_.stop();
  connections_->cut();
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const Router& router, const Clock& clock, Log& log,
                                              ServerOptions options) {
  auto server = std::make_unique<AsioServer>(router, clock, log, std::move(options));
  if (auto opened = server->open(); !opened) return std::unexpected(opened.error());
  server->run();
  return server;
}

}  // namespace heed::http
