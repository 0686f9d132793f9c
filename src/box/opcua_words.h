// The words of OPC 40501-1 (machine tools), 40001-1 (machinery) and 10000-200 (stacklights), and
// what they are in MTConnect's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/control_session.h"

namespace heed::box {

/// What a variable of a machine means, beyond being an item.
enum class OpcuaMeaning : std::uint8_t {
  kNone,
  kChannelState,
  kChannelMode,
  kOperationMode,
  kMachineFeed,  ///< Of the whole machine: counts where no channel has an override.
  kChannelFeed,
  kProgramState,    ///< By number.
  kProgramStateId,  ///< By node.
  kItemState,       ///< MachineryItemState, by node.
  kMachineryMode,   ///< MachineryOperationMode, by node.
  kLifetimeParts,
  kJobRuns,
  kJobParts,
  kJobState,
  kLampOn,
  kLampColor,
};

struct OpcuaRow {
  std::string_view owner;  ///< The type that has it.
  std::string_view name;   ///< Its last name, or last two: "CurrentState/Id".
  OpcuaMeaning meaning;
  std::string_view type, sub_type, units;
  wire::SaidItem::Category category;
};

/// What is known of a variable at this path of an object of that type.
OpcuaRow opcua_row(std::string_view owner, std::string_view path);

/// An enumeration's value as the specification names it; nothing for others.
std::optional<std::string_view> opcua_word(OpcuaMeaning meaning, std::string_view value);

enum class OpcuaRun : std::uint8_t { kInitializing, kRunning, kEnded, kInterrupted, kAborted };
/// A state of the production's state machines, by its number or by the node that stands for it.
std::optional<OpcuaRun> opcua_run(std::string_view number_or_node);

/// MTConnect's CONTROLLER_MODE; empty where there is no word for it.
std::string_view controller_mode_of(std::string_view channel_mode);
std::string_view controller_mode_of_machine(std::string_view operation_mode);
/// MTConnect's FUNCTIONAL_MODE; empty where there is no word for it.
std::string_view functional_mode_of(std::string_view operation_mode);
std::string_view functional_mode_of_machinery(std::string_view node);
/// MTConnect's EXECUTION of MachineryItemState, which tells least.
std::string_view execution_of_item(std::string_view node);

}  // namespace heed::box
