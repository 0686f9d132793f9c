// Which control a program was written for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace heed::machines::nc {

/// What the same letters mean differs by control: whether G4 P1500 waits 1.5 s or 25 min, whether
/// `o100 while` is a loop (docs/NC.md §1).
enum class Dialect : std::uint8_t {
  kFanuc,       ///< Fanuc and the many controls that read its programs.
  kHaas,        ///< As Fanuc, with M97 and dwells in seconds where there is a decimal point.
  kLinuxCnc,    ///< RS274/NGC with o-words and named parameters.
  kGrbl,        ///< RS274/NGC without variables, sub-programs and cycles.
  kMarlin,      ///< 3D printers: G0 has a feed, E is an axis.
  kHeidenhain,  ///< Klartext: lexed, not interpreted.
};

/// "fanuc", "haas", "linuxcnc", "grbl", "marlin", "heidenhain".
std::string_view word(Dialect dialect);
std::optional<Dialect> dialect_named(std::string_view word);

/// The dialect that the first 64 KiB speak for; Fanuc if nothing does. A guess: whoever knows the
/// machine should say it.
Dialect recognize(std::string_view text);

}  // namespace heed::machines::nc
