// `heed report …`: what came of a day, a week or a month, as a file.
#pragma once

namespace heed::app {

/// Runs the command whose words follow "report" in argv (argv[0] is "report" itself) and gives its
/// exit status: 0 good, 1 with the reason and its mend on standard error; CLI11's own for words
/// that it does not know.
int report_command(int argc, const char* const* argv);

}  // namespace heed::app
