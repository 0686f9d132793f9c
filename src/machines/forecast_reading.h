// A machine's forecast from what is stored, under the caller's access.
#pragma once

#include "machines/oee_reading.h"

namespace heed::machines {

Governed<ForecastAnswer> load_forecast(const Reading& reading, const OeeSources& sources,
                                       const BatchGoal& goal);

}  // namespace heed::machines
