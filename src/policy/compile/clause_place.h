// Where a clause of a compiled policy stands in its files.
#pragma once

#include <string_view>

#include "policy/policy.h"

namespace heed::policy {

struct ClausePlace {
  const Document* document = nullptr;
  const ClauseNode* node = nullptr;  ///< nullptr if no file has such a clause.
};
/// Linear in the size of the policy. Points into `policy`.
ClausePlace clause_place(const Policy& policy, std::string_view id);

}  // namespace heed::policy
