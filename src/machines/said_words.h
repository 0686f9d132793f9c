// How words and numbers that a machine said are read (docs/STATES.md §2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace heed::machines {

/// Without the blanks (space, tab) at both ends.
std::string_view trimmed(std::string_view text);
/// Compares ASCII letters without regard to case.
bool same_word(std::string_view a, std::string_view b);
/// UNAVAILABLE in any case.
bool says_unavailable(std::string_view text);
/// Sign, digits with an optional point, optional exponent; nothing for anything else.
std::optional<double> said_number(std::string_view text);

}  // namespace heed::machines
