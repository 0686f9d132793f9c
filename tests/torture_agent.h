// A small MTConnect agent on a loopback port that can be told to misbehave: for tests that want
// real TCP. It answers probe, current, sample (once or streaming) and asset from a ring buffer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace heed::torture {

/// What goes wrong, once each, in the order told: with the next answer that it fits.
enum class Fault : std::uint8_t {
  kCutInPartHeader,  ///< Closes in the middle of the headers of a part of a stream.
  kCutInDocument,    ///< Closes in the middle of a document.
  kStall,            ///< Sends nothing more and keeps the connection open.
  kCloseAtOnce,      ///< Closes after the request without an answer.
  kNoPartLength,     ///< One part of a stream has no Content-length.
  kHugeDocument,     ///< One current document of about 30 MB.
  kOutOfRange,       ///< One sample request is answered with OUT_OF_RANGE whatever it asks.
  kNoStream,         ///< One request with an interval is answered with a single document.
  kServerError,      ///< One answer is a 500 without XML.
  kGarbage,          ///< One document is no XML.
};

struct TortureOptions {
  std::size_t buffer_size = 131'072;
  std::uint64_t instance_id = 1'000;
  /// `1.3`, `2.7`, …; empty: documents without namespace.
  std::string version = "1.7";
  std::string multipart_type = "multipart/x-mixed-replace";
  bool quoted_boundary = false;
  /// Streams in HTTP chunks, as cppagent sends them; else delimited by the connection's end.
  bool chunked = true;
  /// The errors of 2.6 and later instead of `<Error>`, with status 404 instead of 200.
  bool new_errors = false;
  /// Bytes of one write(2) of an answer; 0: all at once.
  std::size_t write_size = 0;
  std::string device_name = "Torture";
  std::string device_uuid = "torture-1";
};

/// Thread-safe. Stops and joins its thread when it goes.
class TortureAgent {
 public:
  explicit TortureAgent(TortureOptions options = {});
  ~TortureAgent();
  TortureAgent(const TortureAgent&) = delete;
  TortureAgent& operator=(const TortureAgent&) = delete;

  /// On 127.0.0.1.
  std::uint16_t port() const;

  /// Appends an observation of one of the data items `avail`, `execution`, `mode`, `program`,
  /// `part_count`, `x_position` (a sample; "NaN" is welcome), `tool` (a data set: value is the XML
  /// of its entries) or `system` (a condition: value is LEVEL, LEVEL|code or LEVEL|code|text).
  /// Returns its sequence.
  std::uint64_t observe(std::string_view data_item, std::string_view value, Time timestamp);
  /// Adds or replaces an asset (`xml` is the whole element) and says ASSET_CHANGED.
  void put_asset(std::string_view asset_id, std::string_view xml, Time timestamp);
  /// A new instance: empty buffer, sequence 1, everything UNAVAILABLE at `timestamp`; closes all
  /// connections.
  void restart(std::uint64_t instance_id, Time timestamp);
  /// Says that the device model changed, without a restart (1.7).
  void change_model(Time timestamp);
  void misbehave(Fault fault);
  /// Faults that have not happened yet.
  std::size_t faults_left() const;
  /// Closes all connections and accepts no more until listen_again().
  void go_dark();
  void listen_again();

  /// Every request line since the beginning: `GET /probe HTTP/1.1`.
  std::vector<std::string> requests() const;
  /// The bytes of all requests as they came.
  std::string received() const;
  std::uint64_t last_sequence() const;
  std::uint64_t first_sequence() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heed::torture
