// Alarms of machines over a period: each stretch in which a condition was active, how often and how
// long which one was, and how long machines run between failures (docs/ALARMS.md). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "machines/condition.h"
#include "machines/views.h"

namespace heed::machines {

/// How a stretch ends. Only what was cleared is known to have been repaired.
enum class AlarmEnd : std::uint8_t {
  kCleared,  ///< The control said so.
  kOpen,     ///< It goes on.
  kCut,      ///< The range ends first.
  kGap,      ///< Nothing was heard any more.
};
/// "cleared"
std::string_view word(AlarmEnd end);

/// One stretch of one condition, within the range.
struct AlarmSpan {
  std::string item, code;
  std::string text;    ///< What was said last, unless that was empty.
  bool fault = false;  ///< At some moment; else it was never more than a warning.
  TimeRange range;
  /// Its beginning was not seen: it was there when the range began, or when data came back.
  bool carried = false;
  AlarmEnd end = AlarmEnd::kCleared;

  /// Seen from its beginning to its end.
  bool complete() const { return !carried && end == AlarmEnd::kCleared; }
  auto operator<=>(const AlarmSpan&) const = default;
};

/// What was said of one item, and what was not heard.
struct AlarmInput {
  TimeRange range;       ///< To what is known, at the latest.
  bool goes_on = false;  ///< The range ends because nothing is known beyond yet.
  /// Active when the range began, of this item alone.
  std::vector<Condition> held;
  /// In order; `since` is when it was said.
  std::vector<Condition> said;
  /// In order, without overlap: while the machine was offline.
  std::vector<TimeRange> unheard;
};
/// In the order of their beginnings.
std::vector<AlarmSpan> alarm_spans(const AlarmInput& input);

/// Of one alarm, on all machines that were asked for.
struct AlarmRow {
  std::string item, code, text;
  bool fault = false;
  std::vector<MachineId> machines;  ///< On which it was, in order.
  std::uint64_t count = 0;          ///< Stretches whose beginning was seen.
  Duration time;                    ///< Of all stretches, as far as it was seen.
  std::uint64_t carried = 0, open = 0, cut = 0, gaps = 0;
  std::uint64_t repaired = 0;  ///< Complete stretches,
  Duration repair;             ///< and their time.
  Duration longest;

  std::optional<Duration> mean_to_repair() const;
  /// Operating time per stretch whose beginning was seen.
  std::optional<Duration> mean_between(Duration operating) const;
};

struct MachineAlarms {
  MachineId machine;
  std::vector<AlarmSpan> spans;
};
enum class ParetoBy : std::uint8_t { kTime, kCount };
/// By item and code; where the code is empty, by text too. The most first.
std::vector<AlarmRow> alarm_pareto(const std::vector<MachineAlarms>& machines, ParetoBy by);

/// Failures of a machine: runs of neighbouring activities of the bucket *unplanned* that are at
/// least as long as a micro-stop.
struct Reliability {
  std::uint64_t failures = 0;  ///< Whose beginning was seen in the range.
  std::uint64_t repaired = 0;  ///< Of them, those whose end was seen,
  Duration repair;             ///< and their time.
  std::uint64_t carried = 0, open = 0, cut = 0, gaps = 0;
  Duration operating;  ///< Bucket production in the range.

  std::optional<Duration> mean_to_repair() const;
  std::optional<Duration> mean_between() const;
  Reliability& operator+=(const Reliability& other);
  auto operator<=>(const Reliability&) const = default;
};
/// `activities` may begin before the range and end after it. `goes_on`: nothing is known beyond.
Reliability reliability_of(const std::vector<Activity>& activities, TimeRange range,
                           Duration threshold, bool goes_on);

}  // namespace heed::machines
