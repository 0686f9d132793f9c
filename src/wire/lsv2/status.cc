#include "wire/lsv2/status.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace heed::wire::lsv2 {
namespace {

using enum SaidItem::Category;
constexpr std::array kOwn = {
    FixedItem{"avail", "AVAILABILITY", "", "", "", kEvent},
    FixedItem{"mode", "CONTROLLER_MODE", "", "", "Controller", kEvent},
    FixedItem{"execution", "EXECUTION", "", "", "Controller/Path", kEvent},
    FixedItem{"system_cond", "SYSTEM", "", "", "Controller", kCondition},
    FixedItem{"program", "PROGRAM", "", "", "Controller/Path", kEvent},
    FixedItem{"subprogram", "", "", "", "Controller/Path", kEvent},
    FixedItem{"line", "LINE_NUMBER", "ABSOLUTE", "", "Controller/Path", kEvent},
    FixedItem{"feed_override", "PATH_FEEDRATE_OVERRIDE", "PROGRAMMED", "PERCENT", "Controller/Path",
              kEvent},
    FixedItem{"spindle_override", "ROTARY_VELOCITY_OVERRIDE", "", "PERCENT", "Rotary", kEvent},
    FixedItem{"rapid_override", "PATH_FEEDRATE_OVERRIDE", "RAPID", "PERCENT", "Controller/Path",
              kEvent},
    FixedItem{"tool_number", "TOOL_NUMBER", "", "", "Controller/Path", kEvent},
};

// By the number that the control tells; empty: unavailable.
constexpr std::array<std::string_view, 6> kModes = {"MANUAL",         "MANUAL_DATA_INPUT", "MANUAL",
                                                    "SEMI_AUTOMATIC", "AUTOMATIC",         ""};
constexpr std::array<std::string_view, 9> kStates = {"ACTIVE",  "INTERRUPTED", "PROGRAM_COMPLETED",
                                                     "STOPPED", "INTERRUPTED", "STOPPED",
                                                     "STOPPED", "READY",       ""};
constexpr std::uint64_t kErrorState = 5;

std::uint64_t number_in(BytesView data, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = at; i < at + size; ++i) {
    value = value << 8 | static_cast<unsigned char>(data[i]);
  }
  return value;
}

std::optional<std::string> word_in(std::span<const std::string_view> words, std::uint64_t number) {
  if (number >= words.size() || words[number].empty()) return {};
  return std::string(words[number]);
}

// The control writes Latin-1. A bar would end the field of a condition.
std::string utf8(BytesView text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) {
      out += static_cast<char>(0xc0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3f));
    } else if (byte >= 0x20 && byte != 0x7f) {
      out += c == '|' ? '/' : c;
    } else if (byte != 0) {
      out += ' ';
    }
  }
  return out;
}

std::string file_name(BytesView path) {
  const std::size_t slash = path.find_last_of("\\/:");
  return utf8(slash == BytesView::npos ? path : path.substr(slash + 1));
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

bool Tracker::take(Request request, BytesView data) {
  switch (request) {
    case Request::kLogInInspect: return true;
    case Request::kLogInDnc: say("avail", "AVAILABLE"); return true;
    case Request::kControl:
    case Request::kSoftware: return true;  // told to who adds the machine, not stored
    case Request::kOperatingMode: return take_mode(data);
    case Request::kSelectedProgram: return take_program(data);
    case Request::kOverrides: return take_overrides(data);
    case Request::kProgramState: return take_state(data);
    case Request::kFirstError:
    case Request::kNextError: return take_error(data);
    case Request::kTool: return take_tool(data);
  }
  return false;
}

bool Tracker::take_mode(BytesView data) {
  if (data.size() != 2) return false;
  say("mode", word_in(kModes, number_in(data, 0, 2)));
  return true;
}

bool Tracker::take_state(BytesView data) {
  if (data.size() != 2) return false;
  const std::uint64_t state = number_in(data, 0, 2);
  in_error_ = state == kErrorState;
  say("execution", word_in(kStates, state));
  return true;
}

// The line, then the paths of the main program and of the one that runs, each with its NUL.
bool Tracker::take_program(BytesView data) {
  if (data.size() < 5) return false;
  const BytesView paths = data.substr(4);
  const std::size_t end = paths.find('\0');
  if (end == BytesView::npos) return false;
  const BytesView rest = paths.substr(end + 1);
  say("program", file_name(paths.substr(0, end)));
  say("subprogram", file_name(rest.substr(0, rest.find('\0'))));
  say("line", std::to_string(number_in(data, 0, 4)));
  return true;
}

// Hundredths of a per cent: feed, spindle, rapid.
bool Tracker::take_overrides(BytesView data) {
  if (data.size() < 12) return false;
  constexpr std::array<std::string_view, 3> kKeys = {"feed_override", "spindle_override",
                                                     "rapid_override"};
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    say(kKeys[i], fmt::format("{}", static_cast<double>(number_in(data, 4 * i, 4)) / 100));
  }
  return true;
}

// Class, group, number, text.
bool Tracker::take_error(BytesView data) {
  if (data.size() < 8) return false;
  if (coming_.size() >= kMostErrors) return true;
  const auto number = static_cast<std::int32_t>(number_in(data, 4, 4));
  coming_.try_emplace(std::to_string(number),
                      Error{in_error_ ? "FAULT" : "WARNING",
                            fmt::format("{}|{}|{}", number_in(data, 0, 2), number_in(data, 2, 2),
                                        utf8(data.substr(8)))});
  return true;
}

void Tracker::take_end_of_errors(bool told) {
  if (!told && in_error_) coming_ = {{"ERROR", {"FAULT", "||the program was stopped by an error"}}};
  const auto before = std::exchange(standing_, std::exchange(coming_, {}));
  if (!std::exchange(conditions_told_, true)) {
    changes_.push_back({"system_cond", "NORMAL||||", true});
  }
  for (const auto& [code, error] : before) {
    if (standing_.contains(code)) continue;
    changes_.push_back({"system_cond", fmt::format("NORMAL|{}|||", code), true});
  }
  for (const auto& [code, error] : standing_) {
    const auto known = before.find(code);
    if (known != before.end() && known->second == error) continue;
    changes_.push_back(
        {"system_cond", fmt::format("{}|{}|{}", error.level, code, error.details), true});
  }
}

// Number, index, axis; controls that tell more tell length and radius too.
bool Tracker::take_tool(BytesView data) {
  if (data.size() < 8) return false;
  say("tool_number", std::to_string(number_in(data, 0, 4)));
  return true;
}

}  // namespace heed::wire::lsv2
