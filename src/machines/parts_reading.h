// What was recorded of the parts that a machine made: by its counter, or by its cycles where the
// counter is absent or not to be believed (docs/OEE.md §7 and §8). Under the caller's access.
#pragma once

#include "machines/oee.h"
#include "machines/reading.h"

namespace heed::machines {

struct PartsMade {
  std::optional<std::vector<PartStep>> steps;  ///< Nothing: nobody counts.
  PartsSource source = PartsSource::kNone;
  double confidence = 0;
};

/// `production`: how long the machine produced in the range, by which a counter that stands still
/// is told. Cycles are read only where they are needed.
Governed<PartsMade> load_parts(const Reading& reading, TimeRange range, Duration production);
Governed<PartsAgreement> load_parts_agreement(const Reading& reading, TimeRange range,
                                              Duration production);

/// `own`: under which what was read so far is kept.
Governed<LifetimeCount> load_lifetime_count(silo::Silo& silo, const Access& own,
                                            const Reading& reading);

/// What an item said as numbers, from what held when the range began.
Governed<std::vector<CounterValue>> load_counter(const Reading& reading,
                                                 const Directory::Entry& entry, TimeRange range);

}  // namespace heed::machines
