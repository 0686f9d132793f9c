#include "policy/publish/plain.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace heed::policy {

std::string list_of(const std::vector<std::string>& parts, std::string_view word) {
  std::string list;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) list += i + 1 == parts.size() ? fmt::format(" {} ", word) : ", ";
    list += parts[i];
  }
  return list;
}

std::string spaced(std::string_view path) {
  std::string text(path);
  std::ranges::replace_if(text, [](char c) { return c == '.' || c == '_'; }, ' ');
  return text;
}

std::string sentence_case(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::string tell_span(const Span& span) {
  constexpr std::array<std::string_view, 4> kUnits = {"hour", "day", "month", "year"};
  return counted(span.count, kUnits[static_cast<std::size_t>(span.unit)]);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace heed::policy
