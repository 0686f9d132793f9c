// What a box does on a connection to an SHDR adapter: asks for a heartbeat, keeps it, notices when
// the adapter is dead, and hands on the lines. Reading only: PING is all it can say.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "wire/shdr/splitter.h"

namespace heed::wire::shdr {

struct ClientOptions {
  /// An adapter that never answers PING may be silent this long before it counts as dead.
  Duration legacy_timeout = Duration::seconds(600);
};

/// `* PONG` promises outside of these are taken as the nearer of them.
inline constexpr Duration kShortestHeartbeat = Duration::milliseconds(100);
inline constexpr Duration kLongestHeartbeat = Duration::minutes(60);

/// One connection, from its first byte to its last; make a new one for the next. `now` is
/// Clock::steady(). Not thread-safe.
///
///   on_bytes(received, now); while (auto line = next_line()) …; send(bytes_to_send());
///   sleep until deadline(); on_time(now); if (dead()) close.
class ClientSession {
 public:
  /// Connected at `now`; the first PING is ready to be sent.
  ClientSession(ClientOptions options, Duration now);

  /// What arrived. Ends the life of every line that next_line() gave.
  void on_bytes(BytesView bytes, Duration now);
  /// The next line that is for the house: everything but a PONG. Take them all after on_bytes().
  std::optional<RawLine> next_line();
  /// The peer closed: what was left of a line, once.
  std::optional<RawLine> finish() { return splitter_.finish(); }

  /// Takes what is to be sent now; empty if nothing.
  Bytes bytes_to_send();

  /// When on_time() wants to be called; it may be called at any time.
  Duration deadline() const;
  void on_time(Duration now);

  /// Nothing arrived for twice the heartbeat, or for legacy_timeout without one.
  bool dead() const { return dead_; }
  /// What the adapter promised with PONG; nothing for a legacy adapter.
  std::optional<Duration> heartbeat() const { return heartbeat_; }

 private:
  Duration silence_ends() const;
  Duration next_ping() const { return last_ping_ + *heartbeat_; }

  const ClientOptions options_;
  LineSplitter splitter_;
  Bytes outgoing_;
  Duration last_arrival_;
  Duration last_ping_;
  std::optional<Duration> heartbeat_;
  bool dead_ = false;
};

/// The milliseconds of `* PONG 10000`; nothing if the line is anything else.
std::optional<Duration> parse_pong(std::string_view line);

}  // namespace heed::wire::shdr
