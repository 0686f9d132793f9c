// What a client may ask an agent, and how it is told to ask.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "wire/backoff.h"

namespace heed::wire::mtconnect {

struct AgentOptions {
  /// Before every path: "" or "/agent", without a slash at its end.
  std::string base_path;
  /// One device of the agent by name or uuid; empty for all of them.
  std::string device;
  /// What the agent is asked to wait between two parts of a stream, at least.
  Duration interval = Duration::milliseconds(100);
  Duration heartbeat = Duration::seconds(10);
  /// Between two polls, where streaming does not work.
  Duration poll_period = Duration::seconds(1);
  Duration shortest_poll_period = Duration::milliseconds(50);
  /// Observations of one document, at most; never more than half the agent's buffer.
  std::uint64_t count = 1'000;
  /// An answer that is no stream must have begun, and may pause, this long.
  Duration answer_limit = Duration::seconds(30);
  /// After this long in polling, streaming is tried again.
  Duration streaming_retry = Duration::minutes(10);
  BackoffLimits backoff;
};

/// All that can be asked for: none of it changes anything at the agent.
enum class Verb : std::uint8_t { kProbe, kCurrent, kSample, kAsset };

/// What to ask next.
struct Request {
  /// Over HTTP, `GET path`: percent-encoded, with its query; begins with a slash.
  std::string path;
  // The same, for who asks otherwise (socket_request.h).
  Verb verb = Verb::kProbe;
  std::string device;      ///< Empty: all of them.
  std::string asset_id;    ///< Of kAsset.
  std::uint64_t from = 0;  ///< Of kSample, as is the rest.
  std::uint64_t count = 0;
  Duration interval;  ///< Of a stream.
  Duration heartbeat;
  /// The answer has no end: hand its bytes on as they come.
  bool streaming = false;
  /// Steady time before which not to ask.
  Duration not_before;
  /// No byte for this long, from the request on: the peer is dead.
  Duration silence_limit;
  bool operator==(const Request&) const = default;
};

/// What to do with the connection after bytes were taken.
enum class Next : std::uint8_t {
  kContinue,  ///< Keep reading.
  kClose,     ///< Close this exchange; next_request() says how it goes on.
};

/// Percent-encodes what RFC 3986 §2.3 does not leave as it is: names and ids come from outside and
/// must not add to a request line.
std::string path_segment(std::string_view text);

}  // namespace heed::wire::mtconnect
