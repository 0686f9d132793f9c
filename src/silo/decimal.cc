#include "silo/decimal.h"

#include <array>

namespace heed::silo {
namespace {

constexpr std::array<std::int64_t, kMostDigits + 1> kPowers = [] {
  std::array<std::int64_t, kMostDigits + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t digits = point < text.size() ? text.size() - point - 1 : 0;
  const bool shaped = point > 0 && point + digits <= kMostDigits &&
                      (point == text.size() || digits > 0) && (text[0] != '0' || point == 1);
  if (!shaped) return {};
  std::int64_t value = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    if (!is_digit(text[i])) return {};
    value = value * 10 + (text[i] - '0');
  }
  if (negative && value == 0) return {};
  return Decimal{negative ? -value : value, static_cast<std::uint8_t>(digits)};
}

std::string format_decimal(Decimal decimal) {
  const auto bits = static_cast<std::uint64_t>(decimal.value);
  std::string text = std::to_string(decimal.value < 0 ? 0 - bits : bits);
  if (text.size() <= decimal.digits) text.insert(0, decimal.digits + 1 - text.size(), '0');
  if (decimal.digits > 0) text.insert(text.size() - decimal.digits, 1, '.');
  if (decimal.value < 0) text.insert(0, 1, '-');
  return text;
}

std::optional<std::int64_t> scaled(Decimal decimal, std::uint8_t digits) {
  const std::int64_t factor = kPowers[digits - decimal.digits];
  const std::int64_t most = (kPowers[kMostDigits] - 1) / factor;
  if (decimal.value > most || decimal.value < -most) return {};
  return decimal.value * factor;
}

std::int64_t unscaled(std::int64_t value, std::uint8_t digits) {
  return value / kPowers[digits];
}

std::uint8_t trimmed_digits(std::int64_t value, std::uint8_t digits) {
  if (value == 0) return 0;
  while (digits > 0 && value % 10 == 0) {
    value /= 10;
    --digits;
  }
  return digits;
}

}  // namespace heed::silo
