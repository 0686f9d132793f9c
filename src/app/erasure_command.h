// `heed erasure …`: the receipt of an erasure, for who does not trust the server that gave it.
#pragma once

namespace heed::app {

/// Runs the command whose words follow "erasure" in argv (argv[0] is "erasure" itself) and gives
/// its exit status: 0 the receipt holds, 1 it does not or cannot be read; CLI11's own for words
/// that it does not know. Reads one file and prints; needs neither server nor data.
int erasure_command(int argc, const char* const* argv);

}  // namespace heed::app
