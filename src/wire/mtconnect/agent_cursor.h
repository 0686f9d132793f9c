// How to listen to an agent without losing count: the client algorithm as a state machine that does
// no I/O. Bytes and time go in, observations and the next request come out.
//
//   probe ─► current ─► sample (stream, or poll) ─► …
//     ▲         ▲            │
//     │         └── OUT_OF_RANGE: what the ring has overwritten is a gap with its count
//     └── another instanceId: the agent restarted; gap, then all that is left of its buffer
//
// Over HTTP an answer is bytes (response_started, body, response_ended), over WebSocket it is
// messages that are each a whole document (messages_started, message).
//
// The owner keeps the cursor of each commit() together with the data of that document, in one
// transaction: then neither a crash nor a lost connection can double or lose an observation.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/mtconnect/asset_queue.h"
#include "wire/mtconnect/listener.h"
#include "wire/mtconnect/request.h"

namespace heed::wire::mtconnect {

/// One agent. Not thread-safe. `now` is steady time (Clock::steady), never the wall clock.
///
/// The owner's loop: r = next_request(); wait until r.not_before; connect and send `GET r.path`;
/// then response_started, body …, response_ended; or lost at any moment, also when no byte came
/// for r.silence_limit. Beside it, the same with assets().
class AgentSession {
 public:
  /// `listener` and `random` must outlive it. `kept` is the cursor of the last commit, or nothing.
  AgentSession(AgentOptions options, AgentListener& listener, Random& random,
               std::optional<Cursor> kept = {});
  ~AgentSession();

  /// The request to make now; the same one until its exchange has begun.
  Request next_request(Duration now);
  void response_started(int status, std::string_view content_type, Duration now);
  Next body(BytesView piece, Duration now);
  /// The same where documents come whole: one, or as many as a stream has.
  void messages_started(Duration now);
  Next message(BytesView document, Duration now);
  /// The peer ended the body, or closed in good order.
  void response_ended(Duration now);
  /// Not connected, reset, or silent for too long.
  void lost(const Error& error, Duration now);

  AssetQueue& assets();
  /// As of the last commit.
  const std::optional<Cursor>& cursor() const;
  /// The agent does not stream, or not through what lies between: it is polled.
  bool polling() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heed::wire::mtconnect
