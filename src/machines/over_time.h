// What was planned and what was done where rules changed meanwhile, or might have been others
// (docs/OEE.md §9). Pure.
#pragma once

#include <optional>
#include <vector>

#include "machines/dated.h"
#include "machines/rules.h"

namespace heed::machines {

/// The zone of each time's calendar; UTC where there was none.
Dated<TimeZone> zones_of(const Dated<std::optional<ShiftCalendar>>& calendars);

/// All shifts that have something of the range, in order, none over another. Where calendars
/// changed, a shift of the one before ends and goes on, if the next has it too. A time without a
/// calendar among others with one is a single nameless shift. Nothing if there never was one.
std::optional<std::vector<ShiftTime>> shifts_over_time(
    const Dated<std::optional<ShiftCalendar>>& calendars, TimeRange range);

/// The activities as they were, had the machine run when `runs` says so: IN_CYCLE, WAITING or
/// UNKNOWN, but where it was OFFLINE and before the first of them.
std::vector<Activity> activities_with(const std::vector<Activity>& activities,
                                      const std::vector<RunsSince>& runs);

/// A stretch that counts as something else with other rules.
struct ChangedPiece {
  TimeRange range;
  TimeUse before = TimeUse::kUnknown, after = TimeUse::kUnknown;
  std::string code_before, code_after;  ///< Of its reason; empty: none.
  auto operator<=>(const ChangedPiece&) const = default;
};
/// In order. Both are of the same range.
std::vector<ChangedPiece> changed_pieces(const Oee& before, const Oee& after);

/// What a rule for reasons gave.
struct RuleCatch {
  static constexpr std::size_t kMostExamples = 5;
  std::uint64_t stops = 0;
  Duration time;
  std::vector<TimeRange> longest;  ///< Of them, the longest first.
};
/// By the rules' order; all figures of one tree that has so many.
std::vector<RuleCatch> caught_by_rules(const Oee& oee, std::size_t rules);

}  // namespace heed::machines
