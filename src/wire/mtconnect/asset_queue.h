// Which assets to fetch, and the fetching, beside the stream.
#pragma once

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
#include "wire/mtconnect/listener.h"
#include "wire/mtconnect/request.h"

namespace heed::wire::mtconnect {

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
  const AgentOptions& options_;
  AgentListener& listener_;
  Random& random_;
  Backoff backoff_;
  std::deque<std::string> waiting_;
  std::unique_ptr<AssetsReader> reader_;
  std::optional<Error> failure_;
  bool asking_ = false;
  int status_ = 0;
  Duration not_before_;
};

}  // namespace heed::wire::mtconnect
