#include "torture_agent.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <deque>
#include <thread>

#include "base/result.h"
#include "base/sync.h"
#include "wire/mtconnect/testing.h"

namespace heed::torture {
namespace {

using wire::mtconnect::testing::ring_target;
using wire::mtconnect::testing::RingAgent;
using wire::mtconnect::testing::RingTarget;

constexpr int kTickMilliseconds = 2;
constexpr std::string_view kBoundary = "torture0b";
constexpr std::size_t kHugeElements = 250'000;

/// One streaming answer, between its parts.
struct Stream {
  std::uint64_t from = 0;
  std::uint64_t count = 100;
  Duration interval;
  Duration heartbeat;
  Duration sent_at;
  bool begun = false;
};

struct Connection {
  int fd = -1;
  std::string in;
  std::string out;
  std::optional<Stream> stream;
  bool stalled = false;
  bool close_when_sent = false;
  bool gone = false;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A current document of about 30 MB.
std::string huge(std::string document) {
  std::string elements = "<Samples>\n";
  for (std::size_t i = 0; i < kHugeElements; ++i) {
    elements += fmt::format(
        "<Position dataItemId=\"huge_{}\" sequence=\"1\" timestamp=\"2020-09-13T12:26:40.000Z\""
        " subType=\"ACTUAL\">{}.25</Position>\n",
        i, i);
  }
  document.insert(document.find("</ComponentStream>"), elements + "</Samples>\n");
  return document;
}

std::string chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

}  // namespace

struct TortureAgent::State {
  explicit State(TortureOptions o) : options(std::move(o)) {
    Lock lock(mutex);
    ring.instance_id = options.instance_id;
    ring.buffer_size = options.buffer_size;
    ring.version = options.version;
    ring.new_errors = options.new_errors;
    ring.device_name = options.device_name;
    ring.device_uuid = options.device_uuid;
    listen();
    thread = std::thread([this] { run(); });
  }
  ~State() {
    stopping = true;
    thread.join();
    Lock lock(mutex);
    close_all();
    if (listener >= 0) ::close(listener);
  }

  void listen() HEED_REQUIRES(mutex) {
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address = loopback(port);
    socklen_t size = sizeof(address);
    // After go_dark() the loop's poll(2) may hold the port for one more tick.
    int tries = 0;
    while (::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0) {
      require(++tries < 1'000, "a loopback port can be bound");
      ::poll(nullptr, 0, 1);
    }
    require(::listen(listener, 16) == 0, "a bound port can be listened on");
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }

  void close_all() HEED_REQUIRES(mutex) {
    for (Connection& connection : connections) ::close(connection.fd);
    connections.clear();
  }

  void run() {
    while (!stopping) {
      std::vector<pollfd> waits;
      {
        Lock lock(mutex);
        tick();
        if (listener >= 0) waits.push_back({listener, POLLIN, 0});
        for (const Connection& c : connections) {
          waits.push_back({c.fd, static_cast<short>(c.out.empty() ? POLLIN : POLLIN | POLLOUT), 0});
        }
      }
      ::poll(waits.data(), waits.size(), kTickMilliseconds);
    }
  }

  void tick() HEED_REQUIRES(mutex) {
    accept();
    for (Connection& connection : connections) {
      receive(connection);
      while (!connection.stalled && !connection.stream && take_request(connection)) {
      }
      if (connection.stream && !connection.stalled && !connection.close_when_sent) {
        go_on(connection);
      }
      send(connection);
    }
    std::erase_if(connections, [](const Connection& c) { return c.gone && ::close(c.fd) == 0; });
  }

  void accept() HEED_REQUIRES(mutex) {
    while (listener >= 0) {
      const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      connections.emplace_back().fd = fd;
    }
  }

  void receive(Connection& connection) HEED_REQUIRES(mutex) {
    char buffer[4'096];
    while (true) {
      const ssize_t size = ::recv(connection.fd, buffer, sizeof(buffer), 0);
      if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
      if (size <= 0) {
        connection.gone = true;
        return;
      }
      connection.in.append(buffer, static_cast<std::size_t>(size));
      received.append(buffer, static_cast<std::size_t>(size));
    }
  }

  void send(Connection& connection) HEED_REQUIRES(mutex) {
    while (!connection.out.empty() && !connection.gone) {
      const std::size_t most = options.write_size == 0 ? connection.out.size() : options.write_size;
      const ssize_t size = ::send(connection.fd, connection.out.data(),
                                  std::min(most, connection.out.size()), MSG_NOSIGNAL);
      if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
      if (size <= 0)
        connection.gone = true;
      else
        connection.out.erase(0, static_cast<std::size_t>(size));
    }
    if (connection.close_when_sent) connection.gone = true;
  }

  /// True if a whole request was taken.
  bool take_request(Connection& connection) HEED_REQUIRES(mutex) {
    const std::size_t end = connection.in.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::string line = connection.in.substr(0, connection.in.find("\r\n"));
    connection.in.erase(0, end + 4);
    requests.push_back(line);
    const std::size_t begin = line.find(' ') + 1;
    answer(connection, line.substr(begin, line.find(' ', begin) - begin));
    return true;
  }

  /// The fault that is next, if it is this one.
  bool strikes(Fault fault) HEED_REQUIRES(mutex) {
    if (faults.empty() || faults.front() != fault) return false;
    faults.pop_front();
    return true;
  }

  void answer(Connection& connection, const std::string& target) HEED_REQUIRES(mutex) {
    const RingTarget asked = ring_target(target);
    if (strikes(Fault::kCloseAtOnce)) {
      connection.gone = true;
      return;
    }
    if (strikes(Fault::kStall)) {
      connection.stalled = true;
      return;
    }
    if (strikes(Fault::kServerError)) {
      return respond(connection, 500, "text/plain", "out of order");
    }
    if (asked.verb == "sample" && strikes(Fault::kOutOfRange)) {
      return document(connection, ring.out_of_range());
    }
    const std::uint64_t from = asked.number("from", ring.first());
    const bool in_buffer = from >= ring.first() && from <= ring.next();
    const bool streaming = asked.verb == "sample" && asked.query.contains("interval");
    if (streaming && in_buffer && !strikes(Fault::kNoStream)) {
      return begin_stream(connection, asked, from);
    }
    std::string text = ring.answer(target);
    if (asked.verb == "current" && strikes(Fault::kHugeDocument)) text = huge(std::move(text));
    document(connection, text);
  }

  void document(Connection& connection, const std::string& text) HEED_REQUIRES(mutex) {
    if (strikes(Fault::kGarbage)) return respond(connection, 200, "text/xml", "\x01 no xml <<<");
    const bool error = text.contains("<MTConnectError");
    const bool cut = !error && strikes(Fault::kCutInDocument);
    respond(connection, error && options.new_errors ? 404 : 200, "text/xml", text);
    if (!cut) return;
    connection.out.resize(connection.out.size() - text.size() / 2);
    connection.close_when_sent = true;
  }

  static void respond(Connection& connection, int status, std::string_view type,
                      std::string_view body) {
    connection.out +=
        fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", status,
                    status == 200 ? "OK" : "Error", type, body.size(), body);
  }

  void begin_stream(Connection& connection, const RingTarget& asked, std::uint64_t from)
      HEED_REQUIRES(mutex) {
    const auto milliseconds = [&](const char* name, std::uint64_t otherwise) {
      return Duration::milliseconds(static_cast<std::int64_t>(asked.number(name, otherwise)));
    };
    connection.stream = Stream{.from = from,
                               .count = asked.number("count", 100),
                               .interval = milliseconds("interval", 0),
                               .heartbeat = milliseconds("heartbeat", 10'000),
                               .sent_at = {}};
    const std::string_view quote = options.quoted_boundary ? "\"" : "";
    connection.out +=
        fmt::format("HTTP/1.1 200 OK\r\nContent-Type: {};boundary={}{}{}\r\n{}\r\n",
                    options.multipart_type, quote, kBoundary, quote,
                    options.chunked ? "Transfer-Encoding: chunked\r\n" : "Connection: close\r\n");
  }

  /// Sends the next part when its time has come: at once, after the interval if there is something
  /// new, after the heartbeat if there is not.
  void go_on(Connection& connection) HEED_REQUIRES(mutex) {
    Stream& stream = *connection.stream;
    const Duration now = clock.steady();
    const Duration since = now - stream.sent_at;
    const bool news = stream.from < ring.next() && since >= stream.interval;
    if (stream.begun && !news && since < stream.heartbeat) return;
    stream.begun = true;
    stream.sent_at = now;
    if (strikes(Fault::kStall)) {
      connection.stalled = true;
      return;
    }
    std::string text = ring.sample(stream.from, stream.count);
    if (strikes(Fault::kGarbage)) text = "\x01 no xml <<<";
    stream.from = std::min(ring.next(), stream.from + stream.count);
    part(connection, text);
  }

  void part(Connection& connection, const std::string& text) HEED_REQUIRES(mutex) {
    std::string head = fmt::format("\r\n--{}\r\nContent-type: text/xml\r\n", kBoundary);
    if (!strikes(Fault::kNoPartLength)) head += fmt::format("Content-length: {}\r\n", text.size());
    std::string bytes = head + "\r\n" + text + "\r\n";
    if (strikes(Fault::kCutInPartHeader)) {
      bytes.resize(head.size() / 2);
      connection.close_when_sent = true;
    } else if (strikes(Fault::kCutInDocument)) {
      bytes.resize(head.size() + text.size() / 2);
      connection.close_when_sent = true;
    }
    connection.out += options.chunked ? chunk(bytes) : bytes;
  }

  const TortureOptions options;
  const SystemClock clock;
  std::atomic<bool> stopping = false;
  std::thread thread;

  mutable Mutex mutex;
  RingAgent ring HEED_GUARDED_BY(mutex);
  int listener HEED_GUARDED_BY(mutex) = -1;
  std::uint16_t port HEED_GUARDED_BY(mutex) = 0;
  std::vector<Connection> connections HEED_GUARDED_BY(mutex);
  std::deque<Fault> faults HEED_GUARDED_BY(mutex);
  std::vector<std::string> requests HEED_GUARDED_BY(mutex);
  std::string received HEED_GUARDED_BY(mutex);
};

TortureAgent::TortureAgent(TortureOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}
TortureAgent::~TortureAgent() = default;

std::uint16_t TortureAgent::port() const {
  Lock lock(state_->mutex);
  return state_->port;
}

std::uint64_t TortureAgent::observe(std::string_view data_item, std::string_view value,
                                    Time timestamp) {
  Lock lock(state_->mutex);
  return state_->ring.observe(data_item, value, timestamp);
}

void TortureAgent::put_asset(std::string_view asset_id, std::string_view xml, Time timestamp) {
  Lock lock(state_->mutex);
  state_->ring.assets[std::string(asset_id)] = xml;
  state_->ring.observe("asset_changed", asset_id, timestamp);
}

void TortureAgent::restart(std::uint64_t instance_id, Time timestamp) {
  Lock lock(state_->mutex);
  state_->ring.restart(instance_id, timestamp);
  state_->close_all();
}

void TortureAgent::change_model(Time timestamp) {
  Lock lock(state_->mutex);
  state_->ring.model_change = format_time(timestamp);
}

void TortureAgent::misbehave(Fault fault) {
  Lock lock(state_->mutex);
  state_->faults.push_back(fault);
}

std::size_t TortureAgent::faults_left() const {
  Lock lock(state_->mutex);
  return state_->faults.size();
}

void TortureAgent::go_dark() {
  Lock lock(state_->mutex);
  state_->close_all();
  if (state_->listener >= 0) ::close(state_->listener);
  state_->listener = -1;
}

void TortureAgent::listen_again() {
  Lock lock(state_->mutex);
  if (state_->listener < 0) state_->listen();
}

std::vector<std::string> TortureAgent::requests() const {
  Lock lock(state_->mutex);
  return state_->requests;
}

std::string TortureAgent::received() const {
  Lock lock(state_->mutex);
  return state_->received;
}

std::uint64_t TortureAgent::last_sequence() const {
  Lock lock(state_->mutex);
  return state_->ring.next() - 1;
}

std::uint64_t TortureAgent::first_sequence() const {
  Lock lock(state_->mutex);
  return state_->ring.first();
}

}  // namespace heed::torture
