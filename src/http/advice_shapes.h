// Forecasts and recommendations as the JSON of /api/v1; schemas_advice.cc describes it.
#pragma once

#include "base/json.h"
#include "machines/advice.h"
#include "machines/forecast.h"

namespace heed::http {

void write_forecast(JsonWriter& w, const machines::ForecastAnswer& answer);
void write_advice(JsonWriter& w, const machines::AdviceList& list);
void write_machine_hour(JsonWriter& w, const std::optional<machines::MachineHour>& hour);

}  // namespace heed::http
