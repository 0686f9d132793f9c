#include "machines/outlook.h"

#include "machines/advice_reading.h"
#include "machines/forecast_reading.h"
#include "machines/inside.h"

namespace heed::machines {

Governed<ForecastAnswer> Outlook::forecast(const Access& access, MachineId machine,
                                           const BatchGoal& goal) const {
  return inside_.figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_forecast(r, sources, goal);
  });
}

Governed<AdviceList> Outlook::recommendations(const Access& access, MachineId machine) const {
  return inside_.figures(access, machine, [&](const Reading& r, const OeeSources& sources) {
    return load_advice(r, sources, inside_.advice);
  });
}

Governed<void> Outlook::dismiss(const Access& access, MachineId machine, std::string_view id,
                                const NewDismissal& dismissal) {
  ASSIGN_OR_RETURN(const Machine found, inside_.registry.find(access, machine));
  return inside_.advice.dismiss(access, found.id, id, dismissal);
}

Governed<void> Outlook::undo_dismissal(const Access& access, MachineId machine,
                                       std::string_view id) {
  ASSIGN_OR_RETURN(const Machine found, inside_.registry.find(access, machine));
  if (auto undone = inside_.advice.undo(access, found.id, id); !undone) {
    return std::unexpected(undone.error());
  }
  return {};
}

Governed<std::optional<MachineHour>> Outlook::machine_hour(const Access& access) const {
  return inside_.advice.hour(access);
}

Governed<void> Outlook::set_machine_hour(const Access& access,
                                         const std::optional<MachineHour>& hour) {
  return inside_.advice.set_hour(access, hour);
}

}  // namespace heed::machines
