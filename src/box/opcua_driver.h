// OPC UA servers, read by a program beside the box (sidecar/opcua): started with the machine's
// settings, supervised, and ended with its driver.
//
// The program connects, and connects again; the driver starts it anew where it ends or says what
// nobody understands. The server's own times count.
#pragma once

#include <memory>
#include <string>

#include "box/child.h"
#include "box/driver.h"

namespace heed::box {

/// A program that says more lines a second is held back, and with it its server.
constexpr int kMostLinesPerSecond = 5'000;
/// Lines that cannot be read, one after the other, after which the program is started anew.
constexpr int kMostSenselessLines = 100;
/// Of its standard error, to the log: lines for each start, and bytes of a line.
constexpr int kMostErrorLines = 20;
constexpr std::size_t kLongestErrorLine = 500;

/// `node` with the program, its memory bounded. A name for tests to put something else there.
using MakeCommand = std::function<Result<ChildCommand>(const std::string& directory)>;
Result<ChildCommand> opcua_command(const std::string& directory);

std::unique_ptr<Driver> make_opcua_driver(const Reading& reading, const std::string& cursor,
                                          DriverPlace place, DriverListener& listener,
                                          MakeCommand command = opcua_command);

}  // namespace heed::box
