#include "box/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace heed::box {
namespace {

// A cable that was pulled is noticed by the sessions' own time-outs; keep-alive is for middle boxes
// that forget idle connections.
void set_options(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

Fd begin_connect(const SocketAddress& address, int& error) {
  Fd fd(::socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  error = fd.is_open() ? 0 : errno;
  if (!fd.is_open()) return fd;
  set_options(fd.number());
  sockaddr_storage storage{};
  std::memcpy(&storage, address.bytes.data(), std::min(address.bytes.size(), sizeof(storage)));
  if (::connect(fd.number(), reinterpret_cast<const sockaddr*>(&storage),
                static_cast<socklen_t>(address.bytes.size())) != 0) {
    error = errno;
  }
  return fd;
}

}  // namespace

void Connection::start(Result<std::vector<SocketAddress>> addresses) {
  if (finished()) return;
  if (!addresses) return close(addresses.error().kind, addresses.error().message);
  addresses_ = std::move(*addresses);
  try_next();
}

void Connection::start(const SerialLine& line) {
  auto opened = open_serial(line);
  if (!opened) {
    failures_ = opened.error().message;
    deadline_ = clock_.steady();  // told by the loop, not from inside the call
    return;
  }
  serial_ = true;
  fd_ = *std::move(opened);
}

void Connection::start(Fd socket) {
  adopted_ = true;
  fd_ = std::move(socket);
}

void Connection::try_next() {
  while (next_ < addresses_.size()) {
    int error = 0;
    fd_ = begin_connect(addresses_[next_++], error);
    deadline_ = clock_.steady() + limit_;
    if (error == 0 || error == EINPROGRESS) return;  // on_writable() tells how it went
    failures_ += (failures_.empty() ? "" : "; ") + system_words(error);
  }
  close(ErrorKind::kUnavailable,
        "no connection to " + name_ + ": " + (failures_.empty() ? "it has no address" : failures_));
}

void Connection::attempt_failed(const std::string& words) {
  failures_ += (failures_.empty() ? "" : "; ") + words;
  fd_.close();
  deadline_.reset();
  try_next();
}

void Connection::on_deadline() {
  if (finished() || open_) return;
  if (!fd_.is_open()) return close(ErrorKind::kUnavailable, failures_);
  attempt_failed("no answer within " + std::to_string(limit_.count_milliseconds()) + " ms");
}

void Connection::on_writable() {
  if (finished()) return;
  if (open_) return write_out();
  if (serial_ || adopted_) {
    open_ = true;
    handler_->on_open(name_);
    return finished() ? void() : write_out();
  }
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(fd_.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return attempt_failed(system_words(error));
  open_ = true;
  deadline_.reset();
  handler_->on_open(addresses_[next_ - 1].text);
  if (!finished()) write_out();
}

void Connection::on_readable(Bytes& buffer) {
  if (finished() || !open_ || paused_) return;
  const ssize_t got = read_some(buffer);
  if (got > 0) {
    handler_->on_bytes(BytesView(buffer).substr(0, static_cast<std::size_t>(got)));
  } else if (got == 0) {
    close(ErrorKind::kUnavailable, name_ + " closed the connection");
  } else if (errno != EAGAIN && errno != EINTR) {
    close(ErrorKind::kUnavailable, name_ + " is lost: " + system_words(errno));
  }
}

void Connection::send(BytesView bytes) {
  if (finished()) return;
  unsent_.append(bytes);  // written by the loop, so that no handler is called from in here
}

ssize_t Connection::read_some(Bytes& buffer) const {
  return serial_ ? ::read(fd_.number(), buffer.data(), buffer.size())
                 : ::recv(fd_.number(), buffer.data(), buffer.size(), 0);
}

ssize_t Connection::write_some() const {
  return serial_ ? ::write(fd_.number(), unsent_.data(), unsent_.size())
                 : ::send(fd_.number(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
}

void Connection::write_out() {
  while (!unsent_.empty()) {
    const ssize_t sent = write_some();
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) break;
    if (sent < 0) {
      return close(ErrorKind::kUnavailable, name_ + " is lost: " + system_words(errno));
    }
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  if (unsent_.size() > Stream::kMostUnsent) {
    close(ErrorKind::kExhausted, name_ + " does not read what it is sent");
  }
}

void Connection::close(ErrorKind kind, const std::string& words) {
  StreamHandler* handler = handler_;
  abandon();
  if (handler != nullptr) handler->on_closed({kind, words, {}});
}

void Connection::abandon() {
  handler_ = nullptr;
  fd_.close();
  deadline_.reset();
}

}  // namespace heed::box
