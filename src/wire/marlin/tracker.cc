#include "wire/marlin/tracker.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "wire/text.h"

namespace heed::wire::marlin {
namespace {

// What Marlin says before it stops everything (Marlin/src/core/language.h).
constexpr std::array<std::string_view, 8> kFatal = {
    "halted",  "kill()",  "system stopped", "Thermal Runaway",
    "MAXTEMP", "MINTEMP", "Heating failed", "STOP called"};

std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::string without_bars(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '|', '/');
  return out;
}

bool is_heater(std::string_view name) {
  return !name.empty() && name.size() <= 2 && std::string_view("TBCP").contains(name[0]) &&
         (name.size() == 1 || (name[1] >= '0' && name[1] <= '9'));
}

}  // namespace

bool Tracker::on_line(std::string_view line, Duration now) {
  if (line.starts_with("Error:")) {
    on_error(trim(line.substr(6)));
    infer(now);
    return true;
  }
  if (line.starts_with("//action:")) {
    const bool known = on_action(line.substr(9));
    infer(now);
    return known;
  }
  return on_progress(line) || take_temperatures(line);
}

bool Tracker::on_progress(std::string_view line) {
  constexpr std::string_view kPrinting = "SD printing byte ";
  constexpr std::string_view kFile = "Current file:";
  if (line.starts_with(kPrinting)) {
    printing_ = true;
    done_ = false;
    std::string_view rest = line.substr(kPrinting.size());
    const auto byte = take_number(rest);
    if (!byte || !rest.starts_with('/')) return true;
    rest.remove_prefix(1);
    const auto size = take_number(rest);
    if (size && *size > 0) say("progress", fmt::format("{:.1f}", *byte / *size * 100));
    return true;
  }
  if (line.starts_with("Not SD printing")) {
    printing_ = false;
    return true;
  }
  if (line.starts_with("Done printing file")) {
    printing_ = paused_ = false;
    done_ = true;
    return true;
  }
  if (line.starts_with(kFile)) return take_file(trim(line.substr(kFile.size()))), true;
  return false;
}

void Tracker::take_file(std::string_view name) {
  if (name == "(no file)") return say("program", "");
  // "/BENCHY~1.GCO benchy.gcode": the long name follows the card's short one.
  const std::size_t blank = name.find(' ');
  if (blank != std::string_view::npos) name = trim(name.substr(blank));
  const std::size_t slash = name.rfind('/');
  say("program", std::string(slash == std::string_view::npos ? name : name.substr(slash + 1)));
}

bool Tracker::on_action(std::string_view line) {
  const std::string_view action = take_word(line);
  if (action == "pause" || action == "paused") {
    paused_ = true;
  } else if (action == "resume" || action == "resumed" || action == "cancel" || action == "start") {
    paused_ = false;
  } else {
    return action == "notification" || action.starts_with("prompt_");
  }
  return true;
}

void Tracker::on_error(std::string_view text) {
  answered_ = true;
  const bool fatal = std::ranges::any_of(kFatal, [&](auto word) { return text.contains(word); });
  if (fatal) {
    if (std::exchange(halted_, true)) return;  // the reason comes first, "Printer halted" after it
    changes_.push_back({"system_cond", fmt::format("FAULT|HALTED|||{}", without_bars(text)), true});
  } else {
    warned_ = true;
    changes_.push_back(
        {"system_cond", fmt::format("WARNING|ERROR|||{}", without_bars(text)), true});
  }
}

void Tracker::on_busy(std::string_view what) {
  answered_ = true;
  busy_ = true;
  waits_for_person_ = what.contains("paused");
  if (printing_ || waits_for_person_) return;
  done_ = false;
}

void Tracker::on_start() {
  if (std::exchange(halted_, false)) changes_.push_back({"system_cond", "NORMAL|HALTED|||", true});
  printing_ = paused_ = waits_for_person_ = busy_ = done_ = false;
  foreign_ack_.reset();
}

void Tracker::end_round(Duration now) {
  answered_ = true;
  busy_ = waits_for_person_ = false;
  if (std::exchange(warned_, false)) changes_.push_back({"system_cond", "NORMAL|ERROR|||", true});
  infer(now);
}

void Tracker::infer(Duration now) {
  if (!answered_) return;
  if (!last_.contains("avail") && !halted_) changes_.push_back({"system_cond", "NORMAL||||", true});
  say("avail", "AVAILABLE");
  const bool streamed = foreign_ack_ && now - *foreign_ack_ < kForeignAckHolds;
  const bool runs = printing_ || streamed;
  if (runs) done_ = false;
  const char* execution = "READY";
  if (halted_) {
    execution = "STOPPED";
  } else if (waits_for_person_ || paused_) {
    execution = "INTERRUPTED";
  } else if (runs || busy_) {
    execution = "ACTIVE";
  } else if (done_) {
    execution = "PROGRAM_COMPLETED";
  }
  say("execution", execution);
  say("mode", busy_ && !runs && !waits_for_person_ && !paused_ ? "MANUAL" : "AUTOMATIC");
}

bool Tracker::take_temperatures(std::string_view line) {
  bool any = false;
  while (!line.empty()) {
    std::string_view word = take_word(line);
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos || !is_heater(word.substr(0, colon))) continue;
    const std::string name(word.substr(0, colon));
    word.remove_prefix(colon + 1);
    const auto now = take_number(word);
    if (!now || !word.empty()) continue;
    any = true;
    say(name + "temp", fmt::format("{:.0f}", std::round(*now) + 0.0));
    if (!line.starts_with('/')) continue;
    std::string_view target = take_word(line).substr(1);
    const auto wanted = take_number(target);
    if (wanted) say(name + "set", fmt::format("{:.0f}", std::round(*wanted) + 0.0));
  }
  return any;
}

void Tracker::say(std::string_view key, std::optional<std::string> value) {
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  changes_.push_back({std::string(key), value, false});
  last_.insert_or_assign(std::string(key), std::move(value));
}

std::vector<Said> Tracker::take_changes() {
  return std::exchange(changes_, {});
}

std::vector<SaidItem> Tracker::items() {
  using enum SaidItem::Category;
  constexpr const char* kPath = "Controller/Path";
  std::vector<SaidItem> items = {
      {"avail", "", "AVAILABILITY", "", "", "", kEvent},
      {"execution", "inferred: the control has no word for it", "EXECUTION", "", "", kPath, kEvent},
      {"mode", "inferred: the control has no word for it", "CONTROLLER_MODE", "", "", "Controller",
       kEvent},
      {"program", "file on the card", "PROGRAM", "", "", kPath, kEvent},
      {"progress", "bytes of the file", "", "", "PERCENT", kPath, kSample},
      {"system_cond", "", "SYSTEM", "", "", "Controller", kCondition},
  };
  const auto add = [&](const std::string& name) {
    items.push_back({name + "temp", "", "TEMPERATURE", "ACTUAL", "CELSIUS", "Heating", kSample});
    items.push_back({name + "set", "", "TEMPERATURE", "PROGRAMMED", "CELSIUS", "Heating", kSample});
  };
  for (const char* name : {"T", "B", "C", "P"}) add(name);
  for (char digit = '0'; digit <= '7'; ++digit) add(std::string("T") + digit);
  return items;
}

}  // namespace heed::wire::marlin
