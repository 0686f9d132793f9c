// How a session asks: as a stream or by polling, how much at once, how often. It yields to what the
// agent can do and to how fast its buffer fills. Known to this folder alone.
#pragma once

#include <cstdint>

#include "base/time.h"
#include "wire/mtconnect/header.h"
#include "wire/mtconnect/request.h"

namespace heed::wire::mtconnect {

class Pace {
 public:
  explicit Pace(const AgentOptions& options);

  bool streaming() const { return streaming_; }
  /// Observations to ask for: at most half the buffer, so that a reply never spans what is being
  /// overwritten (a Haas has 333 in all).
  std::uint64_t count() const;
  Duration interval() const { return interval_; }
  Duration period() const { return period_; }

  /// The agent began anew: what was learnt about it is void.
  void begin_anew();
  void set_buffer_size(std::uint64_t size) { buffer_size_ = size; }
  /// A complete document in answer to `from`. True if the agent fills its buffer faster than this
  /// stream empties it and a new one, with a shorter interval, should be asked for.
  bool took_streamed(const Header& header);
  void took_polled(const Header& header, std::uint64_t from);
  /// The agent refuses counts that it should allow.
  void ask_for_less();
  /// No stream came of a request for one.
  void stop_streaming(Duration now);
  /// A stream ended before its first document.
  void stream_broke(Duration now);
  /// A poll was lost too: then it was not the streaming that failed.
  void poll_lost() { start_streaming(); }
  /// Tries streaming again after a while of polling.
  void tick(Duration now);

 private:
  void start_streaming();

  const AgentOptions& options_;
  std::uint64_t buffer_size_ = 0;
  std::uint64_t most_;
  bool streaming_ = true;
  Duration polling_since_;
  int broken_streams_ = 0;
  Duration interval_;
  Duration period_;
};

}  // namespace heed::wire::mtconnect
