// MQTT topics and the filters that are subscribed to (MQTT 3.1.1 §4.7).
#pragma once

#include <string_view>

#include "base/result.h"

namespace heed::wire::mqtt {

inline constexpr std::size_t kLongestTopic = 512;

/// `+` stands for one whole level, `#` at the end for all that follow. Topics that begin with $ are
/// the broker's own and match no filter that begins with a wildcard.
bool matches(std::string_view filter, std::string_view topic);

/// kInvalid if it can be no filter.
Result<void> check_filter(std::string_view filter);

}  // namespace heed::wire::mqtt
