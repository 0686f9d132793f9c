// Arguments of benchmarks: names with a number each.
#pragma once

#include <charconv>
#include <cstdint>
#include <map>
#include <string_view>

namespace heed::bench {

/// Whether `words` are pairs of a known name and a number, which are then set.
template <class Number>
bool read_numbers(int count, char** words, const std::map<std::string_view, Number*>& numbers) {
  for (int i = 1; i < count; i += 2) {
    const auto known = numbers.find(words[i]);
    if (known == numbers.end() || i + 1 == count) return false;
    const std::string_view text = words[i + 1];
    const auto read = std::from_chars(text.data(), text.data() + text.size(), *known->second);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return false;
  }
  return true;
}

}  // namespace heed::bench
