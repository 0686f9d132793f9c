// `heed journal …`: the journal of an organization for somebody who does not trust the server.
#pragma once

namespace heed::app {

/// Runs the command whose words follow "journal" in argv (argv[0] is "journal" itself) and gives
/// its exit status: 0 good, 1 what was asked does not hold or cannot be done; CLI11's own for words
/// that it does not know. `verify` needs no data directory; the others open it, so no server may
/// run on it meanwhile. Reads and writes files, prints.
int journal_command(int argc, const char* const* argv);

}  // namespace heed::app
