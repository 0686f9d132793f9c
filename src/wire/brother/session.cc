#include "wire/brother/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "wire/text.h"

namespace heed::wire::brother {
namespace {

constexpr std::size_t kLongestShown = 64;

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kLongestShown)) out += c >= ' ' && c <= '~' ? c : '.';
  return out;
}

// The first line of VER without its symbol.
std::string version_words(const Answer& answer) {
  std::string words;
  if (answer.lines.empty()) return words;
  for (std::size_t i = 1; i < answer.lines[0].size(); ++i) {
    if (answer.lines[0][i].empty()) continue;
    words += (words.empty() ? "" : ", ") + plain(answer.lines[0][i]);
  }
  return words;
}

}  // namespace

Session::Session(SessionOptions options, Duration now)
    : options_(options),
      readings_({{File::kMemory},
                 {File::kPanel},
                 {File::kAlarms},
                 {File::kProduction},
                 {File::kCounters, options.slow_period},
                 {File::kVersion, Duration::max()}}),
      round_began_(now) {
  ask(now);
}

void Session::on_bytes(BytesView bytes, Duration now) {
  received_ += bytes;
  while (dead_.empty()) {
    const auto begin = std::ranges::find_if_not(received_, is_blank);
    received_.erase(received_.begin(), begin);
    if (is_no_answer(received_)) {
      strange_.push_back(plain(received_));
      dead_ = heard_ ? "the control's answers are out of step"
                     : "something answers, but not as a Brother does: is this the control's port, "
                       "10000?";
      return;
    }
    const auto answer = first_answer(received_);
    if (!answer) return;
    heard_ = true;
    const std::string_view text = std::string_view(received_).substr(0, answer->size);
    if (raw_.size() + text.size() + 1 < kLongestRaw) raw_.append(text).append("\n");
    on_answer(*answer, now);
    received_.erase(0, answer->size);
  }
}

void Session::on_answer(const Answer& answer, Duration now) {
  const bool fits = open_ && outgoing_.empty() && answer.name == name_of(readings_[turn_].file);
  if (!fits) {
    strange_.push_back(plain(received_));
    dead_ = "the control answers something else than was asked: once more from the beginning";
    return;
  }
  Reading& reading = readings_[turn_];
  if (answer.code != "00") {
    on_refused(answer.code);
    if (!dead_.empty()) return;
  } else if (!tracker_.take(reading.file, answer.lines)) {
    strange_.push_back(plain(received_));
    on_refused("00");
    if (!dead_.empty()) return;
  } else {
    if (reading.file == File::kMemory && rounds_ == 0) steps_.emplace_back("the control answers");
    const std::string words =
        reading.file == File::kVersion ? version_words(answer) : std::string();
    if (!words.empty()) steps_.push_back("it says that it is " + words);
    reading.refusals = 0;
  }
  done_with_open(now);
}

// What stands in the way may pass (the control starts, or talks to somebody else), or not.
void Session::on_refused(std::string_view code) {
  if (code == "11" || code == "23") {
    dead_ = fmt::format(
        "the control refuses ({}): on the control, DATA BANK, Communication parameters, Ethernet: "
        "Remote operation 1, Restrict Ethernet access 0",
        words_of_code(code));
    return;
  }
  Reading& reading = readings_[turn_];
  if (++reading.refusals < kRefusals) return;
  const std::string words = code == "00" ? "in words that Heed knows" : words_of_code(code);
  if (reading.file == File::kMemory) {
    dead_ = fmt::format("the control does not tell what it does ({})", words);
    return;
  }
  reading.every = Duration::max();
  steps_.push_back(fmt::format("it does not tell {} ({})", name_of(reading.file), words));
}

void Session::done_with_open(Duration now) {
  Reading& reading = readings_[turn_];
  open_ = false;
  answered_ = now;
  const bool once =
      reading.every == Duration::max() && (reading.refusals == 0 || reading.refusals >= kRefusals);
  if (once) {
    reading.due = Duration::max();
  } else {
    reading.due = round_began_ + (reading.every == Duration::max()
                                      ? options_.slow_period
                                      : std::max(reading.every, options_.period));
  }
  for (++turn_; turn_ < readings_.size(); ++turn_) {
    if (readings_[turn_].due <= now) return;
  }
  turn_ = 0;
  ++rounds_;
}

void Session::ask(Duration now) {
  open_ = true;
  asked_ = now;
  outgoing_ += frame_of(readings_[turn_].file);
}

Duration Session::deadline() const {
  if (open_) return asked_ + (heard_ ? options_.answer_timeout : options_.greeting_timeout);
  const Duration next = answered_ + options_.pause;
  return turn_ == 0 ? std::max(next, round_began_ + options_.period) : next;
}

void Session::on_time(Duration now) {
  if (!dead_.empty() || now < deadline()) return;
  if (!open_) {
    if (turn_ == 0) {
      round_began_ = now;
      raw_.clear();
    }
    return ask(now);
  }
  dead_ = heard_ ? "the control stopped answering"
                 : "the port answers, but no Brother does: on the control, DATA BANK, "
                   "Communication parameters, Ethernet: Port 10000, Remote operation 1; and let "
                   "no other program be connected, the control takes one";
}

std::vector<SaidItem> Session::take_items() {
  if (!heard_ || !dead_.empty() || std::exchange(items_told_, true)) return {};
  return Tracker::items();
}

}  // namespace heed::wire::brother
