#include "base/id.h"

namespace heed::id_text {
namespace {

constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kTextLength = 26;  // 130 bits: the first character carries three

}  // namespace

std::string format(const std::array<std::uint8_t, 16>& bytes) {
  std::string text;
  text.reserve(kTextLength);
  std::uint32_t buffer = 0;
  int bits = 2;  // two leading zero bits fill 128 up to 130
  for (const std::uint8_t byte : bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text.push_back(kAlphabet[(buffer >> bits) & 31]);
    }
  }
  return text;
}

std::optional<std::array<std::uint8_t, 16>> parse(std::string_view text) {
  if (text.size() != kTextLength || text[0] > '7') return {};
  std::array<std::uint8_t, 16> bytes{};
  std::uint32_t buffer = 0;
  int bits = -2;
  std::size_t filled = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return {};
    buffer = (buffer << 5) | static_cast<std::uint32_t>(value);
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[filled++] = static_cast<std::uint8_t>(buffer >> bits);
    }
  }
  return bytes;
}

}  // namespace heed::id_text
