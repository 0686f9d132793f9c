// MTConnect agents behind a broker (wire/mtconnect/broker_session.h): documents → reports.
//
// The address is mqtt://host:port/PREFIX/DEVICE: the last level is the device by name or uuid, what
// stands before it begins the agent's topics (MTConnect, where it is left out). Heed subscribes and
// publishes nothing.
#pragma once

#include <memory>
#include <string>

#include "box/driver.h"

namespace heed::box {

std::unique_ptr<Driver> make_mtconnect_broker_driver(const Reading& reading,
                                                     const std::string& cursor, DriverPlace place,
                                                     DriverListener& listener);

}  // namespace heed::box
