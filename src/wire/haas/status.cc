#include "wire/haas/status.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

#include "wire/text.h"

namespace heed::wire::haas {
namespace {

using enum SaidItem::Category;
// The C.S. timer is the control's own count of the time in cycle: what ours is compared with.
constexpr std::array kOwn = {
    FixedItem{"avail", "AVAILABILITY", "", "", "", kEvent},
    FixedItem{"mode", "CONTROLLER_MODE", "", "", "Controller", kEvent},
    FixedItem{"execution", "EXECUTION", "", "", "Controller/Path", kEvent},
    FixedItem{"system_cond", "SYSTEM", "", "", "Controller", kCondition},
    FixedItem{"program", "PROGRAM", "", "", "Controller/Path", kEvent},
    FixedItem{"tool_number", "TOOL_NUMBER", "", "", "Controller/Path", kEvent},
    FixedItem{"last_cycle_time", "", "", "SECOND", "Controller/Path", kSample},
    FixedItem{"previous_cycle_time", "", "", "SECOND", "Controller/Path", kSample},
    FixedItem{"power_on_time", "EQUIPMENT_TIMER", "POWERED", "SECOND", "Controller", kSample},
    FixedItem{"motion_time", "EQUIPMENT_TIMER", "OPERATING", "SECOND", "Controller", kSample},
    FixedItem{"tool_changes", "", "", "", "Controller", kEvent},
    FixedItem{"m30_counter_1", "", "", "", "Controller", kEvent},
    FixedItem{"m30_counter_2", "", "", "", "Controller", kEvent},
};

struct Translation {
  std::string_view from;
  std::string_view to;
};
constexpr Translation kModes[] = {
    {"MEM", "AUTOMATIC"}, {"MDI", "MANUAL_DATA_INPUT"}, {"JOG", "MANUAL"}, {"HANDLE JOG", "MANUAL"},
    {"ZERO", "MANUAL"},   {"ZERO RET", "MANUAL"},       {"EDIT", "EDIT"},  {"LIST PROG", "EDIT"}};
constexpr Translation kExecutions[] = {{"IDLE", "READY"},
                                       {"BUSY", "ACTIVE"},
                                       {"RUNNING", "ACTIVE"},
                                       {"FEED HOLD", "FEED_HOLD"},
                                       {"ALARM ON", "STOPPED"}};

std::string translate(std::span<const Translation> words, std::string_view text) {
  for (const Translation& word : words) {
    if (equals_ignoring_case(word.from, text)) return std::string(word.to);
  }
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c == ' ' ? '_' : upper(c); });
  return out;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t end = line.find(','); end != std::string_view::npos; end = line.find(',')) {
    fields.push_back(trim(line.substr(0, end)));
    line.remove_prefix(end + 1);
  }
  fields.push_back(trim(line));
  return fields;
}

struct Status {
  std::optional<std::string> program;
  std::string_view word;
  std::string_view parts;
};

// "PROGRAM, O00110, IDLE, PARTS, 4523", read from its end, since a program may be called anything;
// "STATUS, BUSY" or "STATUS BUSY" while a program runs.
std::optional<Status> status_of(std::string_view line) {
  std::vector<std::string_view> fields = fields_of(line);
  if (equals_ignoring_case(line.substr(0, 6), "STATUS")) {
    const std::string_view word = trim(line.substr(line.find_first_of(", \t") + 1));
    return word.empty() ? std::nullopt : std::optional<Status>({{}, word, {}});
  }
  Status status;
  if (fields.size() >= 5 && equals_ignoring_case(fields[fields.size() - 2], "PARTS")) {
    status.parts = fields.back();
    fields.resize(fields.size() - 2);
  }
  if (fields.size() < 3 || fields[1].empty() || fields.back().empty()) return {};
  status.word = fields.back();
  const char* first = fields[1].data();
  const std::string_view last = fields[fields.size() - 2];
  status.program = std::string(first, static_cast<std::size_t>(last.data() + last.size() - first));
  return status;
}

// "00003:50:59" → 13859
std::optional<std::uint64_t> seconds_of(std::string_view text) {
  std::uint64_t seconds = 0;
  for (int part = 0; part < 3; ++part) {
    const std::size_t end = text.find(':');
    const std::string_view digits = text.substr(0, end);
    if ((end == std::string_view::npos) != (part == 2)) return {};
    std::uint32_t value = 0;
    const auto [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || at != digits.data() + digits.size()) return {};
    if (part > 0 && value > 59) return {};
    seconds = seconds * 60 + value;
    text.remove_prefix(part == 2 ? text.size() : end + 1);
  }
  return seconds;
}

}  // namespace

Tracker::Tracker(std::vector<Macro> macros) : macros_(std::move(macros)) {
  parts_from_status_ = std::ranges::none_of(
      macros_, [](const Macro& macro) { return macro.item.key == "part_count"; });
}

bool Tracker::owns(std::string_view key) {
  return std::ranges::find(kOwn, key, &FixedItem::key) != kOwn.end();
}

std::vector<SaidItem> Tracker::items() const {
  std::vector<SaidItem> items;
  for (const FixedItem& own : kOwn) items.push_back(said_item(own));
  for (const Macro& macro : macros_) items.push_back(macro.item);
  return items;
}

void Tracker::say(std::string_view key, std::optional<std::string> value) {
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  changes_.push_back({std::string(key), value, false});
  last_.insert_or_assign(std::string(key), std::move(value));
}

bool Tracker::take(Query query, std::string_view text) {
  switch (query) {
    case Query::kSerialNumber:
    case Query::kSoftware:
    case Query::kModel: return true;  // told to who adds the machine, not stored
    case Query::kMode: return take_mode(text);
    case Query::kToolChanges: say("tool_changes", std::string(text)); return true;
    case Query::kTool: say("tool_number", std::string(text)); return true;
    case Query::kPowerOnTime: return take_seconds("power_on_time", text);
    case Query::kMotionTime: return take_seconds("motion_time", text);
    case Query::kLastCycle: return take_seconds("last_cycle_time", text);
    case Query::kPreviousCycle: return take_seconds("previous_cycle_time", text);
    case Query::kCounter1: say("m30_counter_1", std::string(text)); return true;
    case Query::kCounter2: say("m30_counter_2", std::string(text)); return true;
    case Query::kStatus: return take_status(text);
  }
  return false;
}

bool Tracker::take_status(std::string_view line) {
  const auto status = status_of(line);
  if (!status) return false;
  const std::string execution = translate(kExecutions, status->word);
  busy_ = execution == "ACTIVE";
  take_alarm(equals_ignoring_case(status->word, "ALARM ON"));
  say("execution", execution);
  if (status->program) say("program", status->program);
  if (parts_from_status_ && !status->parts.empty()) say("part_count", std::string(status->parts));
  return true;
}

bool Tracker::take_mode(std::string_view text) {
  while (!text.empty() && (text.front() == '(' || is_blank(text.front()))) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ')' || is_blank(text.back()))) text.remove_suffix(1);
  if (text.empty()) return false;
  const std::string mode = translate(kModes, text);
  if (!busy_ || mode != "EDIT") say("mode", mode);
  return true;
}

bool Tracker::take_seconds(std::string_view key, std::string_view text) {
  const auto seconds = seconds_of(text);
  if (seconds) say(key, std::to_string(*seconds));
  return seconds.has_value();
}

void Tracker::take_alarm(bool on) {
  if (alarm_ == on) return;
  alarm_ = on;
  changes_.push_back(
      {"system_cond", on ? "FAULT|ALARM|||the control's alarm is on" : "NORMAL||||", true});
}

bool Tracker::take_macro(std::size_t macro, std::string_view text) {
  const std::string& key = macros_.at(macro).item.key;
  const auto value = number_of(text);
  if (!value) return false;
  if (key == "part_count") parts_from_status_ = false;
  if (!std::isfinite(*value)) {
    say(key, {});  // the variable is empty
  } else if (key == "estop") {
    say(key, *value == 0 ? "ARMED" : "TRIGGERED");
  } else {
    // The control writes six decimals; + 0.0 makes -0.000000 and 0.000000 one value.
    say(key, fmt::format("{}", *value + 0.0));
  }
  return true;
}

void Tracker::lose_macro(std::size_t macro) {
  const std::string& key = macros_.at(macro).item.key;
  if (key == "part_count") parts_from_status_ = true;
  if (last_.contains(key)) say(key, {});
}

std::vector<Macro> usual_macros() {
  return {{*MacroNumber::of(3901), macro_item("part_count")},
          {*MacroNumber::of(3027), macro_item("spindle_speed")}};
}

Result<std::vector<Macro>> macros_of(const Json& settings) {
  const auto owns = [](std::string_view key) {
    return Tracker::owns(key) && macro_item(key).type.empty();
  };
  return wire::macros_of(settings, {.control = "a Haas", .usual = usual_macros(), .owns = owns});
}

}  // namespace heed::wire::haas
