// Names of tests and what came of them, from what GoogleTest writes.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/coverage.h"

namespace heed::policy {

/// Reads one report: JSON (`--gtest_output=json:`), XML (`--gtest_output=xml:`) or what a test
/// program prints ("[       OK ] Suite.name (3 ms)"). A test that did not run or was skipped proves
/// nothing and is left out. kInvalid if there is no test in it.
Result<std::vector<TestResult>> read_test_results(std::string_view report);

}  // namespace heed::policy
