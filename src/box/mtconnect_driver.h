// MTConnect agents (wire/mtconnect) that are asked, over HTTP or WebSocket: documents → reports.
//
// The session knows what to ask and what was missed; the driver asks, and mtconnect_reports.h turns
// each complete document into reports. A lost connection is no gap: the agent's buffer has what was
// missed, or the session tells what it no longer has.
#pragma once

#include <memory>
#include <string>

#include "box/driver.h"

namespace heed::box {

/// The last part of the endpoint's path is the device; what stands before it leads to the agent.
/// With a password in its login it is asked by HTTP Basic authentication.
std::unique_ptr<Driver> make_mtconnect_driver(const Reading& reading, const std::string& cursor,
                                              DriverPlace place, DriverListener& listener);

}  // namespace heed::box
