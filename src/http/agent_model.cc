#include "http/agent_model.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "machines/condition_book.h"
#include "machines/data_set.h"
#include "machines/said_words.h"
#include "wire/mtconnect/vocabulary.h"

namespace heed::http {
namespace {

namespace mtc = wire::mtconnect;

/// Beyond it a hash stands for what is named: a reader may have a limit of its own (ours has 200).
constexpr std::size_t kLongestId = 150;

struct RoleType {
  std::string_view role, type, sub_type, units;
};
/// What an item without a type is by its role in the state table. Of a feed it is not known in
/// which unit it is told.
constexpr std::array kRoleTypes = {
    RoleType{"availability", "AVAILABILITY", "", ""},
    RoleType{"emergency_stop", "EMERGENCY_STOP", "", ""},
    RoleType{"execution", "EXECUTION", "", ""},
    RoleType{"controller_mode", "CONTROLLER_MODE", "", ""},
    RoleType{"functional_mode", "FUNCTIONAL_MODE", "", ""},
    RoleType{"feed_override", "PATH_FEEDRATE_OVERRIDE", "PROGRAMMED", "PERCENT"},
    RoleType{"feed", "PATH_FEEDRATE", "", ""},
    RoleType{"program", "PROGRAM", "", ""},
    RoleType{"part_count", "PART_COUNT", "", ""},
};

/// Letters, digits, _ and - as they are, anything else as .XX: one text for each key, and all of it
/// an NCName behind a letter.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-';
    out += plain ? std::string(1, c) : fmt::format(".{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string id_of(char kind, machines::MachineId machine, std::string_view text) {
  const std::string front = kind + machine.text() + "_";
  std::string id = front + escaped(text);
  if (id.size() <= kLongestId) return id;
  // No escaped text has two points beside each other.
  return front + ".." + to_hex(sha256(text)).substr(0, 32);
}

std::string_view without_prefix(std::string_view type) {
  const std::size_t colon = type.rfind(':');
  return colon == std::string_view::npos ? type : type.substr(colon + 1);
}

mtc::Representation representation_of(const machines::DataItem& item) {
  switch (item.form) {
    case machines::ItemForm::kSeries: return mtc::Representation::kTimeSeries;
    case machines::ItemForm::kDataSet: return mtc::Representation::kDataSet;
    case machines::ItemForm::kTable: return mtc::Representation::kTable;
    case machines::ItemForm::kValue: break;
  }
  return item.discrete ? mtc::Representation::kDiscrete : mtc::Representation::kValue;
}

class DeviceMaker {
 public:
  explicit DeviceMaker(const machines::Machine& machine) : machine_(machine.id) {
    device_.id = "d" + machine.id.text();
    device_.name = machine.name;
    device_.uuid = machine.id.text();
    device_.components = {{.type = "Device",
                           .id = device_.id,
                           .name = device_.name,
                           .uuid = device_.uuid,
                           .path = "Device"}};
  }

  std::size_t add(const machines::ItemDescription& described) {
    mtc::DataItem item = item_of(described);
    item.component = component_of(described.item.component);
    device_.data_items.push_back(std::move(item));
    return device_.data_items.size() - 1;
  }
  /// Whether the source is reached, where no item of its own tells it.
  std::size_t add_link() {
    device_.data_items.push_back({.id = device_.id + ".link",
                                  .name = "link",
                                  .type = "AVAILABILITY",
                                  .category = mtc::Category::kEvent});
    return device_.data_items.size() - 1;
  }
  bool tells_availability() const {
    return std::ranges::any_of(device_.data_items,
                               [](const auto& item) { return item.type == "AVAILABILITY"; });
  }
  mtc::Device take(std::size_t withheld) {
    if (withheld > 0) {
      device_.description = fmt::format("{} data items are kept back by the policy.", withheld);
    }
    return std::move(device_);
  }

 private:
  mtc::DataItem item_of(const machines::ItemDescription& described) const;
  void set_type(mtc::DataItem& item, const machines::ItemDescription& described) const;
  std::size_t component_of(std::string_view path);

  const machines::MachineId machine_;
  mtc::Device device_;
};

mtc::DataItem DeviceMaker::item_of(const machines::ItemDescription& described) const {
  const machines::DataItem& from = described.item;
  mtc::DataItem item{.id = data_item_id(machine_, from.key), .name = from.name};
  if (mtc::is_sub_type(from.sub_type)) item.sub_type = from.sub_type;
  if (mtc::is_units(from.units)) item.units = from.units;
  if (mtc::is_statistic(from.statistic)) item.statistic = from.statistic;
  item.sample_rate = from.sample_rate;
  item.representation = representation_of(from);
  if (from.key != from.name) item.source = from.key;
  set_type(item, described);
  return item;
}

void DeviceMaker::set_type(mtc::DataItem& item, const machines::ItemDescription& described) const {
  const machines::DataItem& from = described.item;
  const std::string_view own = without_prefix(from.type);
  const std::string_view name = own.empty() ? std::string_view(from.key) : own;
  if (described.condition) {
    item.category = mtc::Category::kCondition;
    item.representation = mtc::Representation::kValue;
    item.type = mtc::is_condition_type(from.type) ? from.type : mtc::extension_type(name);
    return;
  }
  item.type = from.type;
  if (from.type.empty()) {
    const auto* role = std::ranges::find(kRoleTypes, described.role, &RoleType::role);
    if (role != kRoleTypes.end()) {
      item.type = role->type;
      item.sub_type = role->sub_type;
      item.units = role->units;
    }
  }
  const bool series = from.form == machines::ItemForm::kSeries;
  const mtc::TypeWord* type = mtc::find_type(item.type);
  if (type != nullptr && series && !mtc::has_series(*type)) type = nullptr;
  if (type != nullptr) {
    item.category = type->category;
  } else {
    item.type = mtc::extension_type(name);
    const bool sample = series || from.category == machines::ItemCategory::kSample;
    item.category = sample ? mtc::Category::kSample : mtc::Category::kEvent;
  }
  // By the schemas the sets of all types are events.
  if (from.is_set()) item.category = mtc::Category::kEvent;
}

/// `Device/Axes[base]/Linear[X]`: as far as MTConnect has components of these names.
std::size_t DeviceMaker::component_of(std::string_view path) {
  std::size_t at = 0;
  std::string so_far = "Device";
  while (!path.empty()) {
    const std::size_t type_end = std::min(path.find_first_of("/["), path.size());
    const std::string_view type = path.substr(0, type_end);
    path.remove_prefix(type_end);
    std::string_view name;
    if (path.starts_with('[')) {
      const std::size_t end = std::min(path.find(']'), path.size());
      name = path.substr(1, end - 1);
      path.remove_prefix(std::min(end + 1, path.size()));
    }
    if (path.starts_with('/')) path.remove_prefix(1);
    if (type == "Device" && at == 0) continue;
    if (!mtc::is_component(type)) break;
    so_far += fmt::format("/{}", type);
    if (!name.empty()) so_far += fmt::format("[{}]", name);
    auto& all = device_.components;
    const auto known = std::ranges::find(all, so_far, &mtc::Component::path);
    if (known == all.end()) {
      all.push_back({.type = std::string(type),
                     .id = id_of('c', machine_, so_far),
                     .name = std::string(name),
                     .uuid = {},
                     .path = so_far,
                     .parent = at});
      at = all.size() - 1;
    } else {
      at = static_cast<std::size_t>(known - all.begin());
    }
  }
  return at;
}

mtc::Level level_of(std::string_view word) {
  for (const mtc::Level level : {mtc::Level::kNormal, mtc::Level::kWarning, mtc::Level::kFault}) {
    if (machines::same_word(word, mtc::level_name(level))) return level;
  }
  return mtc::Level::kUnavailable;
}

void tell_condition(mtc::Told& told, const machines::Numbered& said) {
  machines::Condition condition = machines::read_condition(said.item, said.value, said.at);
  told.level = level_of(condition.level);
  if (told.level == mtc::Level::kUnavailable) return;
  told.native_code = std::move(condition.code);
  told.condition_id = std::move(condition.id);
  told.native_severity = std::move(condition.severity);
  for (char& c : condition.qualifier) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  told.qualifier = std::move(condition.qualifier);
  told.value = std::move(condition.text);
}

std::string fitting_reset(const std::string& reset) {
  return reset.empty() || mtc::is_reset(reset) ? reset : mtc::extension_type(reset);
}

/// Without the entries whose word the type does not have.
void tell_set(mtc::Told& told, const mtc::TypeWord& type, std::string_view said) {
  machines::DataSet set = machines::read_set(said);
  const auto removed = [&](std::string key) {
    // Of a type with words alone the schemas want one here, too.
    const bool words = type.form == mtc::ValueForm::kWords;
    return mtc::Entry{.key = std::move(key), .value = words ? "UNAVAILABLE" : "", .removed = true};
  };
  for (machines::DataSet::Entry& from : set.entries) {
    if (from.removed) {
      told.entries.push_back(removed(std::move(from.key)));
      continue;
    }
    mtc::Entry entry{.key = std::move(from.key)};
    for (machines::DataSet::Cell& cell : from.cells) {
      auto value = mtc::fitting_entry(type, cell.value);
      if (value) entry.cells.push_back({std::move(cell.key), *std::move(value)});
    }
    auto value = mtc::fitting_entry(type, from.value);
    if (from.cells.empty() && !value) continue;
    if (from.cells.empty()) entry.value = *std::move(value);
    told.entries.push_back(std::move(entry));
  }
  told.value = "";
  if (set.anew) told.reset_triggered = fitting_reset(*set.anew);
}

/// count|rate|numbers, or the numbers alone.
void tell_series(mtc::Told& told, std::string_view said) {
  const std::size_t bar = said.find('|');
  const std::size_t second = bar == std::string_view::npos ? bar : said.find('|', bar + 1);
  if (second == std::string_view::npos) {
    told.value = mtc::fitting_series(said);
    return;
  }
  told.value = mtc::fitting_series(said.substr(second + 1));
  const std::string_view rate = said.substr(bar + 1, second - bar - 1);
  told.sample_rate = machines::said_number(rate).value_or(0);
}

/// Of a type of our own: a sample is a number, an event any text.
constexpr mtc::TypeWord kOwnSample = {"", mtc::Category::kSample, mtc::ValueForm::kNumber};
constexpr mtc::TypeWord kOwnEvent = {"", mtc::Category::kEvent, mtc::ValueForm::kText};

}  // namespace

std::string data_item_id(machines::MachineId machine, std::string_view key) {
  return id_of('m', machine, key);
}

std::optional<AgentModel::Place> AgentModel::find(machines::MachineId machine,
                                                  const std::string& item) const {
  const auto device = device_of.find(machine);
  if (device == device_of.end()) return {};
  const auto& items = machines.at(device->second).items;
  const auto found = items.find(item);
  if (found == items.end()) return {};
  return Place{device->second, found->second};
}

std::optional<std::size_t> AgentModel::find_device(std::string_view device) const {
  for (const auto member : {&mtc::Device::name, &mtc::Device::uuid, &mtc::Device::id}) {
    const auto found = std::ranges::find(devices, device, member);
    if (found != devices.end()) return static_cast<std::size_t>(found - devices.begin());
  }
  return {};
}

void AgentModel::add(const machines::Machine& machine, const machines::MachineItems& items) {
  DeviceMaker maker(machine);
  Machine keys{.id = machine.id, .items = {}};
  for (const machines::ItemDescription& item : items.items) {
    keys.items.emplace(item.item.key, maker.add(item));
  }
  if (items.has_link && !maker.tells_availability()) {
    keys.items.emplace(machines::kLinkItem, maker.add_link());
  }
  device_of.emplace(machine.id, devices.size());
  devices.push_back(maker.take(items.withheld));
  machines.push_back(std::move(keys));
  withheld += items.withheld;
}

policy::Governed<AgentModel> load_agent_model(const machines::Machines& machines,
                                              const policy::Access& access) {
  AgentModel model;
  ASSIGN_OR_RETURN(const auto all, machines.list(access));
  for (const machines::Machine& machine : all) {
    ASSIGN_OR_RETURN(const auto items, machines.agent().describe(access, machine.id));
    model.add(machine, items);
  }
  return model;
}

std::optional<mtc::Told> told_of(const AgentModel& model, AgentModel::Place place,
                                 const machines::Numbered& said) {
  const mtc::DataItem& item = model.devices.at(place.device).data_items.at(place.item);
  mtc::Told told = untold(place, said.sequence, said.at);
  const bool condition = item.category == mtc::Category::kCondition;
  if (said.condition && !condition) return {};
  if (!said.value) return told;
  if (condition) {
    if (said.condition) tell_condition(told, said);
    return told;
  }
  const mtc::TypeWord* type = mtc::find_type(item.type);
  if (type == nullptr) type = item.category == mtc::Category::kSample ? &kOwnSample : &kOwnEvent;
  told.reset_triggered = fitting_reset(said.beside.reset);
  told.duration_seconds = said.beside.seconds;
  switch (item.representation) {
    case mtc::Representation::kDataSet:
    case mtc::Representation::kTable: tell_set(told, *type, *said.value); break;
    case mtc::Representation::kTimeSeries: tell_series(told, *said.value); break;
    case mtc::Representation::kValue:
    case mtc::Representation::kDiscrete: told.value = mtc::fitting_value(*type, *said.value);
  }
  return told;
}

mtc::Told untold(AgentModel::Place place, std::uint64_t sequence, Time at) {
  return {.device = place.device,
          .item = place.item,
          .sequence = sequence,
          .timestamp = at,
          .value = {},
          .entries = {},
          .reset_triggered = {},
          .duration_seconds = 0,
          .sample_rate = 0,
          .level = mtc::Level::kUnavailable,
          .native_code = {},
          .condition_id = {},
          .native_severity = {},
          .qualifier = {}};
}

}  // namespace heed::http
