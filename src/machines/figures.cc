#include "machines/figures.h"

#include "machines/alarm_reading.h"
#include "machines/cycle_reading.h"
#include "machines/inside.h"
#include "machines/parts_reading.h"
#include "machines/period_reading.h"

namespace heed::machines {

Governed<CycleList> Figures::cycles(const Access& access, MachineId machine,
                                    TimeRange range) const {
  return inside_.reading(access, machine, [&](const Reading& r) { return load_cycles(r, range); });
}

Governed<Oee> Figures::oee(const Access& access, MachineId machine,
                           const OeeQuestion& question) const {
  return inside_.figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_oee(r, sources, question);
  });
}

Governed<PeriodFigures> Figures::period(const Access& access, MachineId machine, TimeRange range,
                                        PeriodParts parts) const {
  ASSIGN_OR_RETURN(const Machine found, inside_.registry.find(access, machine));
  return inside_.figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_period(r, sources, found, range, parts);
  });
}

Governed<std::vector<AlarmSpan>> Figures::alarms(const Access& access, MachineId machine,
                                                 TimeRange range) const {
  return inside_.reading(access, machine, [&](const Reading& r) { return load_alarms(r, range); });
}

Governed<SelfAudit> Figures::self_audit(const Access& access, MachineId machine,
                                        TimeRange range) const {
  return inside_.figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_self_audit(r, sources, range);
  });
}

Governed<PartsAgreement> Figures::parts_agreement(const Access& access, MachineId machine,
                                                  TimeRange range) const {
  return inside_.reading(access, machine,
                         [&](const Reading& r) { return load_parts_agreement(r, range); });
}

Governed<LifetimeCount> Figures::lifetime_count(const Access& access, MachineId machine) const {
  return inside_.reading(access, machine, [&](const Reading& r) {
    return load_lifetime_count(*inside_.silo, inside_.own, r);
  });
}

Governed<SignalLevels> Figures::signal_levels(const Access& access, MachineId machine,
                                              std::string_view item, TimeRange range) const {
  if (range.empty() || range.from < Time() || range.to - range.from > kLongestSignal) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kInvalid, "from: levels are told of a range of at most 32 days",
              "Ask for a week."});
  }
  ASSIGN_OR_RETURN(const auto held, inside_.reading(access, machine, [&](const Reading& r) {
    return load_held(r, item, range);
  }));
  return SignalLevels{histogram_of(held), suggest_threshold(held)};
}

}  // namespace heed::machines
