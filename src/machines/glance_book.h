// The kept figures of cards (glance.h), a record a machine of each kind. Two kinds, because they
// are made of different things: a forecast needs the programs' names, an audit does not, and a
// figure is as closed as the most closed thing that it was made of.
#pragma once

#include <map>
#include <memory>

#include "machines/access.h"
#include "machines/glance.h"
#include "machines/observation.h"
#include "silo/silo.h"

namespace heed::machines {

/// Thread-safe as its silo is.
class GlanceBook {
 public:
  explicit GlanceBook(std::shared_ptr<silo::Silo> silo) : silo_(std::move(silo)) {}

  /// What the access may not see is left out, also where the policy has no word for it.
  Governed<Glance> find(const Access& access, MachineId machine) const;
  /// The same of all machines that have any.
  Governed<std::map<MachineId, Glance>> all(const Access& access) const;
  /// In the place of what was kept; what there is none of is removed.
  Governed<void> put(const Access& access, MachineId machine,
                     const std::optional<AuditGlance>& audit) const;
  Governed<void> put(const Access& access, MachineId machine,
                     const std::optional<ForecastGlance>& forecast) const;

 private:
  const std::shared_ptr<silo::Silo> silo_;
};

}  // namespace heed::machines
