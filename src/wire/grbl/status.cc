#include "wire/grbl/status.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "wire/text.h"

namespace heed::wire::grbl {
namespace {

struct StateRow {
  std::string_view state;
  std::string_view execution;
  std::string_view mode;
};
constexpr std::array kStates = {
    StateRow{"Idle", "READY", "AUTOMATIC"},     StateRow{"Run", "ACTIVE", "AUTOMATIC"},
    StateRow{"Hold", "FEED_HOLD", "AUTOMATIC"}, StateRow{"Jog", "ACTIVE", "MANUAL"},
    StateRow{"Alarm", "STOPPED", "AUTOMATIC"},  StateRow{"Door", "INTERRUPTED", "AUTOMATIC"},
    StateRow{"Check", "READY", "EDIT"},         StateRow{"Home", "ACTIVE", "MANUAL"},
    StateRow{"Sleep", "STOPPED", "AUTOMATIC"},
};

constexpr std::array<std::string_view, 10> kAlarms = {
    "hard limit: a limit switch was hit, the position is likely lost",
    "soft limit: the target is outside of the machine's travel",
    "reset while in motion: the position is likely lost",
    "probe fail: it was not in its first state",
    "probe fail: it did not touch",
    "homing fail: reset",
    "homing fail: the safety door was opened",
    "homing fail: the limit switch did not clear",
    "homing fail: no limit switch was found",
    "homing fail: the second limit switch of a pair was not found",
};

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

// All of them, or none.
std::vector<double> numbers_of(std::string_view text) {
  std::vector<double> numbers;
  while (numbers.size() < kMostAxes) {
    const std::size_t comma = text.find(',');
    const auto number = number_of(text.substr(0, comma));
    if (!number) return {};
    numbers.push_back(*number);
    if (comma == std::string_view::npos) return numbers;
    text.remove_prefix(comma + 1);
  }
  return {};
}

void take_field(std::string_view name, std::string_view value, Status& status) {
  if (name == "MPos") status.machine_position = numbers_of(value);
  if (name == "WPos") status.work_position = numbers_of(value);
  if (name == "WCO") status.work_offset = numbers_of(value);
  if (name == "Pn") status.pins = std::string(value);
  if (name == "Ln") status.line = std::string(value);
  const auto numbers = numbers_of(value);
  if (name == "F" && numbers.size() == 1) status.feed = numbers[0];
  if (name == "FS" && numbers.size() == 2) {
    status.feed = numbers[0];
    status.speed = numbers[1];
  }
  const bool percents = std::ranges::all_of(numbers, [](double n) { return n >= 0 && n <= 1'000; });
  if (name == "Ov" && numbers.size() == 3 && percents) {
    status.overrides = {static_cast<int>(numbers[0]), static_cast<int>(numbers[1]),
                        static_cast<int>(numbers[2])};
  }
}

const StateRow* row_of(std::string_view state) {
  const auto* row = std::ranges::find(kStates, state, &StateRow::state);
  return row == kStates.end() ? nullptr : row;
}

std::string shown(double value, int digits) {
  const double scale = std::pow(10, digits);
  // + 0.0 makes -0.000 and 0.000 one value.
  return fmt::format("{:.{}f}", std::round(value * scale) / scale + 0.0, digits);
}

// A bar would end the field of a condition.
std::string without_bars(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '|', '/');
  return out;
}

}  // namespace

std::optional<Status> parse_status(std::string_view line) {
  if (!line.starts_with('<') || !line.ends_with('>')) return {};
  line = line.substr(1, line.size() - 2);
  const std::size_t end = line.find_first_of("|,");
  const std::string_view state = line.substr(0, end);
  const std::size_t colon = state.find(':');
  Status status;
  status.state = state.substr(0, colon);
  if (row_of(status.state) == nullptr) return {};
  if (colon != std::string_view::npos) status.substate = state.substr(colon + 1);
  if (end == std::string_view::npos || line[end] == ',') return status;
  line.remove_prefix(end + 1);
  while (!line.empty()) {
    const std::size_t bar = line.find('|');
    const std::string_view field = line.substr(0, bar);
    const std::size_t at = field.find(':');
    if (at != std::string_view::npos) take_field(field.substr(0, at), field.substr(at + 1), status);
    line.remove_prefix(bar == std::string_view::npos ? line.size() : bar + 1);
  }
  return status;
}

std::string_view alarm_words(std::string_view number) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
  if (error != std::errc() || end != number.data() + number.size()) return {};
  return index >= 1 && index <= kAlarms.size() ? kAlarms[index - 1] : std::string_view();
}

void Tracker::on_status(const Status& status) {
  say("avail", "AVAILABLE");
  if (!std::exchange(conditions_told_, true)) {
    if (alarm_.empty()) changes_.push_back({"system_cond", "NORMAL||||", true});
    if (!refused_) changes_.push_back({"program_cond", "NORMAL||||", true});
  }
  take_state(status);
  take_numbers(status);
  take_position(status);
}

void Tracker::take_state(const Status& status) {
  const StateRow* row = row_of(status.state);
  if (row == nullptr) return;
  if (status.state == "Alarm") {
    if (alarm_.empty()) on_alarm("");
  } else if (!std::exchange(alarm_, {}).empty()) {
    changes_.push_back({"system_cond", "NORMAL||||", true});
  }
  if (status.state == "Run" && std::exchange(refused_, false)) {
    changes_.push_back({"program_cond", "NORMAL||||", true});
  }
  say("execution", std::string(row->execution));
  say("mode", std::string(row->mode));
  if (status.state == "Door") {
    say("door", status.substate == "1" || status.substate == "2" ? "OPEN" : "CLOSED");
  } else if (last_.contains("door")) {
    say("door", "CLOSED");
  }
}

void Tracker::take_numbers(const Status& status) {
  constexpr double kInch = 25.4;
  if (status.feed) say("Fact", shown(*status.feed * (inches_ ? kInch : 1) / 60, 3));
  if (status.speed) say("Srpm", shown(*status.speed, 0));
  if (status.overrides) {
    constexpr std::string_view kKeys[] = {"Fovr", "Frapidovr", "Sovr"};
    for (std::size_t i = 0; i < 3; ++i) say(kKeys[i], std::to_string((*status.overrides)[i]));
  }
  if (status.line) say("line", *status.line);
}

void Tracker::take_position(const Status& status) {
  constexpr std::string_view kLetters = "XYZABC";
  static_assert(kLetters.size() == kMostAxes);
  if (!status.work_offset.empty()) work_offset_ = status.work_offset;
  std::vector<double> position = status.machine_position;
  if (position.empty() && status.work_position.size() == work_offset_.size()) {
    position = status.work_position;
    for (std::size_t i = 0; i < position.size(); ++i) position[i] += work_offset_[i];
  }
  for (std::size_t i = 0; i < position.size(); ++i) {
    // The axes after Z turn: degrees are degrees.
    const double scale = inches_ && i < 3 ? 25.4 : 1;
    say(fmt::format("{}abs", kLetters[i]), shown(position[i] * scale, 3));
  }
}

void Tracker::on_alarm(std::string_view number) {
  if (!alarm_.empty()) changes_.push_back({"system_cond", "NORMAL||||", true});
  alarm_ = number.empty() ? "ALARM" : fmt::format("ALARM_{}", without_bars(number));
  const std::string_view words = alarm_words(number);
  say_condition("system_cond", "FAULT", alarm_,
                words.empty() ? "locked: it was switched on or reset, or an alarm came before we "
                                "were connected"
                              : words);
}

void Tracker::on_error(std::string_view number) {
  if (std::exchange(refused_, true)) changes_.push_back({"program_cond", "NORMAL||||", true});
  say_condition("program_cond", "WARNING", fmt::format("ERROR_{}", without_bars(number)),
                "the control refused a line");
}

void Tracker::on_reset() {
  // An alarm stays one until a status says otherwise: a reset locks the machine.
  if (std::exchange(refused_, false)) changes_.push_back({"program_cond", "NORMAL||||", true});
}

void Tracker::say(std::string_view key, std::string value) {
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  changes_.push_back({std::string(key), value, false});
  last_.insert_or_assign(std::string(key), std::move(value));
}

void Tracker::say_condition(std::string_view key, std::string_view level, std::string_view code,
                            std::string_view text) {
  changes_.push_back({std::string(key), fmt::format("{}|{}|||{}", level, code, text), true});
}

std::vector<Said> Tracker::take_changes() {
  return std::exchange(changes_, {});
}

std::vector<SaidItem> Tracker::items() {
  using enum SaidItem::Category;
  constexpr const char* kPath = "Controller/Path";
  std::vector<SaidItem> items = {
      {"avail", "", "AVAILABILITY", "", "", "", kEvent},
      {"execution", "", "EXECUTION", "", "", kPath, kEvent},
      {"mode", "", "CONTROLLER_MODE", "", "", "Controller", kEvent},
      {"door", "", "DOOR_STATE", "", "", "Door", kEvent},
      {"message", "", "MESSAGE", "", "", "Controller", kEvent},
      {"Fact", "feed", "PATH_FEEDRATE", "ACTUAL", "MILLIMETER/SECOND", kPath, kSample},
      {"Fovr", "feed override", "PATH_FEEDRATE_OVERRIDE", "PROGRAMMED", "PERCENT", kPath, kEvent},
      {"Frapidovr", "rapid override", "PATH_FEEDRATE_OVERRIDE", "RAPID", "PERCENT", kPath, kEvent},
      {"Srpm", "spindle speed", "ROTARY_VELOCITY", "COMMANDED", "REVOLUTION/MINUTE",
       "Axes/Rotary[C]", kSample},
      {"Sovr", "spindle override", "ROTARY_VELOCITY_OVERRIDE", "", "PERCENT", "Axes/Rotary[C]",
       kEvent},
      {"line", "", "LINE_NUMBER", "ABSOLUTE", "", kPath, kEvent},
      {"system_cond", "", "SYSTEM", "", "", "Controller", kCondition},
      {"program_cond", "", "LOGIC_PROGRAM", "", "", "Controller", kCondition},
  };
  for (const char letter : std::string_view("XYZ")) {
    items.push_back({fmt::format("{}abs", letter), "", "POSITION", "ACTUAL", "MILLIMETER",
                     fmt::format("Axes/Linear[{}]", letter), kSample});
  }
  for (const char letter : std::string_view("ABC")) {
    items.push_back({fmt::format("{}abs", letter), "", "ANGLE", "ACTUAL", "DEGREE",
                     fmt::format("Axes/Rotary[{}]", letter), kSample});
  }
  return items;
}

}  // namespace heed::wire::grbl
