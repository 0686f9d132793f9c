// Why a machine stood: codes in a small tree, what people say and what rules say, and which of
// them holds when (docs/OEE.md §4). Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_zone.h"
#include "machines/condition.h"
#include "machines/dated.h"
#include "machines/shift_calendar.h"
#include "machines/views.h"

namespace heed::machines {

/// What a reason makes of the time that it holds for.
enum class ReasonClass : std::uint8_t { kUnplanned, kPlanned, kSetup };
/// "unplanned"
std::string_view word(ReasonClass reason_class);
std::optional<ReasonClass> parse_reason_class(std::string_view text);

enum class ReasonBy : std::uint8_t { kHand, kRule };
/// "hand"
std::string_view word(ReasonBy by);

struct ReasonCode {
  std::string code;    ///< "tool_broken": 1 to 40 of a to z, 0 to 9, _
  std::string name;    ///< "Tool broken"
  std::string parent;  ///< A code without a parent, or empty.
  ReasonClass reason_class = ReasonClass::kUnplanned;
  /// No longer offered; what was tagged with it keeps it.
  bool retired = false;
  auto operator<=>(const ReasonCode&) const = default;
};

/// To which stops a code belongs. What is left empty fits everything.
struct ReasonRule {
  std::string code;
  std::vector<State> states;
  std::string condition_code;  ///< How the native code of an active condition begins.
  std::string condition_text;  ///< In its text, without regard to the case of ASCII letters.
  std::string location;
  std::optional<WallSpan> window;  ///< In which the activity begins.
  auto operator<=>(const ReasonRule&) const = default;
};

/// The codes and rules of an organization.
struct ReasonTree {
  static constexpr std::size_t kMostCodes = 60;
  static constexpr std::size_t kMostRules = 50;
  static constexpr std::size_t kLongestCode = 40;    ///< Bytes
  static constexpr std::size_t kLongestName = 60;    ///< Characters
  static constexpr std::size_t kLongestMatch = 100;  ///< Bytes of a condition's code or text.
  std::vector<ReasonCode> codes;
  std::vector<ReasonRule> rules;  ///< The first one that fits wins.
  auto operator<=>(const ReasonTree&) const = default;

  const ReasonCode* find(std::string_view code) const;
};
/// What an organization begins with: twelve codes, no rule.
ReasonTree usual_reasons();
/// kInvalid names the field, "codes[3].parent: …", and the mend.
Result<void> check_reasons(const ReasonTree& tree);

/// What somebody said of an interval. `code` is empty where they took back what was said.
struct ReasonTag {
  TimeRange range;
  std::string code;
  Time said;
  std::string by;  ///< Who, as records keep it: an id, or what stands for who was erased.
};

/// A stretch for which one reason holds.
struct ReasonSpan {
  TimeRange range;
  std::string code;
  ReasonClass reason_class = ReasonClass::kUnplanned;
  ReasonBy by = ReasonBy::kHand;
  std::string who = {};  ///< ReasonTag::by
  /// Which rule gave it, of the tree that held when the activity began.
  std::optional<std::size_t> rule = {};
  auto operator<=>(const ReasonSpan&) const = default;
};

/// Conditions that were active at a moment, asked for only where a rule needs them.
using ConditionsAt = std::function<const std::vector<Condition>&(Time)>;

struct ReasonInput {
  /// What began when a tree held is explained by that one.
  const Dated<ReasonTree>& tree;
  const std::vector<Activity>& activities;
  /// Parallel to activities: part of a stop below the threshold.
  const std::vector<bool>& micro;
  const std::vector<ReasonTag>& tags;
  std::string_view location;
  const Dated<TimeZone>& zone;
  ConditionsAt conditions;
};
/// Which reason holds when: in order, without overlap. A code that the tree does not have counts as
/// unplanned.
std::vector<ReasonSpan> resolve_reasons(const ReasonInput& input);

/// Parallel to the activities: whether each belongs to a stop shorter than the threshold that held
/// when the stop began.
std::vector<bool> micro_stops(const std::vector<Activity>& activities,
                              const Dated<Duration>& threshold);

}  // namespace heed::machines
