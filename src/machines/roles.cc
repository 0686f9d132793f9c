#include "machines/roles.h"

#include <algorithm>
#include <array>

#include "machines/said_words.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, kRoles> kRoleWords = {"",
                                                             "availability",
                                                             "emergency_stop",
                                                             "execution",
                                                             "controller_mode",
                                                             "functional_mode",
                                                             "feed_override",
                                                             "feed",
                                                             "program",
                                                             "part_count"};

struct ByType {
  std::string_view type;
  Role role;
  std::array<std::string_view, 2> except;  ///< Sub types that are something else.
};
constexpr std::array kTypes = {
    ByType{"AVAILABILITY", Role::kAvailability, {}},
    ByType{"EMERGENCY_STOP", Role::kEmergencyStop, {}},
    ByType{"EXECUTION", Role::kExecution, {}},
    ByType{"CONTROLLER_MODE", Role::kControllerMode, {}},
    ByType{"FUNCTIONAL_MODE", Role::kFunctionalMode, {}},
    ByType{"PATH_FEEDRATE_OVERRIDE", Role::kFeedOverride, {"RAPID"}},
    ByType{"PATH_FEEDRATE", Role::kFeed, {"PROGRAMMED", "COMMANDED"}},
    ByType{"PROGRAM", Role::kProgram, {"SCHEDULE"}},
    ByType{"PART_COUNT", Role::kPartCount, {"TARGET", "REMAINING"}},
};

struct ByKey {
  std::string_view key;
  Role role;
};
constexpr std::array kKeys = {
    ByKey{"avail", Role::kAvailability},
    ByKey{"availability", Role::kAvailability},
    ByKey{"estop", Role::kEmergencyStop},
    ByKey{"emergency_stop", Role::kEmergencyStop},
    ByKey{"EStop_State", Role::kEmergencyStop},
    ByKey{"execution", Role::kExecution},
    ByKey{"exec", Role::kExecution},
    ByKey{"pexecution", Role::kExecution},
    ByKey{"Program_Status", Role::kExecution},
    ByKey{"mode", Role::kControllerMode},
    ByKey{"pmode", Role::kControllerMode},
    ByKey{"controller_mode", Role::kControllerMode},
    ByKey{"fmode", Role::kFunctionalMode},
    ByKey{"functional_mode", Role::kFunctionalMode},
    ByKey{"Fovr", Role::kFeedOverride},
    ByKey{"pFovr", Role::kFeedOverride},
    ByKey{"feed_override", Role::kFeedOverride},
    ByKey{"Fact", Role::kFeed},
    ByKey{"p1Fact", Role::kFeed},
    ByKey{"Feed_Rate", Role::kFeed},
    ByKey{"program", Role::kProgram},
    ByKey{"pprogram", Role::kProgram},
    ByKey{"p1program", Role::kProgram},
    ByKey{"Program_Name_Running", Role::kProgram},
    ByKey{"part_count", Role::kPartCount},
    ByKey{"PartCountAct", Role::kPartCount},
    ByKey{"ppartcount", Role::kPartCount},
    ByKey{"parts", Role::kPartCount},
};

}  // namespace

std::string_view word(Role role) {
  return kRoleWords.at(static_cast<std::size_t>(role));
}

Role role_of_item(const DataItem& item) {
  for (const ByType& row : kTypes) {
    if (item.type != row.type) continue;
    const bool other =
        !item.sub_type.empty() && std::ranges::find(row.except, item.sub_type) != row.except.end();
    return other ? Role::kNone : row.role;
  }
  return Role::kNone;
}

Role role_of_key(std::string_view key) {
  for (const ByKey& row : kKeys) {
    if (same_word(key, row.key)) return row.role;
  }
  return Role::kNone;
}

}  // namespace heed::machines
