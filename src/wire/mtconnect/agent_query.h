// What a client asks of an agent: the part of the URL behind the agent's own path, taken apart and
// held against what the agent has. The counterpart of request.h.
//
//   /probe  /current  /sample  /assets  /asset/{id}[;{id}…]  and each after /{device}
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "wire/mtconnect/header.h"
#include "wire/mtconnect/path_filter.h"

namespace heed::wire::mtconnect {

/// Observations of one document, at most, whatever `count` asks for: nextSequence says where the
/// next one goes on.
inline constexpr std::uint64_t kMostTold = 10'000;
inline constexpr std::uint64_t kUsualCount = 100;
inline constexpr Duration kUsualHeartbeat = Duration::seconds(10);
/// Of interval and heartbeat. A heartbeat below the least of them is that.
inline constexpr Duration kLongestInterval = Duration::hours(24);
inline constexpr Duration kLeastHeartbeat = Duration::milliseconds(10);

/// What is answered instead of what was asked for.
struct AgentRefusal {
  int status = 400;
  AgentError error;
};
template <class T>
using AgentAnswer = std::expected<T, AgentRefusal>;
std::unexpected<AgentRefusal> refuse_ask(int status, std::string_view code, std::string text);

struct AgentAsk {
  enum class Verb : std::uint8_t { kProbe, kCurrent, kSample, kAssets, kAsset };
  Verb verb = Verb::kProbe;
  std::string device;  ///< Name, uuid or id; empty: all of them.
  std::vector<std::string> asset_ids;
  std::optional<PathFilter> path;
  std::optional<std::uint64_t> at;    ///< Of current.
  std::optional<std::uint64_t> from;  ///< Of sample, as are the rest.
  std::optional<std::uint64_t> to;
  std::uint64_t count = kUsualCount;  ///< 1 to kMostTold.
  bool backwards = false;             ///< The count was negative: what comes before `from`.
  std::optional<Duration> interval;   ///< Answer as a stream.
  Duration heartbeat = kUsualHeartbeat;
};

/// `segments`: of the path, decoded; `query`: its pairs, decoded, the first of a name counts and
/// names that mean nothing here are passed over, as agents do. `buffer_size` bounds the count.
AgentAnswer<AgentAsk> parse_ask(std::span<const std::string> segments,
                                std::span<const std::pair<std::string, std::string>> query,
                                std::uint64_t buffer_size);

/// OUT_OF_RANGE (404) if the sequences that are asked for are not in the buffer of this header.
AgentAnswer<void> check_range(const AgentAsk& ask, const Header& header);

}  // namespace heed::wire::mtconnect
