// Settings as they may be shown: passwords and keys go in, and never come out.
#pragma once

#include <string>
#include <string_view>

namespace heed::box {

/// What stands in their place. Sent back, it means the one that is there.
inline constexpr std::string_view kKeptSecret = "(kept)";

/// The settings with every member `password` and `key` replaced, at any depth. Settings without any
/// are returned to the letter; text that is no JSON is none that could be read, and is returned
/// too.
std::string without_secrets(std::string_view settings);

/// `wanted` with each kKeptSecret replaced by what stands at its place in `before`.
std::string with_secrets_of(std::string_view wanted, std::string_view before);

/// Some `password` or `key` of the settings is kKeptSecret.
bool keeps_secret(std::string_view settings);

}  // namespace heed::box
