// What time means, as people say it (docs/OEE.md): when work is planned, why a machine stood, how
// long a part should take, what was scrap; and the versions of what was said (docs/OEE.md §9).
#pragma once

#include <string_view>
#include <vector>

#include "machines/access.h"
#include "machines/rules.h"

namespace heed::machines {

struct Inside;

/// Thread-safe. Blocking (storage).
class MeaningOfTime {
 public:
  /// For Machines alone, which outlives it with `inside`.
  explicit MeaningOfTime(Inside& inside) : inside_(inside) {}

  /// By location.
  Governed<std::vector<ShiftCalendar>> calendars(const Access& access) const;
  /// In the place of its location's earlier one, which holds until `from`. kInvalid names the
  /// field, kExhausted beyond 200 of them, or of one's versions.
  Governed<void> set_calendar(const Access& access, const ShiftCalendar& calendar,
                              Time from = RuleVersion::kEver);
  /// kNotFound if the location has none of its own.
  Governed<void> remove_calendar(const Access& access, std::string_view location,
                                 Time from = RuleVersion::kEver);
  Governed<ShiftPlan> shifts(const Access& access, MachineId machine, TimeRange range) const;
  /// What is planned at a location.
  Governed<ShiftPlan> location_shifts(const Access& access, std::string_view location,
                                      TimeRange range) const;

  /// Until somebody sets others, the usual ones.
  Governed<ReasonTree> reasons(const Access& access) const;
  Governed<void> set_reasons(const Access& access, const ReasonTree& tree,
                             Time from = RuleVersion::kEver);
  static constexpr Duration kLongestTag = Duration::days(7);
  /// Says why the machine stood; an empty code takes back what was said. kInvalid names the field:
  /// a code that is not offered, a range that is empty, in the future or beyond kLongestTag.
  Governed<void> tag(const Access& access, MachineId machine, TimeRange range,
                     std::string_view code);

  Governed<ProductionGoal> goal(const Access& access, MachineId machine) const;
  Governed<void> set_goal(const Access& access, MachineId machine, const ProductionGoal& goal,
                          Time from = RuleVersion::kEver);
  static constexpr std::int64_t kMostScrap = 1'000'000;  ///< At once
  /// Parts that were found to be no good; a negative count takes some back.
  Governed<void> add_scrap(const Access& access, MachineId machine, Time found, std::int64_t count);

  /// What was said of a rule, in its order. `whose`: a location, a machine's id, or nothing.
  Governed<std::vector<RuleVersion>> rule_versions(const Access& access, Rule rule,
                                                   std::string_view whose) const;
  /// Takes back the newest change. kNotFound if there is none.
  Governed<void> undo_rule(const Access& access, Rule rule, std::string_view whose);

 private:
  Inside& inside_;
};

}  // namespace heed::machines
