#include "box/opcua_machine.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/json.h"

namespace heed::box {
namespace {

using enum OpcuaMeaning;
using wire::SaidItem;
using wire::mqtt::Told;

/// Two thirds of OPC UA's scale of 1 to 1000 and up: the machine stands (docs/machines/opcua.md).
constexpr std::int64_t kFaultSeverity = 667;
constexpr std::size_t kMostDoubtsNamed = 10;

struct Made {
  std::string_view key, type, sub_type;
  SaidItem::Category category;
};
constexpr Made kMade[] = {
    {"execution", "EXECUTION", "", SaidItem::Category::kEvent},
    {"controller_mode", "CONTROLLER_MODE", "", SaidItem::Category::kEvent},
    {"functional_mode", "FUNCTIONAL_MODE", "", SaidItem::Category::kEvent},
    {"part_count", "PART_COUNT", "ALL", SaidItem::Category::kEvent},
    {"stacklight", "", "", SaidItem::Category::kEvent},
    {"uncertain", "", "", SaidItem::Category::kEvent},
    {"message", "MESSAGE", "", SaidItem::Category::kEvent},
    {"alarm", "SYSTEM", "", SaidItem::Category::kCondition},
};

// Of a condition's fields none may hold a bar.
std::string field(std::string_view text) {
  std::string field(text);
  std::ranges::replace(field, '|', '/');
  std::ranges::replace_if(field, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return field;
}

std::optional<std::string> some(std::string_view word) {
  return word.empty() ? std::nullopt : std::optional(std::string(word));
}

}  // namespace

OpcuaMachine::OpcuaMachine(std::vector<wire::mqtt::Mapping> mappings)
    : is_custom_(!mappings.empty()), custom_(std::move(mappings)) {}

void OpcuaMachine::forget_nodes() {
  lost();
  variables_.clear();
  keys_.clear();
  custom_index_.clear();
}

void OpcuaMachine::take(const wire::opcua::Node& node) {
  if (variables_.size() <= node.number) variables_.resize(node.number + 1);
  Variable& variable = variables_[node.number];
  variable.key = node.path;
  for (int again = 2; !keys_.insert(variable.key).second; ++again) {
    variable.key = fmt::format("{}#{}", node.path, again);
  }
  variable.unit = node.unit;
  variable.row = opcua_row(node.owner, node.path);
  variable.object = node.path.substr(0, node.path.rfind('/'));
  // A state's number and node belong to the state machine's object, not to the variable.
  const std::size_t state = node.path.rfind("/CurrentState/");
  if (state != std::string::npos) variable.object = node.path.substr(0, state);
}

void OpcuaMachine::take(const wire::opcua::Custom& custom) {
  if (custom_index_.size() <= custom.number) custom_index_.resize(custom.number + 1);
  custom_index_[custom.number] = custom.index;
}

void OpcuaMachine::take_custom(const wire::opcua::Value& value, std::size_t index, Duration now) {
  JsonWriter w;
  w.begin_object().key("v");
  wire::opcua::is_bad(value.status) ? w.null() : w.value(value.value);
  w.key("t").value(value.at).end_object();
  custom_.on_message({.topic = std::to_string(index), .payload = w.take()}, now);
}

void OpcuaMachine::take(const wire::opcua::Value& value, Duration now) {
  if (value.number < custom_index_.size() && custom_index_[value.number]) {
    return take_custom(value, *custom_index_[value.number], now);
  }
  if (value.number >= variables_.size() || variables_[value.number].key.empty()) return;
  Variable& variable = variables_[value.number];
  Text text = wire::opcua::is_bad(value.status) ? std::nullopt : value.value;
  if (text) {
    if (const auto word = opcua_word(variable.row.meaning, *text)) text = std::string(*word);
  }
  // A subscription that was made anew tells what is known already.
  const bool same = variable.told && variable.value == text && variable.at == value.at &&
                    variable.status == value.status;
  if (same) return;
  at_ = value.at;
  historical_ = !std::exchange(variable.told, true);
  variable.value = std::move(text);
  variable.at = value.at;
  variable.status = value.status;
  const bool uncertain = wire::opcua::is_uncertain(value.status);
  const bool doubt = std::exchange(variable.uncertain, uncertain) != uncertain;
  changes_.push_back({{variable.key, variable.value}, at_, historical_});
  if (doubt || variable.row.meaning != kNone) take_made();
}

void OpcuaMachine::take_made() {
  say("execution", execution());
  say("controller_mode", controller_mode());
  say("functional_mode", functional_mode());
  say("part_count", part_count());
  say("stacklight", stacklight());
  say("uncertain", uncertain());
}

void OpcuaMachine::say(std::string_view key, Text value) {
  const auto at = made_.find(key);
  if (at == made_.end() ? !value : at->second == value) return;
  made_[std::string(key)] = value;
  changes_.push_back({{std::string(key), std::move(value)}, at_, historical_});
}

const OpcuaMachine::Variable* OpcuaMachine::first(OpcuaMeaning meaning) const {
  for (const Variable& one : variables_) {
    if (one.row.meaning == meaning && one.value) return &one;
  }
  return nullptr;
}

const OpcuaMachine::Variable* OpcuaMachine::beside(const Variable& one,
                                                   OpcuaMeaning meaning) const {
  for (const Variable& other : variables_) {
    if (other.row.meaning == meaning && other.object == one.object && other.value) return &other;
  }
  return nullptr;
}

OpcuaMachine::Text OpcuaMachine::execution() const {
  bool interrupted = false;
  bool known = false;
  for (const Variable& one : variables_) {
    if (one.row.meaning != kChannelState || !one.value) continue;
    if (*one.value == "Active") return "ACTIVE";
    interrupted = interrupted || *one.value == "Interrupted";
    known = true;
  }
  if (interrupted) return "INTERRUPTED";
  std::optional<OpcuaRun> run;
  for (const OpcuaMeaning meaning : {kProgramState, kProgramStateId}) {
    if (const Variable* state = first(meaning); state != nullptr && !run) {
      run = opcua_run(*state->value);
    }
  }
  if (run == OpcuaRun::kEnded) return "PROGRAM_COMPLETED";
  if (run == OpcuaRun::kAborted) return "STOPPED";
  if (known || run == OpcuaRun::kInitializing) return "READY";  // the channel was reset
  if (run == OpcuaRun::kRunning) return "ACTIVE";
  if (run == OpcuaRun::kInterrupted) return "INTERRUPTED";
  const Variable* item = first(kItemState);
  return item == nullptr ? std::nullopt : some(execution_of_item(*item->value));
}

OpcuaMachine::Text OpcuaMachine::controller_mode() const {
  if (const Variable* mode = first(kChannelMode)) return some(controller_mode_of(*mode->value));
  const Variable* mode = first(kOperationMode);
  return mode == nullptr ? std::nullopt : some(controller_mode_of_machine(*mode->value));
}

OpcuaMachine::Text OpcuaMachine::functional_mode() const {
  if (const Variable* mode = first(kOperationMode)) return some(functional_mode_of(*mode->value));
  const Variable* mode = first(kMachineryMode);
  return mode == nullptr ? std::nullopt : some(functional_mode_of_machinery(*mode->value));
}

OpcuaMachine::Text OpcuaMachine::part_count() const {
  if (const Variable* parts = first(kLifetimeParts)) return parts->value;
  for (const Variable& one : variables_) {
    if (one.row.meaning != kJobState || !one.value) continue;
    if (opcua_run(*one.value) != OpcuaRun::kRunning) continue;
    // The state machine stands below its job.
    const Variable job{.object = one.object.substr(0, one.object.rfind('/'))};
    for (const OpcuaMeaning meaning : {kJobParts, kJobRuns}) {
      if (const Variable* parts = beside(job, meaning)) return parts->value;
    }
  }
  return {};
}

OpcuaMachine::Text OpcuaMachine::stacklight() const {
  Text lit;
  for (const Variable& lamp : variables_) {
    if (lamp.row.meaning != kLampOn || !lamp.value) continue;
    if (!lit) lit = "";
    if (*lamp.value != "true") continue;
    const Variable* color = beside(lamp, kLampColor);
    *lit += (lit->empty() ? "" : ", ") + (color == nullptr ? "?" : *color->value);
  }
  return lit == "" ? "Off" : lit;
}

OpcuaMachine::Text OpcuaMachine::uncertain() const {
  std::size_t count = 0;
  std::string names;
  for (const Variable& one : variables_) {
    if (!one.uncertain) continue;
    if (count++ < kMostDoubtsNamed) names += (names.empty() ? ": " : ", ") + one.key;
  }
  // Servers without doubts have no such item.
  if (count == 0 && !made_.contains("uncertain")) return {};
  return std::to_string(count) + names;
}

void OpcuaMachine::take(const wire::opcua::Alarm& alarm) {
  at_ = alarm.at;
  const auto told = alarms_.find(alarm.condition);
  const bool was_active = told != alarms_.end();
  if (!alarm.active && !was_active) return;
  const std::string code = alarm.active || !was_active ? field(alarm.code) : told->second;
  alarms_.erase(alarm.condition);
  // Another condition may have the same code, and is still there.
  const bool others =
      std::ranges::any_of(alarms_, [&](const auto& each) { return each.second == code; });
  std::string_view level = alarm.severity >= kFaultSeverity ? "FAULT" : "WARNING";
  if (alarm.active) {
    alarms_.emplace(alarm.condition, code);
  } else if (others) {
    return;
  } else {
    level = "NORMAL";
  }
  changes_.push_back(
      {{.key = "alarm",
        .value = fmt::format("{}|{}|{}||{}", level, code, alarm.severity, field(alarm.text)),
        .condition = true},
       at_,
       false});
}

void OpcuaMachine::take(const wire::opcua::Message& message) {
  changes_.push_back({{.key = "message", .value = message.text}, message.at, false});
}

void OpcuaMachine::lost() {
  at_.reset();
  historical_ = false;
  for (Variable& variable : variables_) {
    if (std::exchange(variable.value, std::nullopt)) changes_.push_back({{variable.key, {}}});
    variable.told = false;
    variable.uncertain = false;
  }
  made_.erase("uncertain");
  for (auto& [key, value] : made_) {
    if (std::exchange(value, std::nullopt)) changes_.push_back({{key, {}}});
  }
  if (!alarms_.empty()) {
    changes_.push_back({{.key = "alarm", .value = "UNAVAILABLE||||", .condition = true}});
  }
  alarms_.clear();
  if (is_custom_) custom_.on_lost();
}

void OpcuaMachine::connected(Duration now) {
  items_wanted_ = true;
  custom_.on_connected(now);
}

void OpcuaMachine::on_time(Duration now) {
  custom_.on_time(now);
}

std::vector<Told> OpcuaMachine::take_changes() {
  auto changes = std::exchange(changes_, {});
  if (is_custom_) std::ranges::move(custom_.take_changes(), std::back_inserter(changes));
  return changes;
}

SaidItem OpcuaMachine::item_of(const Variable& variable) const {
  const OpcuaRow& row = variable.row;
  SaidItem item{.key = variable.key,
                .name = {},
                .type = std::string(row.type),
                .sub_type = std::string(row.sub_type),
                .units = row.units.empty() ? variable.unit : std::string(row.units),
                .component = variable.object,
                .category = row.category};
  const auto is_channel_feed = [](const Variable& one) { return one.row.meaning == kChannelFeed; };
  if (row.meaning == kMachineFeed && std::ranges::none_of(variables_, is_channel_feed)) {
    item.type = "PATH_FEEDRATE_OVERRIDE";
    item.sub_type = "PROGRAMMED";
  }
  if (!item.units.empty()) item.category = SaidItem::Category::kSample;
  return item;
}

std::vector<SaidItem> OpcuaMachine::take_items() {
  if (is_custom_) return custom_.take_items();
  if (!std::exchange(items_wanted_, false)) return {};
  std::vector<SaidItem> items;
  for (const Variable& variable : variables_) {
    if (!variable.key.empty()) items.push_back(item_of(variable));
  }
  for (const Made& made : kMade) {
    items.push_back(wire::said_item({.key = made.key,
                                     .type = made.type,
                                     .sub_type = made.sub_type,
                                     .units = "",
                                     .component = "Controller",
                                     .category = made.category}));
  }
  return items;
}

}  // namespace heed::box
