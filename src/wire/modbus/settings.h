// Which places of a Modbus box are read, and what they mean (docs/machines/modbus.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "wire/meaning.h"
#include "wire/modbus/request.h"

namespace heed::wire::modbus {

inline constexpr std::size_t kMostInputs = 64;
inline constexpr std::size_t kLongestItem = 64;
inline constexpr Duration kShortestPeriod = Duration::milliseconds(50);
inline constexpr Duration kLongestPeriod = Duration::seconds(60);

enum class Format : std::uint8_t { kU16, kS16, kU32, kS32, kF32 };

struct Input {
  Table table = Table::kInputRegisters;
  std::uint16_t number = 0;  ///< From 0, as it goes over the wire.
  Format format = Format::kU16;
  bool low_word_first = false;  ///< Of a format of two registers.
  std::optional<unsigned> bit;  ///< Of one register, 0 to 15; the value is 0 or 1.
  double scale = 1;             ///< value = read × scale + offset
  double offset = 0;
  double deadband = 0;  ///< Smaller changes are not told.
  std::string item;     ///< Empty: its value is not told, only what it means.
  std::string type;     ///< MTConnect's, "AMPERAGE"; may be empty.
  std::string units;    ///< MTConnect's, "AMPERE"; may be empty.
  std::optional<RunningLimits> running;
  std::optional<CountLimits> counts;

  std::size_t places() const { return format >= Format::kU32 ? 2 : 1; }
};

struct Settings {
  std::uint8_t unit = 1;
  Duration period = Duration::milliseconds(500);
  std::vector<Input> inputs;
};

/// kInvalid, with the field and the mend. The message begins with "settings".
Result<Settings> settings_of(const Json& settings);

}  // namespace heed::wire::modbus
