#include "app/purge_within.h"

#include <fmt/core.h>

#include <charconv>

namespace heed::app {

Result<Duration> parse_purge_within(std::string_view text) {
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  Duration span;
  if (error == std::errc() && unit == "m") span = Duration::minutes(count);
  // An hour or day too many for the number of nanoseconds is beyond the bound anyway.
  if (error == std::errc() && unit == "h" && count <= 720) span = Duration::hours(count);
  if (error == std::errc() && unit == "d" && count <= 30) span = Duration::days(count);
  if (span >= kShortestPurge && span <= kLongestPurge) return span;
  return fail(ErrorKind::kInvalid, fmt::format("--purge-within {}: not from 1m to 30d", text),
              "write minutes, hours or days: 90m, 24h or 7d");
}

}  // namespace heed::app
