#include "http/chatter_types.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/bytes.h"

namespace heed::http::chatter {
namespace {

using enum ValueType;

constexpr std::array kTypes = {
    DataType{1, "MODE", kText, "mode", "CONTROLLER_MODE", ""},
    DataType{2, "PROGRAM", kText, "program", "PROGRAM", ""},
    DataType{3, "PART_COUNT", kWhole, "part_count", "PART_COUNT", "ALL"},
    DataType{4, "PART_GOAL", kWhole, "part_goal", "PART_COUNT", "TARGET"},
    DataType{5, "PALLET", kText, "pallet", "PALLET_ID", ""},
    DataType{6, "ALARM_ACTIVE", kTruth, "alarm", "SYSTEM", ""},
    DataType{7, "ALARM_CONTENTS", kText, "alarm_contents", "", ""},
    DataType{8, "MESSAGE_ACTIVE", kTruth, "message_active", "", ""},
    DataType{9, "MESSAGE_CONTENTS", kText, "message", "MESSAGE", ""},
    DataType{10, "TOOL", kWhole, "tool", "TOOL_NUMBER", ""},
    DataType{11, "TAKT_TIME", kWhole, "takt_time", "", ""},
    DataType{12, "COMPLETION_TIME", kTime, "completion_time", "", ""},
    DataType{13, "Q500", kText, "q500", "", ""},
    DataType{14, "STATUS", kText, "status", "", ""},
    DataType{21, "SPINDLE_SPEED", kWhole, "spindle_speed", "ROTARY_VELOCITY", "ACTUAL"},
    DataType{22, "COOLANT_LEVEL", kNumber, "coolant_level", "FILL_LEVEL", ""},
    DataType{23, "AIR_PRESSURE", kNumber, "air_pressure", "PRESSURE", ""},
    DataType{24, "IN_CYCLE_TIME", kWhole, "in_cycle_time", "", ""},
    DataType{25, "TOOL_TIMER", kWhole, "tool_timer", "", ""},
    DataType{26, "INSPECTION_SIZE", kNumber, "inspection_size", "MEASURED_VALUE", ""},
    DataType{27, "INSPECTION_TOLERANCE", kNumber, "inspection_tolerance", "MEASURED_VALUE", ""},
    DataType{28, "INSPECTION_SIZE_ERROR", kNumber, "inspection_size_error", "MEASURED_VALUE", ""},
    DataType{29, "CUSTOM_DATA_1", kText, "custom_data_1", "", ""},
    DataType{30, "CUSTOM_DATA_2", kText, "custom_data_2", "", ""},
    DataType{31, "CUSTOM_DATA_3", kText, "custom_data_3", "", ""},
    DataType{32, "IN_CYCLE", kTruth, "execution", "EXECUTION", ""},
    DataType{33, "ONLINE", kTruth, "avail", "AVAILABILITY", ""},
    DataType{34, "RAW_DEBUG", kText, "raw_debug", "", ""},
    DataType{35, "PROGRAM_ID", kWhole, "program_id", "PROGRAM_HEADER", ""},
    DataType{36, "INSPECTION_X_POSITION", kNumber, "inspection_x_position", "MEASURED_VALUE", ""},
    DataType{37, "INSPECTION_X_ERROR", kNumber, "inspection_x_error", "MEASURED_VALUE", ""},
    DataType{38, "INSPECTION_Y_POSITION", kNumber, "inspection_y_position", "MEASURED_VALUE", ""},
    DataType{39, "INSPECTION_Y_ERROR", kNumber, "inspection_y_error", "MEASURED_VALUE", ""},
    DataType{40, "INSPECTION_Z_POSITION", kNumber, "inspection_z_position", "MEASURED_VALUE", ""},
    DataType{41, "INSPECTION_Z_ERROR", kNumber, "inspection_z_error", "MEASURED_VALUE", ""},
    DataType{42, "INSPECTION_FEATURE_ID", kNumber, "inspection_feature_id", "MEASURED_VALUE", ""},
    DataType{43, "INSPECTION_TRUE_POSITION_ERROR", kNumber, "inspection_true_position_error",
             "MEASURED_VALUE", ""},
};

constexpr int kAlarmActive = 6;
constexpr int kInCycle = 32;
constexpr int kOnline = 33;

/// Names that SHDR adapters give to what has no role in docs/STATES.md.
constexpr std::array kKeys = {
    std::pair{std::string_view("Tool_number"), 10},   std::pair{std::string_view("tool_id"), 10},
    std::pair{std::string_view("Sspeed"), 21},        std::pair{std::string_view("S1speed"), 21},
    std::pair{std::string_view("spindle_speed"), 21}, std::pair{std::string_view("pallet_num"), 5},
    std::pair{std::string_view("message"), 9},
};

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return {};
  return number;
}

std::optional<bool> truth_in(std::string_view text) {
  std::string word(text);
  std::ranges::transform(word, word.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (word == "true" || word == "1") return true;
  if (word == "false" || word == "0") return false;
  return {};
}

std::string truth(bool value) {
  return value ? "true" : "false";
}

}  // namespace

const DataType* find_type(std::int64_t number) {
  const auto* type = std::ranges::find(kTypes, number, &DataType::number);
  return type == kTypes.end() ? nullptr : type;
}

const DataType* type_of(const machines::ItemView& item) {
  const machines::DataItem& of = item.item;
  // What was sent comes back as the type that it was sent as.
  for (const DataType& type : kTypes) {
    if (type.key == of.key && (type.type == of.type || of.type.empty())) return &type;
  }
  if (item.role == "controller_mode") return find_type(1);
  if (item.role == "program") return find_type(2);
  if (item.role == "part_count") return find_type(3);
  for (const DataType& type : kTypes) {
    const bool measured = type.type == "MEASURED_VALUE" || type.number >= kInCycle;
    if (type.type.empty() || measured || type.number == kAlarmActive || type.type != of.type) {
      continue;
    }
    if (type.sub_type.empty() || of.sub_type.empty() || type.sub_type == of.sub_type) return &type;
  }
  for (const auto& [key, number] : kKeys) {
    if (of.type.empty() && of.key == key) return find_type(number);
  }
  return nullptr;
}

std::vector<machines::DataItem> sent_items() {
  std::vector<machines::DataItem> items;
  for (const DataType& type : kTypes) {
    const bool condition = type.number == kAlarmActive;
    items.push_back({.key = std::string(type.key),
                     .name = std::string(type.name),
                     .type = std::string(type.type),
                     .sub_type = std::string(type.sub_type),
                     .category = condition               ? machines::ItemCategory::kCondition
                                 : type.value == kNumber ? machines::ItemCategory::kSample
                                                         : machines::ItemCategory::kEvent});
  }
  return items;
}

std::optional<std::string> told_value(const DataType& type, std::string_view said) {
  if (type.number == kInCycle) {
    if (said == "true" || said == "false") return std::string(said);
    return truth(said == "ACTIVE");
  }
  if (type.number == kOnline) return truth(said == "AVAILABLE" || said == "true");
  switch (type.value) {
    case kText: return std::string(said);
    case kTruth: {
      const auto value = truth_in(said);
      return value ? std::optional(truth(*value)) : std::nullopt;
    }
    case kNumber: {
      const auto value = number_in(said);
      return value ? std::optional(fmt::format("{}", *value)) : std::nullopt;
    }
    case kWhole: {
      const auto value = number_in(said);
      if (!value || std::abs(*value) > 1e15) return {};
      return fmt::format("{}", std::llround(*value));
    }
    case kTime: {
      const auto time = parse_sent_time(said);
      return time ? std::optional(tell_time(*time)) : std::nullopt;
    }
  }
  return {};
}

std::optional<machines::Observation> observation_of(const DataType& type, std::string_view value,
                                                    Time at) {
  machines::Observation said{.item = std::string(type.key), .device = at, .value = {}};
  const auto told =
      type.value == kTruth ? truth_in(value).transform(truth) : told_value(type, value);
  if (!told) return {};
  said.value = *told;
  if (type.number == kInCycle) said.value = *told == "true" ? "ACTIVE" : "READY";
  if (type.number == kOnline && *told == "false") said.value.reset();
  if (type.number == kOnline && *told == "true") said.value = "AVAILABLE";
  if (type.number == kAlarmActive) {
    said.condition = true;
    said.value = *told == "true" ? "FAULT||||an alarm is active" : "NORMAL||||";
  }
  return said;
}

std::optional<Time> parse_sent_time(std::string_view text) {
  std::string zoned(text);
  if (zoned.size() == 19 && zoned[10] == ' ') {
    zoned[10] = 'T';
    zoned += 'Z';
  }
  return parse_time(zoned);
}

std::string tell_time(Time time) {
  return format_time(time, 6);
}

std::vector<Transaction> of_card(const machines::Card& card) {
  std::vector<Transaction> told;
  if (!card.since) return told;
  const bool online = card.link.up && card.standing.state != machines::State::kOffline;
  told.push_back({card.link.since, kOnline, truth(online)});
  told.push_back({*card.since, kInCycle, truth(card.standing.in_cycle)});
  told.push_back({*card.since, 14, std::string(word(card.standing.state))});
  std::string texts;
  Time since = *card.since;
  for (const machines::Condition& condition : card.conditions) {
    if (condition.level != "FAULT") continue;
    since = condition.since;
    texts +=
        (texts.empty() ? "" : "; ") + (condition.text.empty() ? condition.code : condition.text);
  }
  const bool alarm = std::ranges::any_of(
      card.conditions, [](const auto& condition) { return condition.level == "FAULT"; });
  told.push_back({since, kAlarmActive, truth(alarm)});
  if (!texts.empty()) told.push_back({since, 7, texts});
  return told;
}

std::int64_t number_of(machines::MachineId machine) {
  const Bytes id = machine.bytes();
  std::uint64_t number = 0;
  for (const char byte : BytesView(id).substr(id.size() - 6)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return static_cast<std::int64_t>(number);
}

}  // namespace heed::http::chatter
