#include "wire/mtconnect/agent_query.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "wire/xml.h"

namespace heed::wire::mtconnect {
namespace {

using Verb = AgentAsk::Verb;
using Pairs = std::span<const std::pair<std::string, std::string>>;

constexpr std::array<std::pair<std::string_view, Verb>, 5> kVerbs = {{{"probe", Verb::kProbe},
                                                                      {"current", Verb::kCurrent},
                                                                      {"sample", Verb::kSample},
                                                                      {"assets", Verb::kAssets},
                                                                      {"asset", Verb::kAsset}}};

std::optional<Verb> verb_of(std::string_view word) {
  const auto* found = std::ranges::find(kVerbs, word, [](const auto& row) { return row.first; });
  return found == kVerbs.end() ? std::nullopt : std::optional(found->second);
}

std::unexpected<AgentRefusal> out_of_range(std::string text) {
  return refuse_ask(404, "OUT_OF_RANGE", std::move(text));
}

const std::string* find(Pairs query, std::string_view name) {
  const auto found = std::ranges::find(query, name, [](const auto& pair) { return pair.first; });
  return found == query.end() ? nullptr : &found->second;
}

/// A whole number; nothing if the parameter is not there.
AgentAnswer<std::optional<std::uint64_t>> number(Pairs query, std::string_view name) {
  const std::string* text = find(query, name);
  if (text == nullptr) return std::optional<std::uint64_t>();
  if (text->starts_with('-') && whole_number(std::string_view(*text).substr(1))) {
    return out_of_range(fmt::format("'{}' must not be negative", name));
  }
  const auto value = whole_number(*text);
  if (!value) {
    return refuse_ask(400, "INVALID_REQUEST", fmt::format("'{}' must be a whole number", name));
  }
  return value;
}

AgentAnswer<std::optional<Duration>> milliseconds(Pairs query, std::string_view name) {
  ASSIGN_OR_RETURN(const auto value, number(query, name));
  if (!value) return std::optional<Duration>();
  if (*value > static_cast<std::uint64_t>(kLongestInterval.count_milliseconds())) {
    return out_of_range(fmt::format("'{}' must not be longer than a day", name));
  }
  return Duration::milliseconds(static_cast<std::int64_t>(*value));
}

AgentAnswer<void> take_count(AgentAsk& ask, Pairs query, std::uint64_t buffer_size) {
  const std::string* given = find(query, "count");
  if (given == nullptr) return {};
  std::string_view digits = *given;
  ask.backwards = digits.starts_with('-');
  if (ask.backwards) digits.remove_prefix(1);
  const auto count = whole_number(digits);
  if (!count) return refuse_ask(400, "INVALID_REQUEST", "'count' must be a whole number");
  if (*count == 0) return out_of_range("'count' must not be zero");
  if (*count > buffer_size) {
    return out_of_range(fmt::format("'count' must be from -{0} to {0}", buffer_size));
  }
  if (ask.backwards && ask.interval) {
    return out_of_range("'count' must be greater than zero with an interval");
  }
  ask.count = std::min(*count, kMostTold);
  return {};
}

AgentAnswer<void> take_path(AgentAsk& ask, Pairs query) {
  const std::string* given = find(query, "path");
  if (given == nullptr || given->empty()) return {};
  auto path = PathFilter::parse(*given);
  // INVALID_PATH is what the schemas have; the standard's text says INVALID_XPATH.
  if (!path) {
    return refuse_ask(400, "INVALID_PATH", path.error().message + ". " + path.error().mend);
  }
  ask.path = *std::move(path);
  return {};
}

AgentAnswer<void> take_sample(AgentAsk& ask, Pairs query, std::uint64_t buffer_size) {
  ASSIGN_OR_RETURN(ask.from, number(query, "from"));
  ASSIGN_OR_RETURN(ask.to, number(query, "to"));
  if (ask.to && ask.interval) {
    return refuse_ask(400, "INVALID_REQUEST", "'to' and 'interval' exclude each other");
  }
  if (auto taken = take_count(ask, query, buffer_size); !taken) return taken;
  if (ask.to && ask.backwards) return out_of_range("'count' must be greater than zero with 'to'");
  return {};
}

AgentAnswer<AgentAsk> take_segments(std::span<const std::string> segments) {
  AgentAsk ask;
  while (!segments.empty() && segments.back().empty())
    segments = segments.first(segments.size() - 1);
  if (segments.empty()) return ask;
  auto verb = verb_of(segments.front());
  if (!verb) {
    ask.device = segments.front();
    segments = segments.subspan(1);
    if (segments.empty()) return ask;
    verb = verb_of(segments.front());
  }
  const bool takes_ids = verb == Verb::kAsset || verb == Verb::kAssets;
  if (!verb || segments.size() > (takes_ids ? 2U : 1U)) {
    return refuse_ask(404, "INVALID_URI",
                      "an agent answers probe, current, sample, assets and asset, each also after "
                      "the name of a device");
  }
  ask.verb = *verb;
  if (segments.size() < 2) return ask;
  ask.verb = Verb::kAsset;
  for (std::string_view rest = segments[1]; !rest.empty();) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    if (end > 0) ask.asset_ids.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return ask;
}

}  // namespace

std::unexpected<AgentRefusal> refuse_ask(int status, std::string_view code, std::string text) {
  return std::unexpected(AgentRefusal{status, {std::string(code), std::move(text)}});
}

AgentAnswer<AgentAsk> parse_ask(std::span<const std::string> segments, Pairs query,
                                std::uint64_t buffer_size) {
  ASSIGN_OR_RETURN(AgentAsk ask, take_segments(segments));
  if (ask.verb != Verb::kCurrent && ask.verb != Verb::kSample) return ask;
  if (auto taken = take_path(ask, query); !taken) return std::unexpected(taken.error());
  ASSIGN_OR_RETURN(ask.interval, milliseconds(query, "interval"));
  ASSIGN_OR_RETURN(const auto heartbeat, milliseconds(query, "heartbeat"));
  ask.heartbeat = std::max(heartbeat.value_or(kUsualHeartbeat), kLeastHeartbeat);
  if (ask.verb == Verb::kSample) {
    if (auto taken = take_sample(ask, query, buffer_size); !taken) {
      return std::unexpected(taken.error());
    }
    return ask;
  }
  ASSIGN_OR_RETURN(ask.at, number(query, "at"));
  if (ask.at && ask.interval) {
    return refuse_ask(400, "INVALID_REQUEST", "'at' and 'interval' exclude each other");
  }
  return ask;
}

AgentAnswer<void> check_range(const AgentAsk& ask, const Header& header) {
  const std::uint64_t first = header.first_sequence;
  const std::uint64_t next = header.next_sequence;
  const auto outside = [&](std::string_view name, std::uint64_t last) {
    return out_of_range(fmt::format("'{}' must be from {} to {}", name, first, last));
  };
  if (ask.at && (*ask.at < first || *ask.at >= next)) {
    if (first == next) return out_of_range("'at': the buffer holds nothing yet");
    return outside("at", next - 1);
  }
  // The next one may be asked for: it comes with a stream, and an empty document without.
  if (ask.from && (*ask.from < first || *ask.from > next)) return outside("from", next);
  if (ask.to && (*ask.to < ask.from.value_or(first) || *ask.to > next)) {
    return out_of_range(fmt::format("'to' must be from {} to {}", ask.from.value_or(first), next));
  }
  return {};
}

}  // namespace heed::wire::mtconnect
