#include "box/mtconnect_mapping.h"

#include <fmt/core.h>

#include <algorithm>

#include "machines/condition_book.h"
#include "machines/data_set.h"

namespace heed::box {
namespace {

namespace mtc = wire::mtconnect;

std::string set_text(const mtc::Observation& observation) {
  machines::DataSet set;
  if (!observation.reset_triggered.empty()) set.anew = observation.reset_triggered;
  for (const mtc::Entry& from : observation.entries) {
    auto& entry = set.entries.emplace_back(
        machines::DataSet::Entry{.key = from.key, .value = from.value, .cells = {}});
    entry.removed = from.removed;
    for (const mtc::Cell& cell : from.cells) entry.cells.push_back({cell.key, cell.value});
  }
  return machines::write_set(set);
}

std::string series_text(const mtc::Observation& observation) {
  std::string text;
  for (const double sample : observation.samples) {
    text += fmt::format("{}{}", text.empty() ? "" : " ", sample);
  }
  if (observation.sample_rate == 0) return text;
  return fmt::format("{}|{}|{}", observation.samples.size(), observation.sample_rate, text);
}

/// Where the code does not tell a condition from others; one that would end the field is left out.
std::string id_of(const mtc::Observation& observation) {
  const std::string& id = observation.condition_id;
  const bool another = !observation.native_code.empty() && id != observation.native_code;
  return another && !id.contains('|') ? id : "";
}

std::string condition_text(const mtc::Observation& observation) {
  const std::string& code =
      observation.native_code.empty() ? observation.condition_id : observation.native_code;
  return machines::condition_value({.item = {},
                                    .level = std::string(mtc::level_name(observation.level)),
                                    .code = code,
                                    .severity = observation.native_severity,
                                    .qualifier = observation.qualifier,
                                    .text = observation.value,
                                    .since = {},
                                    .id = id_of(observation)});
}

machines::ItemForm form(mtc::Representation representation) {
  switch (representation) {
    case mtc::Representation::kTimeSeries: return machines::ItemForm::kSeries;
    case mtc::Representation::kDataSet: return machines::ItemForm::kDataSet;
    case mtc::Representation::kTable: return machines::ItemForm::kTable;
    case mtc::Representation::kValue:
    case mtc::Representation::kDiscrete: break;
  }
  return machines::ItemForm::kValue;
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
    case mtc::Representation::kTimeSeries: return series_text(observation);
    case mtc::Representation::kValue:
    case mtc::Representation::kDiscrete: break;
  }
  if (observation.type == "Message" && !observation.native_code.empty()) {
    return fmt::format("{}|{}", observation.native_code, observation.value);
  }
  return observation.value;
}

machines::Beside beside_of(const mtc::Observation& observation) {
  using enum mtc::Representation;
  const bool set = observation.representation == kDataSet || observation.representation == kTable;
  if (observation.unavailable || observation.category == mtc::Category::kCondition) return {};
  return {.seconds = observation.duration_seconds,
          .reset = set ? std::string() : observation.reset_triggered};
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
    item.form = form(from.representation);
    item.statistic = from.statistic;
    item.sample_rate = from.sample_rate;
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace heed::box
