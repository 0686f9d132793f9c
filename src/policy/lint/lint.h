// What a lawyer or an engineer should look at in a policy that compiles.
#pragma once

#include "policy/policy.h"

namespace heed::policy {

/// Warnings, each with its remedy. `today` is for overdue reviews.
std::vector<Finding> lint(const Policy& policy, Time today);

/// Whether no rule lets others have data for marketing of their own when the browser sends Global
/// Privacy Control: what /.well-known/gpc.json may claim.
bool honours_gpc(const Policy& policy);

}  // namespace heed::policy
