// How a command reads its arguments.
#pragma once

#include <optional>

namespace CLI {
class App;
}

namespace heed::app {

/// Nothing if the command is to run. Otherwise its exit status: it was asked for help, as it also
/// is without arguments, or it was told what is wrong with them.
std::optional<int> answered(CLI::App& program, int argc, const char* const* argv);

}  // namespace heed::app
