// `heed keys …`: the key ring, for whoever runs the server (docs/KEYS.md).
#pragma once

namespace heed::app {

/// Runs the command whose words follow "keys" in argv (argv[0] is "keys" itself) and gives its exit
/// status: 0 good, 1 what was asked cannot be done; CLI11's own for words that it does not know.
int keys_command(int argc, const char* const* argv);

}  // namespace heed::app
