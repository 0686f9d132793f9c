// The policy files that come with the program, embedded as they lie in policies/.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "policy/policy.h"

namespace heed::policy {

struct ShippedText {
  std::string_view file;  ///< "heed.policy"
  std::string_view text;
};
std::span<const ShippedText> shipped_texts();
/// By file name without its ending: "heed", "chatter", "chatmeter", "words".
std::optional<std::string_view> shipped(std::string_view name);

/// The policy that a fresh server enforces for its own operator.
std::shared_ptr<const Policy> heed_policy();

}  // namespace heed::policy
