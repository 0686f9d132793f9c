// Whether bytes are text in UTF-8 (RFC 3629), and what to show of those that are not.
#pragma once

#include <string>
#include <string_view>

namespace heed {

/// Overlong forms, surrogates and what is above U+10FFFF are none.
bool is_utf8(std::string_view bytes);

/// Every byte as the character that ISO 8859-1 has for it.
std::string utf8_of_latin1(std::string_view bytes);

}  // namespace heed
