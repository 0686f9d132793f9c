// Figures of what was recorded, under the caller's access (docs/OEE.md).
#pragma once

#include "machines/calendar_book.h"
#include "machines/reading.h"
#include "machines/said_of_time.h"
#include "machines/self_audit.h"

namespace heed::machines {

/// What the figures are made of beside the recording.
struct OeeSources {
  const CalendarBook& calendars;
  const SaidOfTime& said;
  std::string_view location;
};

/// kInvalid for a range that is empty, not between 1970 and 2200, or longer.
Governed<void> check_range(TimeRange range, Duration longest);
/// To now, for a recording to its last observation.
TimeRange until_known(const Reading& reading, TimeRange range);

Governed<Oee> load_oee(const Reading& reading, const OeeSources& sources,
                       const OeeQuestion& question);
Governed<SelfAudit> load_self_audit(const Reading& reading, const OeeSources& sources,
                                    TimeRange range);
Governed<PartsAgreement> load_parts_agreement(const Reading& reading, TimeRange range);
Governed<ShiftPlan> load_shifts(const Access& access, const OeeSources& sources, TimeRange range);

}  // namespace heed::machines
