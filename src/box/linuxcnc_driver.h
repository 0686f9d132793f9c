// LinuxCNC controls (wire/linuxcnc) through linuxcncrsh: rounds of answers → what changed.
//
// It greets with the stock password and asks only what reads. The control tells no times: what it
// says counts from its arrival. The first round after connecting is a first dump.
#pragma once

#include <memory>
#include <string>

#include "box/driver.h"

namespace heed::box {

std::unique_ptr<Driver> make_linuxcnc_driver(const Endpoint& endpoint, const std::string& cursor,
                                             DriverPlace place, DriverListener& listener);

}  // namespace heed::box
