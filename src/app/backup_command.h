// `heed backup …`, `heed restore` and `heed drill`: copies of the silos, on the command line.
#pragma once

namespace heed::app {

/// Each runs the command whose name stands in argv[0] and gives its exit status: 0 good, 1 what was
/// asked cannot be done or something was found; CLI11's own for words that it does not know.
/// `backup create` opens the data directory, so that no server may run on it meanwhile: a server
/// makes its own with `heed serve --backup-to`. Read and write files, print.
int backup_command(int argc, const char* const* argv);
int restore_command(int argc, const char* const* argv);
int drill_command(int argc, const char* const* argv);

}  // namespace heed::app
