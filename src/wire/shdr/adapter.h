// The adapter's side of an SHDR connection: answers PING and sends lines. For the players and
// gateways that speak to agents, and for tests of the client.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"
#include "wire/shdr/line.h"

namespace heed::wire::shdr {

/// Bytes waiting for a client that does not read; beyond it the client is too slow to serve.
inline constexpr std::size_t kMostUnsent = 1024 * 1024;

/// One client. `now` is Clock::steady(). Not thread-safe.
class AdapterSession {
 public:
  /// Promises a heartbeat of `heartbeat` to a client that asks (10 s is usual).
  AdapterSession(Duration heartbeat, Duration now);

  /// What the client sent; anything but PING is counted and left alone.
  void on_bytes(BytesView bytes, Duration now);
  /// Queues lines, each with its line ending. False, and nothing queued, beyond kMostUnsent.
  [[nodiscard]] bool say(std::string_view lines);
  [[nodiscard]] bool say(const Stamp& stamp, std::span<const Entry> entries) {
    return say(format_line(stamp, entries));
  }

  /// Takes what is to be sent now; empty if nothing.
  Bytes bytes_to_send();
  /// How much waits: what bytes_to_send() would give.
  std::size_t unsent() const { return outgoing_.size(); }

  /// When on_time() wants to be called; nothing for a client that has never pinged.
  std::optional<Duration> deadline() const;
  void on_time(Duration now);
  /// The client pinged before, and not for twice the heartbeat.
  bool dead() const { return dead_; }
  /// Lines from the client that were no PING.
  std::uint64_t strange_lines() const { return strange_lines_; }

 private:
  const Duration heartbeat_;
  LineSplitter splitter_;
  Bytes outgoing_;
  Duration last_arrival_;
  bool pinged_ = false;
  bool dead_ = false;
  std::uint64_t strange_lines_ = 0;
};

}  // namespace heed::wire::shdr
