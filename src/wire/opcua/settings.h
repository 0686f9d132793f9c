// How an OPC UA server is entered and what of it is read, and the same for the sidecar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/mqtt/mapping.h"

namespace heed::wire::opcua {

enum class Security : std::uint8_t { kSignAndEncrypt, kSign, kNone };
std::string_view word(Security security);

inline constexpr std::size_t kMostCustomNodes = mqtt::kMostMappings;
inline constexpr std::size_t kLongestNodeId = 512;

struct Settings {
  Security security = Security::kSignAndEncrypt;
  std::string user;
  std::string password;
  std::string machine;      ///< Which, of several; empty: the only one.
  std::string fingerprint;  ///< SHA-256 of the server's certificate; empty: the one seen first.
  Duration interval = Duration::milliseconds(500);  ///< Of publishing and sampling.
  /// Nodes that are read as they are; none: the machine of the companion specification.
  std::vector<std::string> nodes;
  /// What each of them means. Its `topic` is the node's place among them (topic_of()).
  std::vector<mqtt::Mapping> mappings;
};

/// kInvalid, with the field and the mend. The message begins with "settings".
Result<Settings> settings_of(const Json& settings);

/// How the node with this place in the settings is called in its mapping.
std::string topic_of(std::size_t index);

/// The one line that the sidecar reads. It holds the password: it goes into its standard input, and
/// nowhere else.
std::string request_of(const Settings& settings, std::string_view endpoint,
                       std::string_view directory);

}  // namespace heed::wire::opcua
