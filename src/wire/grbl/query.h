// Everything that can be said to a Grbl control: one byte.
//
// Grbl takes G-code and settings over the same line, and single bytes that act at once (~ ! 0x18
// and 0x84 to 0xA4 start, hold, reset and override). `?` alone asks: it is answered at any time,
// takes no place in the buffer and changes nothing. There is no function here that takes a byte or
// a text.
//
// Source: gnea/grbl doc/markdown/interface.md (1.1).
#pragma once

#include <string_view>

#include "base/time.h"

namespace heed::wire::grbl {

/// Asks for a status report.
inline constexpr std::string_view kQuery = "?";

/// Grbl's own recommendation: at most five times a second.
inline constexpr Duration kShortestPeriod = Duration::milliseconds(200);
inline constexpr Duration kLongestPeriod = Duration::seconds(60);

}  // namespace heed::wire::grbl
