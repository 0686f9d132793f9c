// Everything that can be said to a Marlin control.
//
// Marlin takes G-code over the same line, so what we can say is closed: the queries below, whose
// texts are constants. There is no function here that takes a command's text. Left out on purpose:
//   M114        the position: firmware with M114_LEGACY first waits until all moves are done, so
//               asking makes a print stutter;
//   M155, M154  S sets how often the control reports by itself: that stays set after we are gone,
//               for whoever else reads the line. M105 asks for the same;
//   M113        with S it sets the keep-alive, and we need nothing of what it tells without.
//
// Source: marlinfw.org/docs/gcode (M027, M105, M115).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace heed::wire::marlin {

enum class Query : std::uint8_t {
  kFirmware,      ///< M115: name, machine type, what it can do. Asked once.
  kProgress,      ///< M27: whether it prints from its card, and how far it is.
  kFile,          ///< M27 C: the open file's name.
  kTemperatures,  ///< M105
};
inline constexpr std::size_t kQueries = 4;

/// The whole line, with its end.
constexpr std::string_view command_text(Query query) {
  constexpr std::array<std::string_view, kQueries> kTexts = {"M115\n", "M27\n", "M27 C\n",
                                                             "M105\n"};
  return kTexts.at(static_cast<std::size_t>(query));
}

inline constexpr Duration kShortestPeriod = Duration::milliseconds(500);
inline constexpr Duration kLongestPeriod = Duration::seconds(60);

}  // namespace heed::wire::marlin
