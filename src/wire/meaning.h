// What a value of an input means: whether the machine runs, and how many parts were made. For boxes
// and sensors at machines without a network (modbus/, mqtt/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/time.h"

namespace heed::wire {

/// Hysteresis and debounce. With `on` above `off`: at `on` or more the machine runs, at `off` or
/// less it does not, between them it does what it did. With `on` below `off` it is the other way
/// round (a contact that opens while the machine runs).
struct RunningLimits {
  double on = 1;
  double off = 0;
  /// The value must stay beyond the limit for so long: a starting motor and a short dip are none.
  Duration on_after = Duration::seconds(1);
  Duration off_after = Duration::seconds(3);
};

/// Not thread-safe. Times are Clock::steady() and do not go back.
class Running {
 public:
  explicit Running(RunningLimits limits) : limits_(limits) {}
  /// Nothing until a value was beyond a limit; the first that is decides at once.
  std::optional<bool> take(double value, Duration now);
  /// The value is not known any more: begins anew.
  void forget();

 private:
  const RunningLimits limits_;
  std::optional<bool> runs_;
  std::optional<Duration> other_since_;  // Beyond the other limit without a break.
};

struct CountLimits {
  bool of_register = false;  ///< The register counts; else a bit pulses.
  double wraps_at = 65'536;  ///< A register goes on at 0 instead of it.
  bool falling = false;      ///< Of a bit: off counts instead of on.
  Duration debounce;         ///< Of a bit: it must stay for so long.
  double each = 1;           ///< Parts for each count.
};

/// Parts since the box began to read the machine. Kept over connections: a register goes on
/// counting while nobody is connected. Not thread-safe.
class Count {
 public:
  explicit Count(CountLimits limits) : limits_(limits) {}
  /// The total so far.
  double take(double value, Duration now);
  /// A connection began or the value was not known: a bit that changed meanwhile is no pulse.
  void forget();

 private:
  void take_register(double value);
  void take_bit(bool on, Duration now);

  const CountLimits limits_;
  double counts_ = 0;
  std::optional<double> last_;
  std::optional<bool> settled_;
  std::optional<Duration> other_since_;
};

/// {"on": 3, "off": 2, "on_after_ms": 1000, "off_after_ms": 3000}. Of a bit all may be left out.
/// kInvalid names the field below `path`, and the mend.
Result<RunningLimits> running_limits_of(const Json& object, const std::string& path, bool is_bit);
/// Of a register {"wraps_at": 65536, "each": 1}, of a bit {"edge": "rising", "debounce_ms": 0,
/// "each": 1}. `usual` says which of both, and where a register usually wraps.
Result<CountLimits> count_limits_of(const Json& object, const std::string& path, CountLimits usual);

}  // namespace heed::wire
