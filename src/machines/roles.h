// Which data item plays which role: for the state (docs/STATES.md §2) and for a card.
#pragma once

#include <cstdint>
#include <string_view>

#include "machines/observation.h"

namespace heed::machines {

/// Numbers are part of the stored format: never reuse one.
enum class Role : std::uint8_t {
  kNone = 0,
  kAvailability = 1,
  kEmergencyStop = 2,
  kExecution = 3,
  kControllerMode = 4,
  kFunctionalMode = 5,
  kFeedOverride = 6,
  kFeed = 7,
  // Shown, never deciding:
  kProgram = 8,
  kPartCount = 9,
};
constexpr std::size_t kRoles = 10;

/// "execution"; empty for kNone.
std::string_view word(Role role);
/// Of an item of a source that has a device model: by its type and sub type.
Role role_of_item(const DataItem& item);
/// Of an item of a source without a model: by its key, without regard to case.
Role role_of_key(std::string_view key);

}  // namespace heed::machines
