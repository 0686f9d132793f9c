#include "machines/meaning_of_time.h"

#include "machines/inside.h"

namespace heed::machines {

Governed<std::vector<ShiftCalendar>> MeaningOfTime::calendars(const Access& access) const {
  return inside_.calendars.list(access);
}

Governed<void> MeaningOfTime::set_calendar(const Access& access, const ShiftCalendar& calendar,
                                           Time from) {
  const Lock lock(inside_.one_change);
  if (auto put = inside_.calendars.put(access, calendar, from); !put) return put;
  inside_.calendars_changed();
  return {};
}

Governed<void> MeaningOfTime::remove_calendar(const Access& access, std::string_view location,
                                              Time from) {
  const Lock lock(inside_.one_change);
  ASSIGN_OR_RETURN(const bool removed, inside_.calendars.remove(access, location, from));
  if (!removed) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kNotFound, "the location has no calendar of its own", {}});
  }
  inside_.calendars_changed();
  return {};
}

Governed<ShiftPlan> MeaningOfTime::shifts(const Access& access, MachineId machine,
                                          TimeRange range) const {
  return inside_.figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_shifts(r.access, sources, range);
  });
}

Governed<ShiftPlan> MeaningOfTime::location_shifts(const Access& access, std::string_view location,
                                                   TimeRange range) const {
  return load_shifts(access, OeeSources{inside_.calendars, inside_.said, location}, range);
}

Governed<ReasonTree> MeaningOfTime::reasons(const Access& access) const {
  ASSIGN_OR_RETURN(const auto trees, inside_.said.reasons(access));
  return trees.last();
}

Governed<void> MeaningOfTime::set_reasons(const Access& access, const ReasonTree& tree, Time from) {
  const Lock lock(inside_.one_change);
  return inside_.said.set_reasons(access, tree, from);
}

Governed<void> MeaningOfTime::tag(const Access& access, MachineId machine, TimeRange range,
                                  std::string_view code) {
  ASSIGN_OR_RETURN(const Machine found, inside_.registry.find(access, machine));
  return inside_.said.tag(access, found.id, range, code);
}

Governed<ProductionGoal> MeaningOfTime::goal(const Access& access, MachineId machine) const {
  ASSIGN_OR_RETURN(const Machine found, inside_.registry.find(access, machine));
  ASSIGN_OR_RETURN(const auto goals, inside_.said.goal(access, found.id));
  return goals.last();
}

Governed<void> MeaningOfTime::set_goal(const Access& access, MachineId machine,
                                       const ProductionGoal& goal, Time from) {
  ASSIGN_OR_RETURN(const Machine found, inside_.registry.find(access, machine));
  const Lock lock(inside_.one_change);
  return inside_.said.set_goal(access, found.id, goal, from);
}

Governed<void> MeaningOfTime::add_scrap(const Access& access, MachineId machine, Time found,
                                        std::int64_t count) {
  ASSIGN_OR_RETURN(const Machine there, inside_.registry.find(access, machine));
  return inside_.said.add_scrap(access, there.id, found, count);
}

Governed<std::vector<RuleVersion>> MeaningOfTime::rule_versions(const Access& access, Rule rule,
                                                                std::string_view whose) const {
  return inside_.rules.versions(access, rule, whose);
}

Governed<void> MeaningOfTime::undo_rule(const Access& access, Rule rule, std::string_view whose) {
  const Lock lock(inside_.one_change);
  if (auto undone = inside_.rules.undo(access, rule, whose); !undone) return undone;
  if (rule == Rule::kCalendar) inside_.calendars_changed();
  return {};
}

}  // namespace heed::machines
