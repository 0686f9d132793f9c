#include "box/opcua_words.h"

#include <array>
#include <charconv>
#include <span>
#include <utility>

namespace heed::box {
namespace {

using enum OpcuaMeaning;
using Category = wire::SaidItem::Category;
constexpr Category kSample = Category::kSample;
constexpr Category kEvent = Category::kEvent;

// OPC 40501-1 v1.02; Machinery 1.04; Industrial Automation 1.01.
constexpr OpcuaRow kRows[] = {
    {"ChannelMonitoringType", "ChannelState", kChannelState, "", "", "", kEvent},
    {"ChannelMonitoringType", "ChannelMode", kChannelMode, "", "", "", kEvent},
    {"ChannelMonitoringType", "FeedOverride", kChannelFeed, "PATH_FEEDRATE_OVERRIDE", "PROGRAMMED",
     "PERCENT", kSample},
    {"ChannelMonitoringType", "RapidOverride", kNone, "PATH_FEEDRATE_OVERRIDE", "RAPID", "PERCENT",
     kSample},
    {"SpindleMonitoringType", "Override", kNone, "ROTARY_VELOCITY_OVERRIDE", "", "PERCENT",
     kSample},
    {"MachineOperationMonitoringType", "OperationMode", kOperationMode, "", "", "", kEvent},
    {"MachineOperationMonitoringType", "FeedOverride", kMachineFeed, "", "", "PERCENT", kSample},
    {"ProductionActiveProgramType", "Name", kNone, "PROGRAM", "ACTIVE", "", kEvent},
    {"ProductionProgramStateMachineType", "CurrentState/Number", kProgramState, "", "", "", kEvent},
    {"ProductionProgramStateMachineType", "CurrentState/Id", kProgramStateId, "", "", "", kEvent},
    {"ProductionJobStateMachineType", "CurrentState/Number", kJobState, "", "", "", kEvent},
    {"ProductionJobStateMachineType", "CurrentState/Id", kJobState, "", "", "", kEvent},
    {"ProductionJobType", "RunsCompleted", kJobRuns, "", "", "", kEvent},
    {"ProductionJobType", "PartsCompleted", kJobParts, "", "", "", kEvent},
    {"ProductionStatisticsType", "PartsProducedInLifetime", kLifetimeParts, "", "", "", kEvent},
    {"MachineryOperationCounterType", "PartsProducedInLifetime", kLifetimeParts, "", "", "",
     kEvent},
    {"MachineryItemState_StateMachineType", "CurrentState/Id", kItemState, "", "", "", kEvent},
    {"MachineryOperationModeStateMachineType", "CurrentState/Id", kMachineryMode, "", "", "",
     kEvent},
    {"MachineOperationModeStateMachineType", "CurrentState/Id", kMachineryMode, "", "", "", kEvent},
    {"StackElementLightType", "SignalOn", kLampOn, "", "", "", kEvent},
    {"StackElementLightType", "SignalColor", kLampColor, "", "", "", kEvent},
};

constexpr std::array<std::string_view, 3> kChannelStates = {"Active", "Interrupted", "Reset"};
constexpr std::array<std::string_view, 8> kChannelModes = {
    "Automatic",      "MdaMdi", "JogManual", "JogIncrement",
    "TeachingHandle", "Remote", "Reference", "Other"};
constexpr std::array<std::string_view, 6> kOperationModes = {
    "Manual", "Automatic", "Setup", "AutoWithManualIntervention", "Service", "Other"};
constexpr std::array<std::string_view, 8> kColors = {"Off",    "Red",    "Green", "Blue",
                                                     "Yellow", "Purple", "Cyan",  "White"};

using Words = std::pair<std::string_view, std::string_view>;

std::string_view found(std::span<const Words> words, std::string_view wanted) {
  for (const auto& [from, to] : words) {
    if (from == wanted) return to;
  }
  return {};
}

bool ends_with_names(std::string_view path, std::string_view names) {
  if (!path.ends_with(names)) return false;
  return path.size() == names.size() || path[path.size() - names.size() - 1] == '/';
}

}  // namespace

OpcuaRow opcua_row(std::string_view owner, std::string_view path) {
  for (const OpcuaRow& row : kRows) {
    if (row.owner == owner && ends_with_names(path, row.name)) return row;
  }
  return {owner, path, kNone, "", "", "", kEvent};
}

std::optional<std::string_view> opcua_word(OpcuaMeaning meaning, std::string_view value) {
  std::span<const std::string_view> words;
  if (meaning == kChannelState) words = kChannelStates;
  if (meaning == kChannelMode) words = kChannelModes;
  if (meaning == kOperationMode) words = kOperationModes;
  if (meaning == kLampColor) words = kColors;
  std::size_t at = words.size();
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), at);
  const bool number = error == std::errc() && end == value.data() + value.size();
  return number && at < words.size() ? std::optional(words[at]) : std::nullopt;
}

std::optional<OpcuaRun> opcua_run(std::string_view number_or_node) {
  using enum OpcuaRun;
  constexpr std::string_view kSpace = "nsu=http://opcfoundation.org/UA/MachineTool/;i=";
  constexpr std::pair<std::string_view, OpcuaRun> kNumbers[] = {
      {"0", kInitializing}, {"1", kRunning}, {"2", kEnded}, {"3", kInterrupted}, {"4", kAborted}};
  // Of ProductionStateMachineType, of the programs' and of the jobs' own.
  constexpr std::pair<std::string_view, OpcuaRun> kNodes[] = {
      {"135", kInitializing}, {"138", kRunning},       {"140", kEnded},
      {"139", kInterrupted},  {"141", kAborted},       {"5039", kInitializing},
      {"5041", kRunning},     {"5038", kEnded},        {"5040", kInterrupted},
      {"5037", kAborted},     {"5015", kInitializing}, {"5017", kRunning},
      {"5014", kEnded},       {"5016", kInterrupted},  {"5013", kAborted}};
  const bool node = number_or_node.starts_with(kSpace);
  if (node) number_or_node.remove_prefix(kSpace.size());
  for (const auto& [name, run] :
       node ? std::span(kNodes, std::size(kNodes)) : std::span(kNumbers, std::size(kNumbers))) {
    if (name == number_or_node) return run;
  }
  return {};
}

std::string_view controller_mode_of(std::string_view channel_mode) {
  constexpr Words kModes[] = {{"Automatic", "AUTOMATIC"},   {"MdaMdi", "MANUAL_DATA_INPUT"},
                              {"JogManual", "MANUAL"},      {"JogIncrement", "MANUAL"},
                              {"TeachingHandle", "MANUAL"}, {"Reference", "MANUAL"}};
  return found(kModes, channel_mode);
}

std::string_view controller_mode_of_machine(std::string_view operation_mode) {
  constexpr Words kModes[] = {{"Manual", "MANUAL"},
                              {"Automatic", "AUTOMATIC"},
                              {"Setup", "MANUAL"},
                              {"AutoWithManualIntervention", "SEMI_AUTOMATIC"}};
  return found(kModes, operation_mode);
}

std::string_view functional_mode_of(std::string_view operation_mode) {
  constexpr Words kModes[] = {{"Manual", "PRODUCTION"},
                              {"Automatic", "PRODUCTION"},
                              {"AutoWithManualIntervention", "PRODUCTION"},
                              {"Setup", "SETUP"},
                              {"Service", "MAINTENANCE"}};
  return found(kModes, operation_mode);
}

std::string_view functional_mode_of_machinery(std::string_view node) {
  constexpr Words kModes[] = {
      {"nsu=http://opcfoundation.org/UA/Machinery/;i=5025", "MAINTENANCE"},
      {"nsu=http://opcfoundation.org/UA/Machinery/;i=5026", "PRODUCTION"},
      {"nsu=http://opcfoundation.org/UA/Machinery/;i=5027", "SETUP"},
      {"nsu=http://opcfoundation.org/UA/MachineTool/;i=5058", "MAINTENANCE"},
      {"nsu=http://opcfoundation.org/UA/MachineTool/;i=5060", "PRODUCTION"},
      {"nsu=http://opcfoundation.org/UA/MachineTool/;i=5061", "SETUP"}};
  return found(kModes, node);
}

std::string_view execution_of_item(std::string_view node) {
  constexpr Words kStates[] = {{"nsu=http://opcfoundation.org/UA/Machinery/;i=5006", "ACTIVE"},
                               {"nsu=http://opcfoundation.org/UA/Machinery/;i=5007", "READY"},
                               {"nsu=http://opcfoundation.org/UA/Machinery/;i=5004", "STOPPED"}};
  return found(kStates, node);
}

}  // namespace heed::box
