#include "wire/shdr/adapter.h"

#include <fmt/core.h>

#include <utility>

#include "wire/text.h"

namespace heed::wire::shdr {
namespace {

bool is_ping(std::string_view line) {
  if (!line.starts_with('*')) return false;
  std::string_view rest = line.substr(1);
  return equals_ignoring_case(take_word(rest), "PING") && rest.empty();
}

}  // namespace

AdapterSession::AdapterSession(Duration heartbeat, Duration now)
    : heartbeat_(heartbeat), last_arrival_(now) {}

void AdapterSession::on_bytes(BytesView bytes, Duration now) {
  if (bytes.empty()) return;
  last_arrival_ = now;
  splitter_.feed(bytes);
  while (const auto line = splitter_.next()) {
    if (line->kind != RawLine::Kind::kWhole || !is_ping(line->text)) {
      ++strange_lines_;
      continue;
    }
    pinged_ = true;
    // A client that only pings and never reads must not fill our memory either.
    if (outgoing_.size() > kMostUnsent) continue;
    outgoing_ += fmt::format("* PONG {}\r\n", heartbeat_.count_milliseconds());
  }
}

bool AdapterSession::say(std::string_view lines) {
  if (lines.size() > kMostUnsent || outgoing_.size() > kMostUnsent - lines.size()) return false;
  outgoing_ += lines;
  return true;
}

Bytes AdapterSession::bytes_to_send() {
  return std::exchange(outgoing_, {});
}

std::optional<Duration> AdapterSession::deadline() const {
  if (!pinged_) return {};
  return last_arrival_ + heartbeat_ * 2;
}

void AdapterSession::on_time(Duration now) {
  dead_ = dead_ || (pinged_ && now >= last_arrival_ + heartbeat_ * 2);
}

}  // namespace heed::wire::shdr
