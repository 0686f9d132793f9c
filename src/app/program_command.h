// `heed program …`: what a program of a machine says, before the machine runs it.
#pragma once

namespace heed::app {

/// Runs the command whose words follow "program" in argv (argv[0] is "program" itself) and gives
/// its exit status: 0 good, 1 errors, 2 notes with --strict; CLI11's own for words that it does not
/// know. Reads files, prints.
int program_command(int argc, const char* const* argv);

}  // namespace heed::app
