// Activities held against what was planned: overall equipment effectiveness in the words of
// ISO 22400-2, by the rule of docs/OEE.md. Pure: the same input gives the same figures.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machines/dated.h"
#include "machines/part_counter.h"
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

/// What parts are known from (docs/OEE.md §8).
enum class PartsSource : std::uint8_t { kNone, kCounter, kProgramEnd, kTools };
/// "counter"; "none" too.
std::string_view word(PartsSource source);

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
  PartsSource source = PartsSource::kCounter;           ///< Of `parts`.
  double confidence = 1;                                ///< That a part which they tell was one.
  Dated<std::optional<Duration>> ideal = std::nullopt;  ///< For one part; above 0.
  Dated<Duration> micro_stop = kMicroStop;
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
  Duration micro_stop;  ///< At the range's end, as the next.
  std::optional<Duration> ideal;
  std::vector<Time> changes = {};  ///< In the range, of one of the two.

  std::vector<OeePiece> pieces;  ///< In order, without holes, all of the range.
  std::array<Duration, kTimeUses> uses{};
  Duration planned_busy, known_busy, production;
  Duration unexplained;       ///< Of the uses that want a reason, without one.
  Duration produced_outside;  ///< Bucket production in not_planned and break.
  Duration in_cycle_known;    ///< In cycle within known busy time.
  Duration in_cycle, told;    ///< Of the whole range: in cycle; any state but OFFLINE, UNKNOWN.
  std::optional<PartCounts> parts;  ///< Nothing: nobody counts.
  PartsSource source = PartsSource::kNone;
  double confidence = 0;          ///< That a part was one, as its source tells.
  std::vector<PartStep> counted;  ///< The steps of known busy time.
  std::uint64_t scrap = 0;        ///< Of known busy time.
  std::optional<std::uint64_t> good;

  /// Absent where something to divide by is missing.
  std::optional<Ratio> availability, effectiveness, quality, oee;
  std::optional<Ratio> utilization_planned, utilization_calendar;

  Duration in(TimeUse use) const { return uses.at(static_cast<std::size_t>(use)); }
};

/// What counter and cycles tell of the same time.
struct PartsAgreement {
  std::optional<std::uint64_t> counter;     ///< Nothing: it never counted.
  std::uint64_t cycles = 0;                 ///< Complete ones that ended in the range,
  std::uint64_t counted_cycles = 0;         ///< and those at whose end the counter rose,
  double unseen_parts = 0;                  ///< and what it rose by without a cycle.
  double confidence = 0;                    ///< The mean of the cycles'.
  PartsSource source = PartsSource::kNone;  ///< Which of both figures take.
};

Oee compute_oee(OeeInput input);

}  // namespace heed::machines
