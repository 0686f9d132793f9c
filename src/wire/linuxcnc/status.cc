#include "wire/linuxcnc/status.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "wire/text.h"

namespace heed::wire::linuxcnc {
namespace {

struct Translation {
  std::string_view from;
  std::string_view to;
};
constexpr Translation kEstopWords[] = {{"ON", "TRIGGERED"}, {"OFF", "ARMED"}};
constexpr Translation kModeWords[] = {
    {"MANUAL", "MANUAL"}, {"AUTO", "AUTOMATIC"}, {"MDI", "MANUAL_DATA_INPUT"}};
constexpr Translation kExecutionWords[] = {
    {"IDLE", "READY"}, {"RUNNING", "ACTIVE"}, {"PAUSED", "INTERRUPTED"}};

std::string upper_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), upper);
  return out;
}

std::string translate(std::span<const Translation> words, std::string_view text) {
  for (const Translation& word : words) {
    if (equals_ignoring_case(word.from, text)) return std::string(word.to);
  }
  return upper_case(text);
}

std::string_view answer(const Answers& answers, Query query) {
  const auto& text = answers[static_cast<std::size_t>(query)];
  return text ? std::string_view(*text) : std::string_view();
}

std::string_view file_name(std::string_view path) {
  if (equals_ignoring_case(path, "NONE")) return {};
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// A bar would end the field of a condition.
std::string without_bars(std::string_view text) {
  std::string out(text);
  std::ranges::replace(out, '|', '/');
  return out;
}

double distance(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum);
}

}  // namespace

std::vector<Said> Tracker::take(const Answers& answers, Duration now) {
  say("avail", "AVAILABLE");
  take_words(answers);
  take_position(answer(answers, Query::kAbsActPos), now);
  take_homed(answer(answers, Query::kJointHomed));
  if (!std::exchange(conditions_told_, true)) {
    changes_.push_back({"joint_cond", "NORMAL||||", true});
    changes_.push_back({"system_cond", "NORMAL||||", true});
  }
  take_joints(answer(answers, Query::kJointLimit), "LIMIT");
  take_joints(answer(answers, Query::kJointFault), "FAULT");
  take_error(answers);
  return std::exchange(changes_, {});
}

void Tracker::say(std::string_view key, std::string value) {
  const auto last = last_.find(key);
  if (last != last_.end() && last->second == value) return;
  changes_.push_back({std::string(key), value, false});
  last_.insert_or_assign(std::string(key), std::move(value));
}

void Tracker::say_condition(std::string_view key, std::string_view level, std::string_view code,
                            std::string_view text) {
  changes_.push_back(
      {std::string(key), fmt::format("{}|{}|||{}", level, code, without_bars(text)), true});
}

void Tracker::take_words(const Answers& answers) {
  const auto say_if_told = [&](std::string_view key, Query query, auto read) {
    const std::string_view text = answer(answers, query);
    if (!text.empty()) say(key, std::string(read(text)));
  };
  const auto as_told = [](std::string_view text) { return text; };
  say_if_told("estop", Query::kEstop, [](auto text) { return translate(kEstopWords, text); });
  say_if_told("mode", Query::kMode, [](auto text) { return translate(kModeWords, text); });
  const bool off = equals_ignoring_case(answer(answers, Query::kMachine), "OFF");
  say_if_told("execution", Query::kProgramStatus, [&](auto text) {
    return off ? std::string("STOPPED") : translate(kExecutionWords, text);
  });
  say_if_told("power", Query::kMachine, upper_case);
  say_if_told("program", Query::kProgram, file_name);
  say_if_told("line", Query::kProgramLine, as_told);
  say_if_told("Tool_number", Query::kTool, as_told);
  say_if_told("Fovr", Query::kFeedOverride, as_told);
}

void Tracker::take_position(std::string_view text, Duration now) {
  constexpr std::string_view kLetters = "XYZABCUVW";
  static_assert(kLetters.size() == kMostAxes);
  Place place{.at = now};
  std::size_t axes = 0;
  while (!text.empty() && axes < kMostAxes) {
    const std::string_view word = take_word(text);
    double& value = place.position[axes];
    const auto [at, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || at != word.data() + word.size() || !std::isfinite(value)) return;
    ++axes;
  }
  if (axes < 3) return;
  for (std::size_t i = 0; i < axes; ++i) {
    ever_moved_[i] = ever_moved_[i] || i < 3 || place.position[i] != 0;
    // + 0.0 makes -0.000 and 0.000 one value.
    const double shown = std::round(place.position[i] * 1000) / 1000 + 0.0;
    if (ever_moved_[i]) say(fmt::format("{}abs", kLetters[i]), fmt::format("{:.3f}", shown));
  }
  places_.push_back(place);
  while (places_.size() > 2 && now - places_[1].at >= Duration::seconds(1)) {
    places_.erase(places_.begin());
  }
  double way = 0;
  for (std::size_t i = 1; i < places_.size(); ++i) {
    way += distance(places_[i - 1].position, places_[i].position);
  }
  const double minutes = (now - places_.front().at).in_seconds() / 60;
  if (minutes > 0) say("Fact", fmt::format("{:.0f}", way / minutes));
}

void Tracker::take_homed(std::string_view text) {
  if (text.empty()) return;
  bool any = false;
  bool all = true;
  for (std::size_t joint = 0; joint < kMostAxes && !text.empty(); ++joint) {
    // Six answers even for three joints, so only those that were ever homed count.
    const bool homed = equals_ignoring_case(take_word(text), "YES");
    ever_homed_[joint] = ever_homed_[joint] || homed;
    any = any || homed;
    all = all && (homed || !ever_homed_[joint]);
  }
  say("homed", any && all ? "YES" : "NO");
}

void Tracker::take_joints(std::string_view text, std::string_view code) {
  for (std::size_t joint = 0; joint < kMostAxes && !text.empty(); ++joint) {
    const std::string word = upper_case(take_word(text));
    const std::string name = fmt::format("{}_{}", code, joint);
    auto last = last_.try_emplace(name, "OK").first;
    if (last->second == word) continue;
    last->second = word;
    if (word == "OK") {
      say_condition("joint_cond", "NORMAL", name, "");
    } else {
      say_condition("joint_cond", "FAULT", name, fmt::format("joint {}: {}", joint, word));
    }
  }
}

void Tracker::take_error(const Answers& answers) {
  const std::string_view text = answer(answers, Query::kError);
  const bool running = equals_ignoring_case(answer(answers, Query::kProgramStatus), "RUNNING");
  if (!text.empty() && !equals_ignoring_case(text, "OK")) {
    const std::string code = ++errors_ == 1 ? "ERROR" : fmt::format("ERROR_{}", errors_);
    say_condition("system_cond", "FAULT", code, text);
  } else if (errors_ > 0 && running) {
    errors_ = 0;
    changes_.push_back({"system_cond", "NORMAL||||", true});
  }
}

}  // namespace heed::wire::linuxcnc
