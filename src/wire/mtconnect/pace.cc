#include "wire/mtconnect/pace.h"

#include <algorithm>

namespace heed::wire::mtconnect {
namespace {

/// What the standard asks for when a request names no count.
constexpr std::uint64_t kDefaultCount = 100;
constexpr int kBrokenStreams = 2;
/// A shorter interval than this is asked for as 0: as fast as possible.
constexpr Duration kShortestInterval = Duration::milliseconds(10);

}  // namespace

Pace::Pace(const AgentOptions& options)
    : options_(options),
      most_(options.count),
      interval_(options.interval),
      period_(options.poll_period) {}

std::uint64_t Pace::count() const {
  const std::uint64_t allowed = buffer_size_ == 0 ? kDefaultCount : buffer_size_ / 2;
  return std::max<std::uint64_t>(1, std::min(most_, allowed));
}

void Pace::begin_anew() {
  start_streaming();
  most_ = options_.count;
  interval_ = options_.interval;
  period_ = options_.poll_period;
}

void Pace::start_streaming() {
  streaming_ = true;
  broken_streams_ = 0;
}

bool Pace::took_streamed(const Header& header) {
  broken_streams_ = 0;
  const std::uint64_t end = header.last_sequence + 1;
  const std::uint64_t left = end > header.next_sequence ? end - header.next_sequence : 0;
  if (buffer_size_ == 0 || left <= buffer_size_ / 2 || interval_ == Duration()) return false;
  interval_ = interval_ / 2;
  if (interval_ < kShortestInterval) interval_ = Duration();
  return true;
}

void Pace::took_polled(const Header& header, std::uint64_t from) {
  if (buffer_size_ == 0) return;
  const std::uint64_t end = header.last_sequence + 1;
  const std::uint64_t used = end > from ? end - from : 0;
  if (used > buffer_size_ / 2) {
    period_ = std::max(options_.shortest_poll_period, period_ / 2);
  } else if (used < buffer_size_ / 8) {
    period_ = std::min(options_.poll_period, period_ + period_ / 4);
  }
}

void Pace::ask_for_less() {
  most_ = std::max<std::uint64_t>(1, count() / 2);
}

void Pace::stop_streaming(Duration now) {
  streaming_ = false;
  polling_since_ = now;
}

void Pace::stream_broke(Duration now) {
  if (++broken_streams_ >= kBrokenStreams) stop_streaming(now);
}

void Pace::tick(Duration now) {
  if (!streaming_ && now - polling_since_ >= options_.streaming_retry) start_streaming();
}

}  // namespace heed::wire::mtconnect
