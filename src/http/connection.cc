#include "http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include <fmt/core.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "http/event_stream.h"
#include "http/parser.h"
#include "http/service.h"
#include "http/worker_pool.h"

namespace heed::http {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Errors are values: a failed operation gives its code with its result.
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t kReadPiece = 4 * 1024;
constexpr std::size_t kReadPieceOfBody = 64 * 1024;
/// After a refusal, what the client is still sending is read away this long and this far, so that
/// the refusal reaches it before the connection is reset (RFC 9112 §9.6).
constexpr Duration kLinger = Duration::seconds(1);
constexpr std::size_t kLingerBytes = 1024 * 1024;
/// How soon a stream asks again for a worker when none was free.
constexpr Duration kWorkerRetry = Duration::milliseconds(20);

SteadyTime after(Duration wait) {
  return std::chrono::steady_clock::now() + std::chrono::nanoseconds(wait.count_nanoseconds());
}

struct Connection;

/// Carries wakes from an event source's threads to the loop, and stops doing so for good when the
/// connection ends, however late the source lets go.
class Waker {
 public:
  Waker(asio::io_context& loop, std::weak_ptr<Connection> connection)
      : loop_(&loop), connection_(std::move(connection)) {}

  /// From any thread. Wakes that come before the loop's turn are one.
  static void wake(const std::shared_ptr<Waker>& self);
  void end() {
    const Lock lock(mutex_);
    loop_ = nullptr;
  }

 private:
  Mutex mutex_;
  asio::io_context* loop_ HEED_GUARDED_BY(mutex_);
  bool pending_ HEED_GUARDED_BY(mutex_) = false;
  const std::weak_ptr<Connection> connection_;
};

/// Owned by its coroutines; the registry knows it while they run. Used on the I/O thread alone.
struct Connection {
  Connection(House& h, tcp::socket s, std::string peer)
      : house(h), socket(std::move(s)), address(std::move(peer)), alarm(house.loop) {}

  House& house;
  tcp::socket socket;
  std::optional<asio::ssl::stream<tcp::socket&>> tls;
  std::string address;
  /// Read and not yet parsed.
  std::string input;
  /// What is being written; it must stay where it is until the write ends.
  std::string output;
  /// When the operation under way has taken too long.
  SteadyTime deadline = SteadyTime::max();
  /// Nothing is being asked or answered: it may end at any moment.
  bool idle = false;
  /// The server stops: no further request.
  bool ending = false;
  /// The peer has gone while an event stream was open.
  bool gone = false;
  bool served_before = false;
  /// Wakes an event stream: something new, or `ending`, or `gone`.
  asio::steady_timer alarm;
  bool woken = false;
  std::shared_ptr<Waker> waker;

  void close() {
    ErrorCode ignored;
    socket.close(ignored);
    wake();
  }
  void wake() {
    woken = true;
    alarm.cancel();
  }
};

using Shared = std::shared_ptr<Connection>;

void Waker::wake(const std::shared_ptr<Waker>& self) {
  const Lock lock(self->mutex_);
  if (!self->loop_ || self->pending_) return;
  self->pending_ = true;
  asio::post(*self->loop_, [self] {
    {
      const Lock again(self->mutex_);
      self->pending_ = false;
    }
    if (const Shared connection = self->connection_.lock()) connection->wake();
  });
}

// Reading and writing, over TLS or not. False or zero ends the connection.

awaitable<std::size_t> read_some(Shared c, char* to, std::size_t size) {
  const asio::mutable_buffer buffer(to, size);
  if (c->tls) {
    const auto [error, count] = co_await c->tls->async_read_some(buffer, kAwait);
    co_return error ? 0 : count;
  }
  const auto [error, count] = co_await c->socket.async_read_some(buffer, kAwait);
  co_return error ? 0 : count;
}

/// Appends what comes to the connection's input, until `by`.
awaitable<bool> read_more(Shared c, std::size_t piece, SteadyTime by) {
  const std::size_t had = c->input.size();
  c->input.resize(had + piece);
  c->deadline = by;
  const auto count = co_await read_some(c, c->input.data() + had, piece);
  c->deadline = SteadyTime::max();
  c->input.resize(had + count);
  co_return count > 0;
}

awaitable<bool> write_piece(Shared c, std::string_view bytes) {
  const asio::const_buffer buffer(bytes.data(), bytes.size());
  if (c->tls) {
    const auto [error, count] = co_await asio::async_write(*c->tls, buffer, kAwait);
    co_return !error;
  }
  const auto [error, count] = co_await asio::async_write(c->socket, buffer, kAwait);
  co_return !error;
}

/// In pieces, so that the write time-out is one for a piece and not for a body of any size.
awaitable<bool> write_all(Shared c, std::string bytes) {
  constexpr std::size_t kPiece = 256 * 1024;
  c->output = std::move(bytes);
  for (std::size_t at = 0; at < c->output.size(); at += kPiece) {
    c->deadline = after(c->house.limits.write_timeout);
    const auto went = co_await write_piece(c, std::string_view(c->output).substr(at, kPiece));
    c->deadline = SteadyTime::max();
    if (!went) co_return false;
  }
  co_return true;
}

// Work for a worker.

/// Everything that a piece of work holds goes to the worker and comes back with its result, so that
/// nothing of a connection ever ends on a worker's thread.
template <class Handler, class Work, class T>
struct Job {
  Shared connection;
  Handler handler;
  Work work;
  bool refused = false;
  std::optional<T> result;
};

/// What `work` gives, or nothing when no worker had room.
template <class T, class Work>
awaitable<std::optional<T>> on_worker(Shared c, Work work) {
  auto start = [c, work = std::move(work)](auto handler) mutable {
    using This = Job<decltype(handler), Work, T>;
    auto job = std::make_unique<This>(This{c, std::move(handler), std::move(work), false, {}});
    This* const seen = job.get();
    WorkerPool::Task task = [job = std::move(job)]() mutable {
      if (!job->refused) job->result = job->work();
      asio::io_context& loop = job->connection->house.loop;
      asio::post(loop, [job = std::move(job)] { job->handler(std::move(job->result)); });
    };
    if (c->house.workers.try_run(task)) return;
    seen->refused = true;
    task();
  };
  auto value = co_await asio::async_initiate<decltype(asio::use_awaitable), void(std::optional<T>)>(
      start, asio::use_awaitable);
  co_return value;
}

awaitable<void> pause(Shared c, Duration wait) {
  c->alarm.expires_after(std::chrono::nanoseconds(wait.count_nanoseconds()));
  (void)co_await c->alarm.async_wait(kAwait);
}

// Bodies that come in pieces.

std::string framed(std::string piece, const Terms& terms) {
  return terms.chunks ? format_chunk(piece) : std::move(piece);
}

awaitable<bool> send_body_stream(Shared c, BodyStream pieces, Terms terms) {
  using Piece = Result<std::optional<std::string>>;
  // Shared, not copied: where it has got to is in it.
  const auto source = std::make_shared<BodyStream>(std::move(pieces));
  for (;;) {
    auto piece = co_await on_worker<Piece>(c, [source] { return (*source)(); });
    if (!piece) {
      (void)co_await pause(c, kWorkerRetry);
      if (!c->socket.is_open()) co_return false;
      continue;
    }
    if (!*piece) {
      c->house.log.warning("a response broke off", {{"why", piece->error().message}});
      co_return false;
    }
    if (!**piece) break;
    const auto went = co_await write_all(c, framed(std::move(***piece), terms));
    if (!went) co_return false;
  }
  if (!terms.chunks) co_return true;
  const auto ended = co_await write_all(c, std::string(kLastChunk));
  co_return ended;
}

// Event streams.

struct Pulled {
  std::string text;
  std::optional<std::uint64_t> after;
  std::optional<Duration> again_in;
  bool end = false;
};

Pulled pull(EventSource& source, std::optional<std::uint64_t> after) {
  const EventBatch batch = source.next(after);
  Pulled pulled{.after = after, .again_in = batch.again_in, .end = batch.end};
  for (const Event& event : batch.events) {
    pulled.text += source.written(event);
    if (event.id != 0) pulled.after = event.id;
  }
  return pulled;
}

/// A browser says nothing on an open event stream but that it leaves.
awaitable<void> watch_for_end(Shared c) {
  std::array<char, 512> unread;
  for (std::size_t total = 0; total < kReadPieceOfBody;) {
    const auto count = co_await read_some(c, unread.data(), unread.size());
    if (count == 0) break;
    total += count;
  }
  c->gone = true;
  c->wake();
}

/// Until either side leaves. Held per connection: one batch; the source is asked for the next when
/// this one went out.
awaitable<bool> send_events(Shared c, std::shared_ptr<EventSource> source,
                            std::optional<std::uint64_t> sent, Terms terms) {
  c->waker = std::make_shared<Waker>(c->house.loop, c);
  const Subscription subscription = source->subscribe([waker = c->waker] { Waker::wake(waker); });
  asio::co_spawn(c->house.loop, watch_for_end(c), asio::detached);
  const Duration heartbeat = c->house.limits.heartbeat;
  auto alive = co_await write_all(c, framed(source->opening(), terms));
  SteadyTime due = after(heartbeat);
  while (alive && !c->ending && !c->gone) {
    c->woken = false;
    auto pulled = co_await on_worker<Pulled>(c, [source, sent] { return pull(*source, sent); });
    if (pulled && !pulled->text.empty()) {
      alive = co_await write_all(c, framed(std::move(pulled->text), terms));
      due = after(heartbeat);
    }
    if (pulled) sent = pulled->after;
    if (pulled && pulled->end) break;
    if (!alive || c->woken) continue;
    SteadyTime until = due;
    if (!pulled) until = std::min(until, after(kWorkerRetry));
    if (pulled && pulled->again_in) until = std::min(until, after(*pulled->again_in));
    c->alarm.expires_at(until);
    (void)co_await c->alarm.async_wait(kAwait);
    if (std::chrono::steady_clock::now() < due || c->ending || c->gone) continue;
    alive = co_await write_all(c, framed(source->sign_of_life(), terms));
    due = after(heartbeat);
  }
  c->waker->end();
  if (!alive || c->gone) co_return false;
  (void)co_await write_all(c, terms.chunks ? std::string(kLastChunk) : std::string());
  co_return false;
}

// One request.

/// Reads the rest away so that the answer arrives before the reset that unread bytes would cause.
awaitable<void> linger(Shared c) {
  ErrorCode ignored;
  c->socket.shutdown(tcp::socket::shutdown_send, ignored);
  const SteadyTime by = after(kLinger);
  for (std::size_t total = 0; total < kLingerBytes;) {
    c->input.clear();
    const auto more = co_await read_more(c, kReadPieceOfBody, by);
    if (!more) break;
    total += c->input.size();
  }
}

awaitable<bool> send(Shared c, Reply reply) {
  constexpr std::size_t kOneWrite = 64 * 1024;
  const bool together = reply.body.size() <= kOneWrite;
  if (together) reply.head += reply.body;
  auto went = co_await write_all(c, std::move(reply.head));
  if (went && !together) {
    went = co_await write_all(c, std::move(reply.body));
  }
  if (went && reply.body_stream) {
    went = co_await send_body_stream(c, std::move(reply.body_stream), reply.terms);
  }
  if (went && reply.events) {
    went = co_await send_events(c, std::move(reply.events), reply.after, reply.terms);
  }
  co_return went&& reply.terms.keep_alive;
}

/// Says no to what is not even a request that can be followed by another.
awaitable<bool> refuse(Shared c, Response response) {
  Request nothing;
  nothing.secure = c->tls.has_value();
  Reply reply = c->house.service.finish(std::move(response), nothing, {.keep_alive = false});
  (void)co_await send(c, std::move(reply));
  (void)co_await linger(c);
  co_return false;
}

Response busy() {
  return problem(Problem{.status = 503,
                         .detail = "The server has more to do than it can.",
                         .mend = "Try again in a second."});
}

/// Feeds `parser` until it has a request or refuses one; false when the client left or dawdled.
awaitable<bool> read_request(Shared c, RequestParser* parser, std::size_t* body_bytes) {
  SteadyTime by = after(c->house.limits.header_timeout);
  bool in_body = false;
  for (;;) {
    const RequestParser::State state = parser->feed(c->input);
    if (state == RequestParser::State::kComplete || state == RequestParser::State::kRefused) break;
    if (state == RequestParser::State::kBody && !in_body) {
      in_body = true;
      by = after(c->house.limits.body_timeout);
    }
    if (parser->wants_continue()) {
      const auto went = co_await write_all(c, "HTTP/1.1 100 Continue\r\n\r\n");
      if (!went) co_return false;
    }
    const std::size_t had = c->input.size();
    const auto more = co_await read_more(c, in_body ? kReadPieceOfBody : kReadPiece, by);
    if (!more) co_return false;
    if (!in_body) continue;
    *body_bytes += c->input.size() - had;
    c->house.body_bytes += c->input.size() - had;
    if (c->house.body_bytes > c->house.limits.bodies_bytes) break;
  }
  co_return true;
}

awaitable<Reply> make_reply(Shared c, std::shared_ptr<const Request> request, Terms terms) {
  Service& service = c->house.service;
  if (auto no = service.gate(*request)) {
    co_return service.finish(*std::move(no), *request, terms);
  }
  auto made = co_await on_worker<Reply>(
      c, [request, terms, &service] { return service.answer(*request, terms); });
  if (made) co_return *std::move(made);
  co_return service.finish(busy(), *request, terms);
}

/// Gives back what a request's body took of the house's allowance.
struct BodyAllowance {
  explicit BodyAllowance(House& h) : house(h) {}
  ~BodyAllowance() { house.body_bytes -= taken; }
  BodyAllowance(const BodyAllowance&) = delete;
  BodyAllowance& operator=(const BodyAllowance&) = delete;
  House& house;
  std::size_t taken = 0;
};

/// Whether another request may follow.
awaitable<bool> serve_one(Shared c) {
  const Limits& limits = c->house.limits;
  if (c->input.empty()) {
    if (c->ending) co_return false;
    c->idle = true;
    const SteadyTime by = after(c->served_before ? limits.idle_timeout : limits.header_timeout);
    const auto came = co_await read_more(c, kReadPiece, by);
    c->idle = false;
    if (!came) co_return false;
  }
  RequestParser parser(limits);
  BodyAllowance allowance(c->house);
  const auto read = co_await read_request(c, &parser, &allowance.taken);
  if (!read) co_return false;
  c->served_before = true;
  if (parser.state() != RequestParser::State::kComplete) {
    const bool refused = parser.state() == RequestParser::State::kRefused;
    (void)co_await refuse(c, refused ? parser.refusal() : busy());
    co_return false;
  }
  const Terms terms{.keep_alive = parser.keep_alive() && !c->ending, .chunks = parser.speaks_1_1()};
  auto request = std::make_shared<Request>(parser.take());
  request->address = c->address;
  request->secure = c->tls.has_value();
  auto reply = co_await make_reply(c, std::move(request), terms);
  const auto again = co_await send(c, std::move(reply));
  co_return again;
}

// One connection.

/// Somebody typed http:// for an https:// address: a page is sent on, anything else told why.
awaitable<void> send_to_tls(Shared c) {
  RequestParser parser(c->house.limits);
  std::size_t body_bytes = 0;
  const auto read = co_await read_request(c, &parser, &body_bytes);
  c->house.body_bytes -= body_bytes;
  if (!read) co_return;
  Response response = problem(Problem{.status = 400,
                                      .detail = "This port speaks HTTPS alone.",
                                      .mend = "Use an address that begins with https://."});
  if (parser.state() == RequestParser::State::kComplete) {
    const Request request = parser.take();
    const std::string_view host = request.headers.value("Host");
    const bool page = request.method == Method::kGet || request.method == Method::kHead;
    if (page && !host.empty() && c->house.service.allows_host(host)) {
      response.status = 308;
      response.with("Location", fmt::format("https://{}{}", host, request.path));
    }
  }
  (void)co_await refuse(c, std::move(response));
}

constexpr char kTlsHandshake = 0x16;  // RFC 8446 §5.1: the first byte of a ClientHello's record.

awaitable<bool> start_tls(Shared c) {
  c->deadline = after(c->house.limits.header_timeout);
  char first = 0;
  const asio::mutable_buffer one(&first, 1);
  const auto [error, count] =
      co_await c->socket.async_receive(one, tcp::socket::message_peek, kAwait);
  if (error || count == 0) co_return false;
  if (first != kTlsHandshake) {
    (void)co_await send_to_tls(c);
    co_return false;
  }
  c->tls.emplace(c->socket, *c->house.tls);
  const auto [failed] = co_await c->tls->async_handshake(asio::ssl::stream_base::server, kAwait);
  c->deadline = SteadyTime::max();
  co_return !failed;
}

awaitable<void> serve(Shared c) {
  if (c->house.tls) {
    const auto ready = co_await start_tls(c);
    if (!ready) co_return;
  }
  for (;;) {
    const auto again = co_await serve_one(c);
    if (!again) break;
  }
  if (c->tls && c->socket.is_open() && !c->gone) {
    c->deadline = after(kLinger);
    (void)co_await c->tls->async_shutdown(kAwait);
  }
}

}  // namespace

class Connections::Registry {
 public:
  explicit Registry(House& h) : house(h) {}

  bool has_room(const std::string& address) const {
    const auto held = by_address.find(address);
    return open.size() < house.limits.connections &&
           (held == by_address.end() || held->second < house.limits.connections_per_address);
  }
  void add(const Shared& c) {
    open.insert(c);
    ++by_address[c->address];
  }
  void remove(const Shared& c) {
    c->close();
    if (open.erase(c) == 0) return;
    const auto held = by_address.find(c->address);
    if (--held->second == 0) by_address.erase(held);
  }

  House& house;
  std::unordered_set<Shared> open;
  std::unordered_map<std::string, std::size_t> by_address;
};

Connections::Connections(House& house) : registry_(std::make_shared<Registry>(house)) {}
Connections::~Connections() = default;

void Connections::take(int descriptor, std::string address) {
  House& house = registry_->house;
  ErrorCode error;
  tcp::socket socket(house.loop);
  socket.assign(address.contains(':') ? tcp::v6() : tcp::v4(), descriptor, error);
  if (error) return;
  socket.non_blocking(true, error);
  socket.set_option(tcp::no_delay(true), error);
  if (!registry_->has_room(address)) {
    const Reply no = house.service.finish(busy(), {}, {.keep_alive = false});
    if (!house.tls) socket.send(asio::buffer(no.head + no.body), MSG_NOSIGNAL, error);
    return;
  }
  const auto c = std::make_shared<Connection>(house, std::move(socket), std::move(address));
  registry_->add(c);
  asio::co_spawn(house.loop, serve(c), [registry = registry_, c](const std::exception_ptr& thrown) {
    if (thrown) registry->house.log.error("a connection ended by an exception");
    registry->remove(c);
  });
}

void Connections::wind_down() {
  for (const Shared& c : registry_->open) {
    c->ending = true;
    c->wake();
    if (c->idle) c->close();
  }
}

void Connections::cut() {
  for (const Shared& c : registry_->open) {
    if (c->waker) c->waker->end();
    c->close();
  }
}

void Connections::sweep() {
  const SteadyTime now = std::chrono::steady_clock::now();
  for (const Shared& c : registry_->open) {
    if (c->deadline <= now) c->close();
  }
}

std::size_t Connections::size() const {
  return registry_->open.size();
}

}  // namespace heed::http
