// The policy that `heed serve --policy FILE` is to run under.
#pragma once

#include <memory>
#include <string>

#include "silo/silo.h"

namespace heed::app {

/// For the first start: what the file says, or heed's own policy when `file` is empty. kInvalid
/// shows the first error with its line, or the first thing of the program that it leaves out.
Result<std::shared_ptr<const policy::Policy>> first_policy(const std::string& file);

/// For a store that was opened before: activates what the file says if another text is in force.
/// kConflict when that would weaken a promise: such a change needs a notice, and is made while the
/// server runs.
Result<void> follow_policy_file(silo::Store& store, const std::string& file, Time today);

}  // namespace heed::app
