// Which edge node or device of a Sparkplug B network a machine is (docs/machines/sparkplug.md).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "wire/mqtt/login.h"
#include "wire/sparkplug/topic.h"

namespace heed::wire::sparkplug {

inline constexpr std::size_t kMostNames = 512;
inline constexpr std::size_t kLongestId = 200;

/// What a metric is called here, and what it is in MTConnect's words.
struct MetricName {
  std::string item;
  std::string type, sub_type, units;
  std::map<std::string, std::string, std::less<>> words;
};

struct HostSettings {
  mqtt::Login login;
  EdgeNode edge;
  std::string device;  ///< Empty: the node's own metrics.
  /// Ask the node for a rebirth when it is needed. A command to the node: off unless allowed.
  bool rebirth = false;
  std::map<std::string, MetricName, std::less<>> names;  ///< By the metric's own.
};

/// kInvalid, with the field and the mend. The message begins with "settings".
Result<HostSettings> host_settings_of(const Json& settings);

}  // namespace heed::wire::sparkplug
