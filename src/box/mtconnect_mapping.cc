#include "box/mtconnect_mapping.h"

#include <fmt/core.h>

#include <algorithm>

namespace heed::box {
namespace {

namespace mtc = wire::mtconnect;

bool is_bare_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\r\n\"'{}=|\\") == std::string_view::npos;
}

std::string set_value(std::string_view text) {
  if (is_bare_word(text)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string row_text(const std::vector<mtc::Cell>& cells) {
  std::string text;
  for (const mtc::Cell& cell : cells) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", cell.key, set_value(cell.value));
  }
  return "{" + text + "}";
}

std::string set_text(const mtc::Observation& observation) {
  std::string text = observation.reset_triggered.empty() ? "" : ":" + observation.reset_triggered;
  for (const mtc::Entry& entry : observation.entries) {
    if (!text.empty()) text += ' ';
    text += entry.key + "=";
    if (entry.removed) continue;
    text += entry.cells.empty() ? set_value(entry.value) : row_text(entry.cells);
  }
  return text;
}

std::string series_text(const std::vector<double>& samples) {
  std::string text;
  for (const double sample : samples) text += fmt::format("{}{}", text.empty() ? "" : " ", sample);
  return text;
}

std::string condition_text(const mtc::Observation& observation) {
  const std::string& code =
      observation.native_code.empty() ? observation.condition_id : observation.native_code;
  return fmt::format("{}|{}|{}|{}|{}", mtc::level_name(observation.level), code,
                     observation.native_severity, observation.qualifier, observation.value);
}

machines::ItemCategory category(mtc::Category category) {
  switch (category) {
    case mtc::Category::kSample: return machines::ItemCategory::kSample;
    case mtc::Category::kEvent: return machines::ItemCategory::kEvent;
    case mtc::Category::kCondition: return machines::ItemCategory::kCondition;
  }
  return machines::ItemCategory::kUnknown;
}

}  // namespace

std::optional<std::string> value_text(const mtc::Observation& observation) {
  if (observation.unavailable) return {};
  if (observation.category == mtc::Category::kCondition) {
    if (observation.level == mtc::Level::kUnavailable) return {};
    return condition_text(observation);
  }
  switch (observation.representation) {
    case mtc::Representation::kDataSet:
    case mtc::Representation::kTable: return set_text(observation);
    case mtc::Representation::kTimeSeries: return series_text(observation.samples);
    case mtc::Representation::kValue:
    case mtc::Representation::kDiscrete: break;
  }
  if (observation.type == "Message" && !observation.native_code.empty()) {
    return fmt::format("{}|{}", observation.native_code, observation.value);
  }
  return observation.value;
}

const mtc::Device* choose_device(const mtc::DeviceModel& model, const std::string& name_or_uuid) {
  const auto wanted = [&](const mtc::Device& device) {
    if (!name_or_uuid.empty()) return device.name == name_or_uuid || device.uuid == name_or_uuid;
    return device.components.empty() || device.components.front().type != "Agent";
  };
  const auto at = std::ranges::find_if(model.devices, wanted);
  return at == model.devices.end() ? nullptr : &*at;
}

std::vector<machines::DataItem> data_items(const mtc::Device& device) {
  std::vector<machines::DataItem> items;
  items.reserve(device.data_items.size());
  for (const mtc::DataItem& from : device.data_items) {
    machines::DataItem item;
    item.key = from.id;
    item.name = from.name.empty() ? from.id : from.name;
    item.type = from.type;
    item.sub_type = from.sub_type;
    item.units = from.units;
    if (from.component < device.components.size()) {
      item.component = device.components[from.component].path;
    }
    item.category = category(from.category);
    item.discrete = from.representation == mtc::Representation::kDiscrete;
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace heed::box
