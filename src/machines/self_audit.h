// Our figure of the time in cycle against the control's own (docs/OEE.md §6). Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/time_zone.h"
#include "machines/oee.h"

namespace heed::machines {

/// The time that a control counts by itself.
enum class ControlTime : std::uint8_t { kAutomatic, kCutting, kPowerOn };
struct ControlCounter {
  ControlTime time = ControlTime::kAutomatic;
  std::size_t rank = 0;  ///< Of two that count the same, the lower one is meant for it.
};
/// By MTConnect type and sub type, else by the SHDR key without regard to case.
std::optional<ControlCounter> control_counter(const DataItem& item);

struct AuditInput {
  TimeRange range;
  std::vector<Activity> activities;  ///< In order.
  /// In seconds, in order. What was said before the range begins is of no use.
  std::vector<CounterValue> automatic, cutting, power_on;
  TimeZone zone;
};

struct AuditDay {
  Day day;
  Duration heard;                   ///< Time that is compared.
  Duration ours;                    ///< In cycle by our rule,
  Duration theirs;                  ///< in automatic cycle by the control's counter.
  std::optional<Duration> cutting;  ///< By the control's counter; nothing if it has none.
  /// |ours - theirs| / theirs; nothing when both are below SelfAudit::kLeast. 1 at the least when
  /// the control counted nothing.
  std::optional<double> differs;
  bool agrees() const;
};

struct SelfAudit {
  static constexpr Duration kSilence = Duration::seconds(120);
  static constexpr Duration kLeast = Duration::seconds(60);
  static constexpr double kTolerance = 0.05;
  bool counts = false;         ///< The control has a counter of its automatic time.
  std::vector<AuditDay> days;  ///< On which something was heard.
  /// Of the newest day that says something.
  const AuditDay* last() const;
  /// Whether the machine is flagged: last() differs by more than kTolerance.
  bool drifts() const;
};

SelfAudit audit(const AuditInput& input);

}  // namespace heed::machines
