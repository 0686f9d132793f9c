#include "wire/shdr/client.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "wire/text.h"

namespace heed::wire::shdr {
namespace {

constexpr std::string_view kPing = "* PING\r\n";

}  // namespace

ClientSession::ClientSession(ClientOptions options, Duration now)
    : options_(options), outgoing_(kPing), last_arrival_(now), last_ping_(now) {}

void ClientSession::on_bytes(BytesView bytes, Duration now) {
  if (bytes.empty()) return;
  last_arrival_ = now;
  splitter_.feed(bytes);
}

std::optional<RawLine> ClientSession::next_line() {
  while (const auto line = splitter_.next()) {
    const auto promised =
        line->kind == RawLine::Kind::kWhole ? parse_pong(line->text) : std::optional<Duration>();
    if (!promised) return line;
    heartbeat_ = std::clamp(*promised, kShortestHeartbeat, kLongestHeartbeat);
  }
  return {};
}

Bytes ClientSession::bytes_to_send() {
  return std::exchange(outgoing_, {});
}

Duration ClientSession::silence_ends() const {
  return last_arrival_ + (heartbeat_ ? *heartbeat_ * 2 : options_.legacy_timeout);
}

Duration ClientSession::deadline() const {
  return heartbeat_ ? std::min(next_ping(), silence_ends()) : silence_ends();
}

void ClientSession::on_time(Duration now) {
  dead_ = dead_ || now >= silence_ends();
  if (dead_ || !heartbeat_ || now < next_ping()) return;
  outgoing_ += kPing;
  last_ping_ = now;
}

std::optional<Duration> parse_pong(std::string_view line) {
  if (!line.starts_with('*')) return {};
  std::string_view rest = line.substr(1);
  if (!equals_ignoring_case(take_word(rest), "PONG")) return {};
  std::int64_t milliseconds = 0;
  const auto [at, error] = std::from_chars(rest.data(), rest.data() + rest.size(), milliseconds);
  constexpr std::int64_t kSane = 1'000'000'000;
  if (error != std::errc() || at != rest.data() + rest.size() || milliseconds <= 0 ||
      milliseconds > kSane) {
    return {};
  }
  return Duration::milliseconds(milliseconds);
}

}  // namespace heed::wire::shdr
