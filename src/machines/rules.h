// What figures are made with and somebody may change: rules, their versions, and rules as they
// might be (docs/OEE.md §9). Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machines/oee.h"

namespace heed::machines {

/// How long a part should take on a machine, and from when on a stop is more than a micro-stop.
struct ProductionGoal {
  static constexpr Duration kLongestIdeal = Duration::days(7);
  static constexpr Duration kLongestMicroStop = Duration::minutes(10);
  std::optional<Duration> ideal;  ///< Of one part; above 0.
  Duration micro_stop = OeeInput::kMicroStop;
  auto operator<=>(const ProductionGoal&) const = default;
};

/// kInvalid names the field.
Result<void> check_goal(const ProductionGoal& goal);

/// What figures are made with and somebody may change.
enum class Rule : std::uint8_t { kCalendar, kReasons, kGoal };
/// "calendar", "reasons", "goal"
std::string_view word(Rule rule);
std::optional<Rule> parse_rule(std::string_view text);

/// What somebody said that a rule should be, from when on.
struct RuleVersion {
  static constexpr Time kEver = {};  ///< `from`: since ever, not since 1970.
  Time from;
  Time said;
  std::optional<Time> undone = {};
  std::string by = {};     ///< Who said it, or undid it, as records keep it.
  std::string value = {};  ///< JSON; empty: it was removed.
};

/// The machine runs, stands, or it is not known, from then on.
struct RunsSince {
  Time at;
  std::optional<bool> runs;
};

/// Rules as they might be. Figures with them are those that would have been, had they always held.
struct Proposal {
  std::optional<ShiftCalendar> calendar = {};  ///< Of its location's machines.
  std::optional<ReasonTree> reasons = {};
  std::optional<ProductionGoal> goal = {};
  /// In the place of what the machine said of itself, but where it was offline.
  std::optional<std::vector<RunsSince>> runs = {};
};

/// Of what is known, and of what might be, when figures are made.
struct OeeQuestion {
  TimeRange range;
  /// The rules as they were known then; nothing: now.
  std::optional<Time> known = {};
  const Proposal* proposal = nullptr;
};

}  // namespace heed::machines
