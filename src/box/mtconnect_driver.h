// MTConnect agents (wire/mtconnect) over HTTP: documents → reports.
//
// The session knows what to ask and what was missed; the driver asks, and turns each complete
// document into reports. The observations of a document are put in the order of their sequence, so
// that every report but those of a first dump carries the sequence to go on from: a crash between
// two reports of a document neither loses nor doubles what is in it.
// A lost connection is no gap: the agent's buffer has what was missed, or the session tells what
// it no longer has. The link counts as down when it is not up again within kLinkGrace.
#pragma once

#include <memory>
#include <string>

#include "box/driver.h"

namespace heed::box {

constexpr Duration kLinkGrace = Duration::seconds(2);

/// Of one document, until it is complete. A longer one is handed on in pieces before its end is
/// seen; what is repeated if it then breaks off is dropped by its sequence.
constexpr std::size_t kMostHeldBytes = std::size_t{2} << 20;

/// The last part of the endpoint's path is the device; what stands before it leads to the agent.
/// With a password in its login it is asked by HTTP Basic authentication.
std::unique_ptr<Driver> make_mtconnect_driver(const Reading& reading, const std::string& cursor,
                                              DriverPlace place, DriverListener& listener);

}  // namespace heed::box
