#include "machines/said_words.h"

#include <algorithm>
#include <charconv>

namespace heed::machines {
namespace {

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return upper(x) == upper(y); });
}

bool says_unavailable(std::string_view text) {
  return same_word(trimmed(text), "UNAVAILABLE");
}

std::optional<double> said_number(std::string_view text) {
  text = trimmed(text);
  const std::size_t body = text.starts_with('+') || text.starts_with('-') ? 1 : 0;
  // from_chars would take "inf" and "nan", and after a plus, which it does not take, a minus.
  if (text.find_first_of("0123456789.", body) != body) return {};
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

}  // namespace heed::machines
