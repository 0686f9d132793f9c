// What the running program has, as its rooms tell it: what a policy is held against before it may
// be activated (policy/coverage.h).
#pragma once

#include "policy/coverage.h"

namespace heed::app {

policy::Inventory inventory();

}  // namespace heed::app
