// The received line behind an observation: rebuilt from the stored sample where that gives it back
// to the letter, so that it need not be stored a second time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "machines/state.h"

namespace heed::machines {

/// How a line is rebuilt. Numbers are part of the stored format: never reuse one.
enum class LineForm : std::uint8_t {
  kKept = 0,          ///< It cannot be: it is stored as a sample of its own.
  kNone = 1,          ///< None was received.
  kSeconds = 2,       ///< 2016-10-31T09:08:36Z|key|value
  kMilliseconds = 3,  ///< three digits of a second, …
  kMicroseconds = 4,
  kTicks = 5,  ///< seven digits: the 100 ns of Windows
  kNanoseconds = 6,
  kNoTime = 7,  ///< |key|value
};

/// What an observation's sample carries in its flags. Part of the stored format.
struct SampleFlags {
  Placed placed = Placed::kDevice;
  LineForm line = LineForm::kNone;
  bool condition = false;

  std::uint8_t byte() const;
  static SampleFlags from(std::uint8_t byte);
};

/// Recognizes lines that rebuild_line() can give back. Remembers the last second, because writing
/// a date is the dear part and a source's lines come in the order of time.
class LineReader {
 public:
  /// kKept unless rebuild_line(form, …) == line. `device`: the line's own timestamp, if it had one.
  LineForm form_of(std::string_view line, std::string_view item, std::optional<Time> device,
                   const std::optional<std::string>& value);

 private:
  bool starts_with_second(std::string_view line, Time device);
  std::optional<std::int64_t> second_;
  std::string text_;  ///< "2016-10-31T09:08:36"
};

/// Empty for kKept and kNone.
std::string rebuild_line(LineForm form, std::string_view item, Time device,
                         const std::optional<std::string>& value);

}  // namespace heed::machines
