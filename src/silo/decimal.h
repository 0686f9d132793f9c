// Decimal numbers as their texts were written: a whole number and how many digits stand after the
// point. "-24.84501" is -2484501 with 5 digits; "1.50" is 150 with 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heed::silo {

struct Decimal {
  std::int64_t value = 0;
  std::uint8_t digits = 0;  ///< After the point, 0 to kMostDigits
  auto operator<=>(const Decimal&) const = default;
};

constexpr std::uint8_t kMostDigits = 18;

/// Nothing unless format_decimal() gives `text` back: no plus, no exponent, no needless zeros in
/// front, no "-0", at most 18 digits in all.
std::optional<Decimal> parse_decimal(std::string_view text);
std::string format_decimal(Decimal decimal);

/// `decimal` with `digits` ≥ its own; nothing if it does not fit.
std::optional<std::int64_t> scaled(Decimal decimal, std::uint8_t digits);
/// `value` without its last `digits` digits.
std::int64_t unscaled(std::int64_t value, std::uint8_t digits);
/// How many of `digits` remain when zeros at the end of `value` are dropped.
std::uint8_t trimmed_digits(std::int64_t value, std::uint8_t digits);

}  // namespace heed::silo
