#include "wire/brother/status.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "wire/text.h"

namespace heed::wire::brother {
namespace {

using enum SaidItem::Category;
// Lengths and feeds are in the control's own unit, which none of these files tells: no units.
constexpr std::array kOwn = {
    FixedItem{"avail", "AVAILABILITY", "", "", "", kEvent},
    FixedItem{"program", "PROGRAM", "", "", "Controller/Path", kEvent},
    FixedItem{"execution", "EXECUTION", "", "", "Controller/Path", kEvent},
    FixedItem{"mode", "CONTROLLER_MODE", "", "", "Controller", kEvent},
    FixedItem{"system_cond", "SYSTEM", "", "", "Controller", kCondition},
    FixedItem{"feed", "PATH_FEEDRATE", "ACTUAL", "", "Controller/Path", kSample},
    FixedItem{"spindle_speed", "ROTARY_VELOCITY", "ACTUAL", "REVOLUTION/MINUTE", "Rotary", kSample},
    FixedItem{"tool_number", "TOOL_NUMBER", "", "", "Controller/Path", kEvent},
    FixedItem{"next_tool_number", "", "", "", "Controller/Path", kEvent},
    FixedItem{"rapid_override", "", "", "", "Controller/Path", kEvent},
    FixedItem{"feed_override", "PATH_FEEDRATE_OVERRIDE", "PROGRAMMED", "PERCENT", "Controller/Path",
              kEvent},
    FixedItem{"spindle_override", "ROTARY_VELOCITY_OVERRIDE", "", "PERCENT", "Rotary", kEvent},
    FixedItem{"x_position", "POSITION", "ACTUAL", "", "Linear[X]", kSample},
    FixedItem{"y_position", "POSITION", "ACTUAL", "", "Linear[Y]", kSample},
    FixedItem{"z_position", "POSITION", "ACTUAL", "", "Linear[Z]", kSample},
    FixedItem{"estop", "EMERGENCY_STOP", "", "", "Controller", kEvent},
    FixedItem{"door", "DOOR_STATE", "", "", "Door", kEvent},
    FixedItem{"part_count", "PART_COUNT", "", "", "Controller/Path", kEvent},
    FixedItem{"part_goal", "PART_COUNT", "TARGET", "", "Controller/Path", kEvent},
    FixedItem{"counter_2", "", "", "", "Controller", kEvent},
    FixedItem{"counter_3", "", "", "", "Controller", kEvent},
    FixedItem{"counter_4", "", "", "", "Controller", kEvent},
};

// By the number that the control tells.
constexpr std::array<std::string_view, 4> kStates = {"READY", "ACTIVE", "INTERRUPTED",
                                                     "PROGRAM_STOPPED"};
constexpr std::array<std::string_view, 6> kModes = {
    "MANUAL", "MANUAL_DATA_INPUT", "AUTOMATIC", "EDIT", "MANUAL", "AUTOMATIC"};
// The first two digits of an alarm say where it comes from.
constexpr std::array<std::string_view, 12> kAlarmKinds = {"",   "EX", "EC", "SV", "NC", "IO",
                                                          "SP", "SM", "SL", "CM", "ES", "FC"};

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

// "0100.000" → "100"
std::optional<std::string> shown(std::string_view text) {
  const auto value = number_of(text.starts_with('+') ? text.substr(1) : text);
  if (!value) return {};
  return fmt::format("{}", *value + 0.0);
}

std::optional<std::string> word_of(std::span<const std::string_view> words, std::string_view text) {
  const auto number = number_of(text);
  if (!number || *number < 0 || *number >= static_cast<double>(words.size())) return {};
  return std::string(words[static_cast<std::size_t>(*number)]);
}

const std::vector<std::string_view>* line_with(
    const std::vector<std::vector<std::string_view>>& lines, std::string_view symbol,
    std::size_t fields) {
  const auto at = std::ranges::find_if(
      lines, [&](const auto& line) { return line[0] == symbol && line.size() > fields; });
  return at == lines.end() ? nullptr : &*at;
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "052039" → "IO2039"; what is written otherwise is told as it stands.
std::string alarm_code(std::string_view text) {
  if (text.size() < 6 || !is_digits(text)) return std::string(text);
  const std::size_t kind =
      static_cast<std::size_t>(text[0] - '0') * 10 + static_cast<std::size_t>(text[1] - '0');
  if (kind == 0 || kind >= kAlarmKinds.size()) return std::string(text);
  return std::string(kAlarmKinds[kind]) + std::string(text.substr(2));
}

}  // namespace

std::vector<SaidItem> Tracker::items() {
  std::vector<SaidItem> items;
  for (const FixedItem& own : kOwn) items.push_back(said_item(own));
  return items;
}

void Tracker::say(std::string_view key, std::optional<std::string> value) {
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  changes_.push_back({std::string(key), value, false});
  last_.insert_or_assign(std::string(key), std::move(value));
}

bool Tracker::take(File file, const Lines& lines) {
  switch (file) {
    case File::kMemory: return take_memory(lines);
    case File::kProduction: return take_production(lines);
    case File::kPanel: return take_panel(lines);
    case File::kAlarms: return take_alarms(lines);
    case File::kCounters: return take_counters(lines);
    case File::kVersion: return true;  // told to who adds the machine, not stored
  }
  return false;
}

// A01,6161,0,0,0,2,0: program, state, inner pallet, spare part, mode, extended operation.
bool Tracker::take_memory(const Lines& lines) {
  const Fields* one = line_with(lines, "A01", 5);
  if (one == nullptr || !is_digits((*one)[2]) || !is_digits((*one)[5])) return false;
  say("avail", "AVAILABLE");
  say("program", std::string((*one)[1]));
  say("mode", word_of(kModes, (*one)[5]));
  say("execution", word_of(kStates, (*one)[2]));
  return true;
}

bool Tracker::take_production(const Lines& lines) {
  const Fields* x01 = line_with(lines, "X01", 13);
  if (x01 == nullptr) return false;
  say("feed", shown((*x01)[1]));
  say("spindle_speed", shown((*x01)[2]));
  say("tool_number", shown((*x01)[4]));
  say("next_tool_number", shown((*x01)[5]));
  say("rapid_override", shown((*x01)[11]));
  say("feed_override", shown((*x01)[12]));
  say("spindle_override", shown((*x01)[13]));
  if (const Fields* p01 = line_with(lines, "P01", 3)) {
    say("x_position", shown((*p01)[1]));
    say("y_position", shown((*p01)[2]));
    say("z_position", shown((*p01)[3]));
  }
  return true;
}

// D01: outer, inner, side door; S01: three overrides, emergency stop, …
bool Tracker::take_panel(const Lines& lines) {
  const Fields* s01 = line_with(lines, "S01", 4);
  if (s01 == nullptr || !is_digits((*s01)[4])) return false;
  say("estop", number_of((*s01)[4]) == 0 ? "ARMED" : "TRIGGERED");
  if (const Fields* d01 = line_with(lines, "D01", 3)) {
    const bool closed = std::ranges::all_of(
        std::span(*d01).subspan(1, 3), [](std::string_view door) { return number_of(door) == 0; });
    say("door", closed ? "CLOSED" : "OPEN");
  }
  return true;
}

// E01,050518,052039, … A control without alarms tells no line at all.
bool Tracker::take_alarms(const Lines& lines) {
  std::vector<std::string> standing;
  for (const Fields& line : lines) {
    if (!line[0].starts_with('E')) continue;
    for (const std::string_view field : std::span(line).subspan(1)) {
      if (field.empty() || number_of(field) == 0) continue;
      std::string code = alarm_code(field);
      std::ranges::replace(code, '|', '/');
      const bool known = std::ranges::find(standing, code) != standing.end();
      if (!known && standing.size() < kMostAlarms) standing.push_back(std::move(code));
    }
  }
  if (!std::exchange(conditions_told_, true)) {
    changes_.push_back({"system_cond", "NORMAL||||", true});
  }
  const auto before = std::exchange(alarms_, standing);
  for (const std::string& code : before) {
    if (std::ranges::find(standing, code) != standing.end()) continue;
    changes_.push_back({"system_cond", fmt::format("NORMAL|{}|||", code), true});
  }
  for (const std::string& code : standing) {
    if (std::ranges::find(before, code) != before.end()) continue;
    changes_.push_back({"system_cond", fmt::format("FAULT|{0}|||alarm {0}", code), true});
  }
  return true;
}

// A01,245,245,1000,999: count, current value, end value, alarm value.
bool Tracker::take_counters(const Lines& lines) {
  const Fields* a01 = line_with(lines, "A01", 3);
  if (a01 == nullptr) return false;
  say("part_count", shown((*a01)[2]));
  say("part_goal", shown((*a01)[3]));
  for (int i = 2; i <= kCounters; ++i) {
    const Fields* one = line_with(lines, fmt::format("A{:02}", i), 2);
    if (one != nullptr) say(fmt::format("counter_{}", i), shown((*one)[2]));
  }
  return true;
}

}  // namespace heed::wire::brother
