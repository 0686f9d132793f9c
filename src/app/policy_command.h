// `heed policy …`: what lawyers and engineers do with policy files before a server enforces them.
#pragma once

#include <functional>

#include "policy/coverage.h"

namespace heed::app {

/// Runs the command whose words follow "policy" in argv (argv[0] is "policy" itself) and gives its
/// exit status: 0 good, 1 errors, 2 warnings with --strict, 3 a promise weakened; CLI11's own for
/// words that it does not know. `inventory` is asked for `coverage` alone. Reads and writes files,
/// prints.
int policy_command(int argc, const char* const* argv,
                   const std::function<policy::Inventory()>& inventory);

}  // namespace heed::app
