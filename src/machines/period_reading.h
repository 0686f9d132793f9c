// Figures of a period from what was recorded, under the caller's access.
#pragma once

#include "machines/oee_reading.h"
#include "machines/period_figures.h"

namespace heed::machines {

/// As load_oee(), with what `parts` asks for. What of it is refused refuses all.
Governed<PeriodFigures> load_period(const Reading& reading, const OeeSources& sources,
                                    const Machine& machine, TimeRange range, PeriodParts parts);

}  // namespace heed::machines
