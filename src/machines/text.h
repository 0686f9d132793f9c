// Lengths of texts that people write.
#pragma once

#include <cstddef>
#include <string_view>

namespace heed::machines {

/// Of UTF-8, so that a limit is the same in every alphabet.
constexpr std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (c & 0xc0) != 0x80 ? 1 : 0;
  return count;
}

}  // namespace heed::machines
