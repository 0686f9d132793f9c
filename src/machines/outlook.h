// What to expect and what to do: when a batch will be done (docs/FORECAST.md), what is recommended
// (docs/RECOMMENDATIONS.md), and what people say back.
#pragma once

#include <optional>
#include <string_view>

#include "machines/access.h"
#include "machines/advice.h"
#include "machines/forecast.h"
#include "machines/observation.h"

namespace heed::machines {

struct Inside;

/// Thread-safe. Blocking (storage).
class Outlook {
 public:
  /// For Machines alone, which outlives it with `inside`.
  explicit Outlook(Inside& inside) : inside_(inside) {}

  /// When the batch will be done, or why that cannot be said.
  Governed<ForecastAnswer> forecast(const Access& access, MachineId machine,
                                    const BatchGoal& goal) const;
  /// From the last four weeks; of a recording, its last.
  Governed<AdviceList> recommendations(const Access& access, MachineId machine) const;
  /// kInvalid names the field; kNotFound for what can be no recommendation's id.
  Governed<void> dismiss(const Access& access, MachineId machine, std::string_view id,
                         const NewDismissal& dismissal);
  /// Nothing changes if it was not dismissed.
  Governed<void> undo_dismissal(const Access& access, MachineId machine, std::string_view id);
  Governed<std::optional<MachineHour>> machine_hour(const Access& access) const;
  Governed<void> set_machine_hour(const Access& access, const std::optional<MachineHour>& hour);

 private:
  Inside& inside_;
};

}  // namespace heed::machines
