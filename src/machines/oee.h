// Activities held against what was planned: overall equipment effectiveness in the words of
// ISO 22400-2, by the rule of docs/OEE.md. Pure: the same input gives the same figures.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machines/reason.h"
#include "machines/shift_calendar.h"
#include "machines/views.h"

namespace heed::machines {

/// What a moment counts as (docs/OEE.md §3), in the order of the waterfall.
enum class TimeUse : std::uint8_t {
  kNotPlanned,
  kBreak,
  kUnknown,
  kPlannedStop,
  kSetup,
  kUnplanned,
  kHeld,
  kOperator,
  kIdle,
  kMicroStop,
  kInCycle,
  kSlowed,
  kNotCutting,
};
constexpr std::size_t kTimeUses = 13;
/// "not_planned"
std::string_view word(TimeUse use);
/// Within shifts and outside of breaks.
constexpr bool is_planned(TimeUse use) {
  return use > TimeUse::kBreak;
}
constexpr bool is_production(TimeUse use) {
  return use >= TimeUse::kInCycle;
}
/// Where a reason explains something, and none leaves it unexplained.
constexpr bool wants_reason(TimeUse use) {
  return use >= TimeUse::kUnplanned && use <= TimeUse::kIdle;
}

/// Parts that were made, or found to be scrap, at a moment.
struct PartStep {
  Time at;
  std::uint64_t count = 0;
  auto operator<=>(const PartStep&) const = default;
};

struct OeeInput {
  static constexpr Duration kMicroStop = Duration::seconds(60);

  TimeRange range;  ///< Both ends between 1970 and 2200; to now at the latest.
  /// In order, without overlap; those around the range tell how long a stop at its edge is.
  std::vector<Activity> activities;
  /// In order, without overlap; nothing: there is no calendar, and every moment is planned.
  std::optional<std::vector<ShiftTime>> shifts;
  std::vector<ReasonSpan> reasons;  ///< In order, without overlap.
  /// In order; nothing: nobody counts this machine's parts.
  std::optional<std::vector<PartStep>> parts;
  std::vector<PartStep> scrap;
  std::optional<Duration> ideal;  ///< For one part; above 0.
  Duration micro_stop = kMicroStop;
};

/// Of the partition of a range: what a bar opens to.
struct OeePiece {
  TimeRange range;
  TimeUse use = TimeUse::kUnknown;
  /// Into Oee's activities, shifts, reasons; nothing where there is none.
  std::optional<std::size_t> activity, shift, reason;
  auto operator<=>(const OeePiece&) const = default;
};

/// A share with what it was made of: seconds or parts.
struct Ratio {
  double over = 0;
  double under = 1;  ///< Above 0.
  double value() const { return over / under; }
};

/// Parts by what the moment just before their step counts as.
struct PartCounts {
  std::uint64_t known_busy = 0, unknown = 0, outside = 0;
  std::uint64_t all() const { return known_busy + unknown + outside; }
};

struct Oee {
  TimeRange range;
  std::vector<Activity> activities;
  std::vector<ShiftTime> shifts;
  std::vector<ReasonSpan> reasons;
  bool has_calendar = false;
  Duration micro_stop;
  std::optional<Duration> ideal;

  std::vector<OeePiece> pieces;  ///< In order, without holes, all of the range.
  std::array<Duration, kTimeUses> uses{};
  Duration planned_busy, known_busy, production;
  Duration unexplained;       ///< Of the uses that want a reason, without one.
  Duration produced_outside;  ///< Bucket production in not_planned and break.
  Duration in_cycle_known;    ///< In cycle within known busy time.
  Duration in_cycle, told;    ///< Of the whole range: in cycle; any state but OFFLINE, UNKNOWN.
  std::optional<PartCounts> parts;  ///< Nothing: nobody counts.
  std::vector<PartStep> counted;    ///< The steps of known busy time.
  std::uint64_t scrap = 0;          ///< Of known busy time.
  std::optional<std::uint64_t> good;

  /// Absent where something to divide by is missing.
  std::optional<Ratio> availability, effectiveness, quality, oee;
  std::optional<Ratio> utilization_planned, utilization_calendar;

  Duration in(TimeUse use) const { return uses.at(static_cast<std::size_t>(use)); }
};

Oee compute_oee(OeeInput input);

/// What the part counter said, in order; nothing is a gap.
struct CounterValue {
  Time at;
  std::optional<double> value;
};
/// Rises; falls and gaps are none (docs/OEE.md §5). Nothing if it never said anything but 0.
std::optional<std::vector<PartStep>> steps_of(const std::vector<CounterValue>& values);

}  // namespace heed::machines
