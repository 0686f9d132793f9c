// The figures of a machine's card (glance.h) from what is stored, under the caller's access.
#pragma once

#include "machines/glance.h"
#include "machines/oee_reading.h"

namespace heed::machines {

struct AuditLook {
  std::optional<AuditGlance> told;
  /// What was looked at: whole days of the location that are over, of a recording those up to its
  /// last observation.
  TimeRange range;
  /// When the next day is over; nothing of a recording.
  std::optional<Time> next;
};
/// As the self-audit of `range` says it.
Governed<AuditLook> look_at_audit(const Reading& reading, const OeeSources& sources);

struct ForecastLook {
  std::optional<ForecastGlance> told;
  /// What was asked, so that nothing is read again while the answer can't be another one: what the
  /// counter and the goal said, and for when, which moves a forecast but no refusal.
  struct Question {
    std::optional<double> made, goal;
    std::optional<Time> now;
    bool refused = false;
    bool operator==(const Question&) const = default;
  } question;
  Time next;  ///< When it is to be looked at again.
};
/// As the forecast without a word of the reader's says it. Reads no history where no batch runs
/// (ForecastGlance::kRests) and where it was asked the same before.
Governed<ForecastLook> look_at_batch(const Reading& reading, const OeeSources& sources,
                                     const std::optional<ForecastLook>& before);

}  // namespace heed::machines
