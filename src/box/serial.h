// Serial lines (RS-232, RS-485, USB): how one is written in an address, and opened.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "box/fd.h"

namespace heed::box {

struct SerialLine {
  enum class Parity : std::uint8_t { kNone, kEven, kOdd };
  std::string path;  ///< "/dev/ttyUSB0"
  std::uint32_t baud = 9'600;
  std::uint8_t data_bits = 8;  ///< 7 or 8.
  Parity parity = Parity::kNone;
  std::uint8_t stop_bits = 1;  ///< 1 or 2.
  bool xon_xoff = false;       ///< Software flow control, both ways.
  bool operator==(const SerialLine&) const = default;
  std::string text() const;  ///< "/dev/ttyUSB0 (9600 7E1, XON/XOFF)", for a person
};

/// "/dev/ttyUSB0[,baud][,8N1][,xonxoff]"; what is left out is as in `usual`. kInvalid, with the
/// mend, for anything else: the path begins with /dev/ and holds no "..".
Result<SerialLine> parse_serial(std::string_view address, const SerialLine& usual);

/// Raw, without blocking, for one program alone (TIOCEXCL). kUnavailable says why not, and how to
/// give the program the right to it.
Result<Fd> open_serial(const SerialLine& line);

}  // namespace heed::box
