#include "policy/language/utf8.h"

namespace heed::policy {
namespace {

bool in_range(char32_t code, char32_t from, char32_t to) {
  return from <= code && code <= to;
}

/// Bytes of a character by its first byte; 0 where none begins so.
std::uint32_t length_by(unsigned char first) {
  if (first < 0x80) return 1;
  if (in_range(first, 0xc2, 0xdf)) return 2;
  if (in_range(first, 0xe0, 0xef)) return 3;
  if (in_range(first, 0xf0, 0xf4)) return 4;
  return 0;
}

bool is_shortest(char32_t code, std::uint32_t length) {
  if (length == 3) return code >= 0x800 && !in_range(code, 0xd800, 0xdfff);
  if (length == 4) return in_range(code, 0x10000, 0x10ffff);
  return true;
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::uint32_t length = length_by(first);
  if (length == 1) return {first, 1, true};
  if (length == 0 || text.size() - at < length) return {};
  char32_t code = first & (0x7fU >> length);
  for (std::uint32_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xc0U) != 0x80U) return {};
    code = (code << 6U) | (next & 0x3fU);
  }
  if (!is_shortest(code, length)) return {};
  return {code, length, true};
}

bool is_deceptive(char32_t code) {
  if (code == '\t' || code == '\n' || code == '\r') return false;
  return code < 0x20 || in_range(code, 0x7f, 0x9f) || in_range(code, 0x200b, 0x200f) ||
         in_range(code, 0x2028, 0x202e) || in_range(code, 0x2060, 0x2069);
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += character_at(text, at).length;
  return count;
}

}  // namespace heed::policy
