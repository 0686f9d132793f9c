// One character of UTF-8 at a time.
#pragma once

#include <cstdint>
#include <string_view>

namespace heed::policy {

struct Character {
  char32_t code = 0;
  std::uint32_t length = 1;  ///< In bytes; 1 where the bytes are wrong.
  bool valid = false;
};

/// The character that begins at `at`, which must lie in `text`. Overlong forms, surrogates and what
/// is cut off are not valid (RFC 3629).
Character character_at(std::string_view text, std::size_t at);

/// Invisible in print and able to make a line look like another one: controls, line separators,
/// marks that turn the direction of writing (Unicode Technical Report 36, section 3).
bool is_deceptive(char32_t code);

/// Number of characters; a wrong byte counts as one.
std::size_t count_characters(std::string_view text);

}  // namespace heed::policy
