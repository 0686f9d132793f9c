// How to listen to an agent without losing count: the client algorithm as a state machine that does
// no I/O. Bytes and time go in, observations and the next request come out.
//
//   probe ─► current ─► sample (stream, or poll) ─► …
//     ▲         ▲            │
//     │         └── OUT_OF_RANGE: what the ring has overwritten is a gap with its count
//     └── another instanceId: the agent restarted; gap, then all that is left of its buffer
//
// The owner keeps the cursor of each commit() together with the data of that document, in one
// transaction: then neither a crash nor a lost connection can double or lose an observation.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/backoff.h"
#include "wire/mtconnect/assets.h"
#include "wire/mtconnect/devices.h"
#include "wire/mtconnect/header.h"
#include "wire/mtconnect/multipart.h"
#include "wire/mtconnect/streams.h"

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

/// What to ask next: `GET path`.
struct Request {
  /// Percent-encoded, with its query; begins with a slash.
  std::string path;
  /// The answer has no end: hand its bytes on as they come.
  bool streaming = false;
  /// Steady time before which not to ask.
  Duration not_before;
  /// No byte for this long, from the request on: the peer is dead.
  Duration silence_limit;
  bool operator==(const Request&) const = default;
};

/// Observations that are missing, and are known to be.
struct Gap {
  enum class Cause : std::uint8_t {
    kOverwritten,  ///< The ring wrapped before they were read: first … last are lost.
    kRestarted,    ///< The agent began anew; how many were lost cannot be known.
  };
  Cause cause = Cause::kOverwritten;
  /// The instance that lost them.
  std::uint64_t instance_id = 0;
  /// The first lost sequence; for kRestarted the first that was never asked for.
  std::uint64_t first = 0;
  /// The last lost sequence; 0 for kRestarted.
  std::uint64_t last = 0;
  /// last - first + 1; 0 if it cannot be known. Observations of the range that `current` still
  /// shows are delivered all the same.
  std::uint64_t count = 0;
  /// By the agent's clock: the last document before the loss, and the document that revealed it.
  std::optional<Time> from;
  std::optional<Time> until;
  bool operator==(const Gap&) const = default;
};

/// Where a session stands; what is kept with the data.
struct Cursor {
  std::uint64_t instance_id = 0;
  /// The next sequence to ask for.
  std::uint64_t next = 0;
  /// creationTime of the last document; for the beginning of a gap.
  std::optional<Time> as_of;

  Bytes encode() const;
  /// Nothing if the bytes are no cursor: begin anew then.
  static std::optional<Cursor> decode(BytesView bytes);
  bool operator==(const Cursor&) const = default;
};

/// Takes what a session finds out. Calls come from within AgentSession's functions, on the same
/// thread; it must not call the session back.
class AgentListener {
 public:
  virtual ~AgentListener() = default;
  /// After each probe: at the start, after a restart, and when the model changed.
  virtual void on_devices(const DeviceModel& model) = 0;
  /// `snapshot`: a value of `current`, possibly hours old: go by its timestamp, not by now.
  virtual void on_observation(const Observation& observation, BytesView raw, bool snapshot) = 0;
  virtual void on_gap(const Gap& gap) = 0;
  /// Everything since the last commit or discard is complete: keep it, and `cursor` with it.
  virtual void on_commit(const Cursor& cursor, const Header& header) = 0;
  /// The document was cut short: forget what came since the last commit; it will come again.
  virtual void on_discard() = 0;
  virtual void on_asset(const Asset& asset) = 0;
  /// The agent has it no longer.
  virtual void on_asset_gone(std::string_view asset_id) = 0;
  /// Something that a person may want to see; the session goes on by itself.
  virtual void on_trouble(const Error& error) = 0;
};

/// What to do with the connection after bytes were taken.
enum class Next : std::uint8_t {
  kContinue,  ///< Keep reading.
  kClose,     ///< Close this exchange; next_request() says how it goes on.
};

/// Fetches the assets that observations spoke of, one request at a time, on a connection of its
/// own: nothing may be sent on a streaming one.
class AssetQueue {
 public:
  /// Ids waiting at once; beyond, the oldest is dropped and told as trouble.
  static constexpr std::size_t kMaxWaiting = 1'024;

  AssetQueue(const AgentOptions& options, AgentListener& listener, Random& random);
  /// An asset changed or was removed; an id that already waits is not added twice.
  void add(std::string_view asset_id);
  /// Nothing if there is nothing to fetch or an answer is awaited.
  std::optional<Request> next_request(Duration now);
  void response_started(int status);
  Next body(BytesView piece);
  void response_ended(Duration now);
  /// No connection, reset or silence: the id stays, asked for again after the back-off; dropped
  /// after three attempts.
  void lost(const Error& error, Duration now);
  std::size_t waiting() const { return waiting_.size(); }

 private:
  void give_up(const Error& error, Duration now);

  const AgentOptions& options_;
  AgentListener& listener_;
  Random& random_;
  Backoff backoff_;
  std::deque<std::string> waiting_;
  std::unique_ptr<AssetsReader> reader_;
  Result<void> read_;
  bool asking_ = false;
  int status_ = 0;
  Duration not_before_;
};

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
