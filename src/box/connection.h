// One connection without blocking, over TCP or a serial line, as the loop drives it.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "box/fd.h"
#include "box/net.h"
#include "box/resolver.h"
#include "box/serial.h"

namespace heed::box {

/// Owned by the loop's list and by its Stream; `handler` is gone once the Stream is.
class Connection {
 public:
  Connection(std::string name, Duration limit, const Clock& clock, StreamHandler& handler)
      : name_(std::move(name)), limit_(limit), clock_(clock), handler_(&handler) {}

  /// The name's addresses: tried one after the other.
  void start(Result<std::vector<SocketAddress>> addresses);
  /// Instead: the serial line of that name. It is open, or has failed, when the loop next writes.
  void start(const SerialLine& line);
  /// Instead: a socket that is connected already.
  void start(Fd socket);
  void send(BytesView bytes);
  void pause(bool paused) { paused_ = paused; }
  /// The Stream is gone.
  void abandon();

  // What the loop asks and tells.
  bool finished() const { return handler_ == nullptr; }
  int descriptor() const { return fd_.number(); }
  bool wants_read() const { return open_ && !paused_; }
  bool wants_write() const { return fd_.is_open() && (!open_ || !unsent_.empty()); }
  std::optional<Duration> deadline() const { return deadline_; }
  void on_deadline();
  /// `buffer` is scratch space that all connections share.
  void on_readable(Bytes& buffer);
  void on_writable();

 private:
  void try_next();
  void attempt_failed(const std::string& words);
  void close(ErrorKind kind, const std::string& words);
  void write_out();
  ssize_t read_some(Bytes& buffer) const;
  ssize_t write_some() const;

  const std::string name_;
  const Duration limit_;
  const Clock& clock_;
  StreamHandler* handler_;
  std::vector<SocketAddress> addresses_;
  std::size_t next_ = 0;
  std::string failures_;
  Fd fd_;
  bool serial_ = false;
  bool adopted_ = false;
  std::optional<Duration> deadline_;
  bool open_ = false;
  bool paused_ = false;
  Bytes unsent_;
};

}  // namespace heed::box
