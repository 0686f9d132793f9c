// For tests and benchmarks only: policies from text.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "policy/book.h"
#include "policy/language/parse.h"
#include "policy/policy.h"
#include "policy/shipped.h"

namespace heed::policy {

/// The policy that `text` says, with the shipped words that it uses. Ends the program, telling what
/// is wrong, when it does not compile.
inline std::shared_ptr<const Policy> policy_of(std::string_view text,
                                               const Policy* before = nullptr) {
  Checked checked = check({{"test.policy", std::string(text)}}, before);
  if (checked.ok()) return std::move(checked.policy);
  for (const Finding& finding : checked.findings) {
    std::fputs(excerpt(finding, text).c_str(), stderr);
    std::fputs("\n", stderr);
  }
  std::abort();
}

/// A policy as the first and only version of a server.
inline std::shared_ptr<const InForce> in_force(std::shared_ptr<const Policy> policy) {
  return std::make_shared<const InForce>(
      std::make_shared<const Book>(std::vector{Version{1, Time(), "test", {}, std::move(policy)}}));
}

/// A policy that comes with the program: "heed", "chatter", "chatmeter".
inline std::shared_ptr<const Policy> shipped_policy(std::string_view name) {
  return policy_of(*shipped(name));
}

}  // namespace heed::policy
