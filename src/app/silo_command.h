// `heed silo …`: one organization's silo as a unit.
#pragma once

namespace heed::app {

/// Runs the command whose words follow "silo" in argv (argv[0] is "silo" itself) and gives its exit
/// status: 0 good, 1 what was asked cannot be done; CLI11's own for words that it does not know.
/// Opens the data directory, so no server may run on it meanwhile. Reads and writes files, prints.
int silo_command(int argc, const char* const* argv);

}  // namespace heed::app
