// SHDR adapters (wire/shdr): lines → observations.
//
// A value, message or time series is its text; UNAVAILABLE is nothing; a condition is
// LEVEL|code|severity|qualifier|text. A message with a code is code|text. The item of `device:key`
// keeps its device. An asset is an observation of the item "asset" (id|type, and then |removed or
// |updated), its XML the raw line.
// SHDR cannot be asked for what was missed: a lost connection leaves a gap (absence.h).
#pragma once

#include <memory>
#include <string>

#include "box/driver.h"

namespace heed::box {

std::unique_ptr<Driver> make_shdr_driver(const Endpoint& endpoint, const std::string& cursor,
                                         DriverPlace place, DriverListener& listener);

}  // namespace heed::box
