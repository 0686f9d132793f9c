// For tests alone: a server around some routes, and a client that sends exactly the bytes it is
// told to and waits at most five seconds for anything.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "http/server.h"

namespace heed::http::testing {

/// A limit for what must not be waited for: that it was is seen on however busy a machine.
inline constexpr Duration kFarOff = Duration::seconds(60);

struct Answer {
  int status = 0;  ///< 0 when the connection ended before an answer.
  Headers headers;
  std::string body;
};

/// Lets real time pass, where only the kernel's buffers could tell that it is enough.
inline void let_pass(Duration wait) {
  Mutex mutex;
  Condition never;
  const SystemClock clock;
  const Duration until = clock.steady() + wait;
  const Lock lock(mutex);
  while (clock.steady() < until) never.wait_for(mutex, until - clock.steady());
}

/// A blocking connection to 127.0.0.1.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    const int on = 1;
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      hang_up();
    }
  }
  ~Client() { hang_up(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int descriptor() const { return socket_; }
  void hang_up() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// "GET /path" with a Host and whatever header lines are given, each ended by \r\n.
  bool get(std::string_view path, std::string_view header_lines = {}) {
    return send("GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" +
                std::string(header_lines) + "\r\n");
  }
  /// One answer, its body put together. `bodiless` after HEAD.
  Answer answer(bool bodiless = false) {
    Answer answer;
    const std::string head = take_until("\r\n\r\n");
    if (head.size() < 12) return answer;
    std::from_chars(head.data() + 9, head.data() + 12, answer.status);
    for (std::size_t at = head.find("\r\n") + 2; at + 2 < head.size();) {
      const std::size_t end = head.find("\r\n", at);
      const std::size_t colon = head.find(": ", at);
      answer.headers.add(head.substr(at, colon - at), head.substr(colon + 2, end - colon - 2));
      at = end + 2;
    }
    if (bodiless || answer.status == 204 || answer.status == 304) return answer;
    if (answer.headers.find("Transfer-Encoding")) {
      answer.body = chunks();
    } else if (const std::string* length = answer.headers.find("Content-Length")) {
      answer.body = take(std::stoul(*length));
    } else {
      while (more()) {
      }
      answer.body = std::exchange(input_, {});
    }
    return answer;
  }
  /// Everything up to and with `mark`; what there is if the connection ends first.
  std::string take_until(std::string_view mark) {
    std::size_t at = input_.find(mark);
    while (at == std::string::npos) {
      const std::size_t seen = input_.size() - std::min(input_.size(), mark.size());
      if (!more()) break;
      at = input_.find(mark, seen);
    }
    return take(at == std::string::npos ? input_.size() : at + mark.size());
  }
  /// Whether nothing comes, not even the end, for so long.
  bool silent_for(Duration wait) const {
    pollfd look{.fd = socket_, .events = POLLIN, .revents = 0};
    return input_.empty() && poll(&look, 1, static_cast<int>(wait.count_milliseconds())) == 0;
  }
  /// Whether the server ends the connection, with nothing more to read.
  bool ended() {
    char byte = 0;
    return input_.empty() && recv(socket_, &byte, 1, 0) <= 0 && errno != EAGAIN;
  }

 private:
  bool more() {
    char piece[64 * 1024];
    const ssize_t count = recv(socket_, piece, sizeof piece, 0);
    if (count > 0) input_.append(piece, static_cast<std::size_t>(count));
    return count > 0;
  }
  std::string take(std::size_t size) {
    while (input_.size() < size && more()) {
    }
    std::string taken = input_.substr(0, size);
    input_.erase(0, size);
    return taken;
  }
  std::string chunks() {
    std::string body;
    for (;;) {
      const std::string line = take_until("\r\n");
      std::size_t size = 0;
      std::from_chars(line.data(), line.data() + line.size(), size, 16);
      body += take(size);
      const std::string end = take(2);
      if (size == 0 || end.size() < 2) return body;
    }
  }

  int socket_;
  std::string input_;
};

/// A running server on a free port of loopback.
class Running {
 public:
  explicit Running(const Router& router, ServerOptions options = {}) {
    options.port = 0;
    auto started = Server::start(router, clock_, log_, std::move(options));
    if (!started) {
      ADD_FAILURE() << started.error().message;
    } else {
      server_ = *std::move(started);
    }
  }
  Server& server() { return *server_; }
  std::uint16_t port() const { return server_->port(); }

 private:
  SystemClock clock_;
  Log log_{clock_, LogLevel::kError, Log::standard_error()};
  std::unique_ptr<Server> server_;
};

}  // namespace heed::http::testing
