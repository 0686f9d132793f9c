// The bound of `heed serve --purge-within`.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace heed::app {

constexpr Duration kShortestPurge = Duration::minutes(1);
constexpr Duration kLongestPurge = Duration::days(30);

/// A whole number with its unit, "90m", "24h" or "7d"; kInvalid beyond the two bounds above.
Result<Duration> parse_purge_within(std::string_view text);

}  // namespace heed::app
