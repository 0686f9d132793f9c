// What people said of recommendations, as records: what an hour of a machine costs, and which
// recommendations they do not want to see, why, and for how long.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "machines/access.h"
#include "machines/advice.h"
#include "machines/observation.h"
#include "silo/silo.h"

namespace heed::machines {

/// Thread-safe as its silo is.
class AdviceBook {
 public:
  AdviceBook(std::shared_ptr<silo::Silo> silo, const Clock& clock)
      : silo_(std::move(silo)), clock_(clock) {}

  Governed<std::optional<MachineHour>> hour(const Access& access) const;
  Governed<void> set_hour(const Access& access, const std::optional<MachineHour>& hour);
  /// By the recommendation's id; those that have run out are not among them.
  Governed<std::map<std::string, Dismissal>> dismissals(const Access& access,
                                                        MachineId machine) const;
  Governed<void> dismiss(const Access& access, MachineId machine, std::string_view id,
                         const NewDismissal& dismissal);
  /// Whether it had been dismissed.
  Governed<bool> undo(const Access& access, MachineId machine, std::string_view id);

 private:
  const std::shared_ptr<silo::Silo> silo_;
  const Clock& clock_;
};

}  // namespace heed::machines
