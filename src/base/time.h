// Points in time, spans of time, and the clock that is passed in wherever time is asked for.
#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace heed {

/// A span of time in nanoseconds; may be negative.
class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration nanoseconds(std::int64_t n) { return Duration(n); }
  static constexpr Duration microseconds(std::int64_t n) { return Duration(n * 1'000); }
  static constexpr Duration milliseconds(std::int64_t n) { return Duration(n * 1'000'000); }
  static constexpr Duration seconds(std::int64_t n) { return Duration(n * 1'000'000'000); }
  static constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
  static constexpr Duration hours(std::int64_t n) { return seconds(n * 3'600); }
  static constexpr Duration days(std::int64_t n) { return seconds(n * 86'400); }
  static constexpr Duration max() { return Duration(std::numeric_limits<std::int64_t>::max()); }

  constexpr std::int64_t count_nanoseconds() const { return ns_; }
  constexpr std::int64_t count_milliseconds() const { return ns_ / 1'000'000; }
  constexpr double in_seconds() const { return static_cast<double>(ns_) / 1e9; }
  constexpr Duration magnitude() const { return Duration(ns_ < 0 ? -ns_ : ns_); }

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator-() const { return Duration(-ns_); }
  constexpr Duration operator+(Duration other) const { return Duration(ns_ + other.ns_); }
  constexpr Duration operator-(Duration other) const { return Duration(ns_ - other.ns_); }
  constexpr Duration operator*(std::int64_t factor) const { return Duration(ns_ * factor); }
  constexpr Duration operator/(std::int64_t divisor) const { return Duration(ns_ / divisor); }
  constexpr Duration& operator+=(Duration other) { return *this = *this + other; }
  constexpr Duration& operator-=(Duration other) { return *this = *this - other; }

 private:
  constexpr explicit Duration(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z without leap seconds (POSIX time).
/// Range: 1677-09-21 to 2262-04-11. The default is the epoch.
class Time {
 public:
  constexpr Time() = default;
  static constexpr Time from_nanoseconds(std::int64_t ns) { return Time(ns); }
  static constexpr Time from_milliseconds(std::int64_t ms) { return Time(ms * 1'000'000); }
  static constexpr Time from_seconds(std::int64_t s) { return Time(s * 1'000'000'000); }
  static constexpr Time min() { return Time(std::numeric_limits<std::int64_t>::min()); }
  static constexpr Time max() { return Time(std::numeric_limits<std::int64_t>::max()); }

  constexpr std::int64_t nanoseconds() const { return ns_; }
  /// Rounded towards the past.
  constexpr std::int64_t milliseconds() const { return floor_divide(1'000'000); }
  constexpr std::int64_t seconds() const { return floor_divide(1'000'000'000); }
  /// Whole UTC days since the epoch, rounded towards the past.
  constexpr std::int32_t utc_day() const {
    return static_cast<std::int32_t>(floor_divide(86'400'000'000'000));
  }

  constexpr auto operator<=>(const Time&) const = default;
  constexpr Duration operator-(Time other) const { return Duration::nanoseconds(ns_ - other.ns_); }
  constexpr Time operator+(Duration d) const { return Time(ns_ + d.count_nanoseconds()); }
  constexpr Time operator-(Duration d) const { return Time(ns_ - d.count_nanoseconds()); }
  constexpr Time& operator+=(Duration d) { return *this = *this + d; }

 private:
  constexpr explicit Time(std::int64_t ns) : ns_(ns) {}
  constexpr std::int64_t floor_divide(std::int64_t unit) const {
    return ns_ / unit - (ns_ % unit < 0 ? 1 : 0);
  }
  std::int64_t ns_ = 0;
};

/// Half-open: from ≤ t < to. Empty when from ≥ to.
struct TimeRange {
  Time from = Time::min();
  Time to = Time::max();
  constexpr bool contains(Time t) const { return from <= t && t < to; }
  constexpr bool empty() const { return from >= to; }
  constexpr Duration length() const { return to - from; }
  constexpr auto operator<=>(const TimeRange&) const = default;
};

/// Reads an ISO 8601 / RFC 3339 timestamp with seconds: `2016-10-31T09:08:36.189Z`, any number of
/// fraction digits (beyond nine are cut), `Z`, `±hh:mm` or nothing (then UTC, as SHDR adapters
/// mean it). Nothing if the text is anything else or the date does not exist.
std::optional<Time> parse_time(std::string_view text);

/// `2016-10-31T09:08:36.189Z`; fraction digits in threes, as many as the value needs, at least
/// `digits` (0, 3, 6 or 9).
std::string format_time(Time t, int digits = 3);

/// Where time comes from. Passed in, never reached for; all calls are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The wall clock; may step.
  virtual Time now() const = 0;
  /// Since an arbitrary start; never steps. For time-outs and rates.
  virtual Duration steady() const = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  Time now() const override;
  Duration steady() const override;
};

/// A clock that moves only when told to. For tests and replays.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start.nanoseconds()) {}
  Time now() const override { return Time::from_nanoseconds(now_.load()); }
  Duration steady() const override { return Duration::nanoseconds(steady_.load()); }
  /// Moves both clocks on.
  void advance(Duration d) {
    now_ += d.count_nanoseconds();
    steady_ += d.count_nanoseconds();
  }
  /// Steps the wall clock alone, as an administrator or NTP would.
  void step_to(Time t) { now_ = t.nanoseconds(); }

 private:
  std::atomic<std::int64_t> now_;
  std::atomic<std::int64_t> steady_ = 0;
};

}  // namespace heed
