#include "app/arguments.h"

#include <fmt/core.h>
#include <CLI/CLI.hpp>

namespace heed::app {

std::optional<int> answered(CLI::App& program, int argc, const char* const* argv) {
  if (argc <= 1) {
    fmt::print("{}", program.help());
    return 0;
  }
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {  // how CLI11 says everything, --help too
    return program.exit(error);
  }
  return {};
}

}  // namespace heed::app
