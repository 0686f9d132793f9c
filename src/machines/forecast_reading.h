// A machine's forecast from what is stored, under the caller's access.
#pragma once

#include "machines/forecast.h"
#include "machines/oee_reading.h"

namespace heed::machines {

/// Of a recording, its last observation.
Time now_of(const Reading& reading);
/// What is to be made and what is made. No history is read, and no forecast is told.
Governed<ForecastAnswer> load_batch(const Reading& reading, const BatchGoal& goal);
Governed<ForecastAnswer> load_forecast(const Reading& reading, const OeeSources& sources,
                                       const BatchGoal& goal);

}  // namespace heed::machines
