// Cycles and their statistics as the JSON of /api/v1 and as a file; schemas_cycles.cc describes the
// former.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "machines/cycle.h"

namespace heed::http {

void write_cycles(JsonWriter& w, const machines::CycleList& list);
void write_cycle_statistics(JsonWriter& w,
                            const std::vector<machines::ProgramStatistics>& statistics);
/// RFC 4180, durations in seconds.
std::string csv_of_cycles(const std::vector<machines::Cycle>& cycles);

}  // namespace heed::http
