// A machine as it is declared: which one it is, where it stands, how it is reached. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machines/observation.h"

namespace heed::machines {

enum class Protocol : std::uint8_t {
  kShdr,
  kMtconnect,
  kLinuxcnc,
  kFanuc,
  kHaas,
  kModbus,
  kGrbl,
  kMarlin,
  kLsv2,
  kMqtt,
  kSparkplug,
  kBrother,
  kOpcua,
};
/// "shdr", "mtconnect", "linuxcnc", …
std::string_view word(Protocol protocol);
/// All of them, for a sentence: "shdr, mtconnect, linuxcnc, …".
std::string protocol_words();
std::optional<Protocol> parse_protocol(std::string_view text);
std::vector<Protocol> all_protocols();

/// A machine as it was declared.
struct Machine {
  MachineId id;
  std::string name;
  std::string location;
  Protocol protocol = Protocol::kShdr;
  std::string address;     ///< "host:port", "http://host:port[/device]", a serial line, …
  bool recording = false;  ///< Its times are taken as they come, never corrected to arrival.
  Time created;
  std::optional<Time> removed;
  std::string settings =
      {};  ///< What its protocol wants to know beyond the address: JSON, or empty.
};

struct NewMachine {
  std::string name;      ///< 1 to 100 characters, unlike any other machine's.
  std::string location;  ///< At most 100 characters.
  Protocol protocol = Protocol::kShdr;
  std::string address;  ///< 1 to 300 characters.
  bool recording = false;
  std::string settings = {};  ///< At most 16 KiB.
};

struct MachineChange {
  std::optional<std::string> name, location, address, settings;
};

}  // namespace heed::machines
