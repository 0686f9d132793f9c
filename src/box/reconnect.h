// How every driver over TCP or a serial line stays connected: looks the name up, connects, and
// after a loss waits a little longer each time, until a connection has held for a while.
#pragma once

#include <memory>
#include <string>

#include "box/driver.h"
#include "box/net.h"
#include "wire/backoff.h"

namespace heed::box {

/// A connection that lived this long was a good one: the next loss waits the shortest time again.
/// One that is taken and dropped at once is not (an adapter that serves another client does that).
constexpr Duration kGoodConnection = Duration::seconds(10);

class ReconnectHandler {
 public:
  virtual ~ReconnectHandler() = default;
  virtual void on_connected(const std::string& where) = 0;
  virtual void on_bytes(BytesView bytes) = 0;
  /// Down, or not up; another attempt is under way. Not called by lose().
  virtual void on_lost(const Error& why) = 0;
};

/// Not thread-safe: the loop's thread.
class Reconnect final : public StreamHandler {
 public:
  Reconnect(const Endpoint& endpoint, DriverPlace place, ReconnectHandler& handler);
  void start();
  void send(BytesView bytes);
  /// Gives the connection up, and tries again.
  void lose();
  void pause(bool paused);

  void on_open(const std::string& where) override;
  void on_bytes(BytesView bytes) override { handler_.on_bytes(bytes); }
  void on_closed(const Error& why) override;

 private:
  void try_again();

  const Endpoint endpoint_;
  const DriverPlace place_;
  ReconnectHandler& handler_;
  wire::Backoff backoff_;
  Timer retry_;
  std::unique_ptr<Stream> stream_;
  std::optional<Duration> open_since_;
  bool paused_ = false;
};

}  // namespace heed::box
