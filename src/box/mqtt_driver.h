// A broker's messages → observations: JSON topics and Sparkplug B (wire/mqtt/listener.h).
//
// What the broker had kept (retained) is a first dump: values may be old. Once the broker is lost,
// what was told by its messages is unavailable, not still true.
#pragma once

#include <memory>
#include <string>

#include "box/driver.h"

namespace heed::box {

/// `reading` has a listener.
std::unique_ptr<Driver> make_mqtt_driver(const Reading& reading, const std::string& cursor,
                                         DriverPlace place, DriverListener& listener);

}  // namespace heed::box
