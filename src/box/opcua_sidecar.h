// The program that reads OPC UA servers: sidecar/opcua, built into one file and embedded
// (cmake/sidecars.cmake).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace heed::box {

/// The program's text; empty where it was not built.
std::string_view opcua_sidecar();

/// Puts the program into `directory`, unless it is there to the letter, and returns its path.
/// kUnavailable, with the mend, where it was not built or cannot be written.
Result<std::string> place_opcua_sidecar(const std::string& directory);

}  // namespace heed::box
