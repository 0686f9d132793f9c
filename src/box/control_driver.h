// Controls that answer (wire/control_session.h): rounds of answers → what changed.
//
// The controls tell no times: what they say counts from its arrival. The first round after
// connecting is a first dump.
#pragma once

#include <memory>
#include <string>

#include "box/driver.h"

namespace heed::box {

/// `reading` has a session.
std::unique_ptr<Driver> make_control_driver(const Reading& reading, const std::string& cursor,
                                            DriverPlace place, DriverListener& listener);

}  // namespace heed::box
