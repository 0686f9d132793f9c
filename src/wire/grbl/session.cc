#include "wire/grbl/session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/fields.h"

namespace heed::wire::grbl {
namespace {

// What belongs to a talk between the control and its sender and says nothing of the machine: echoes
// of settings, start-up lines, answers to $ commands.
constexpr std::array<std::string_view, 4> kOfOthers = {"ok", "$", "[", ">"};

bool is_of_others(std::string_view line) {
  return std::ranges::any_of(kOfOthers, [&](auto begin) { return line.starts_with(begin); });
}

}  // namespace

Result<SessionOptions> options_of(const Json& settings) {
  Fields fields(settings, "settings");
  SessionOptions options;
  options.period = Duration::milliseconds(
      fields.integer("period_ms", options.period.count_milliseconds(),
                     {static_cast<double>(kShortestPeriod.count_milliseconds()),
                      static_cast<double>(kLongestPeriod.count_milliseconds())}));
  options.inches = fields.truth("inches", false);
  if (auto read = fields.done(); !read) return std::unexpected(read.error());
  return options;
}

Session::Session(SessionOptions options, Duration now)
    : options_(options), tracker_(options.inches) {
  ask(now);
}

void Session::ask(Duration now) {
  if (!std::exchange(open_, true)) silent_since_ = now;
  asked_ = now;
  outgoing_ += kQuery;
}

void Session::on_bytes(BytesView bytes, Duration now) {
  (void)now;  // a status counts from its arrival, and the period from its question
  if (!dead_.empty()) return;
  lines_.feed(bytes);
  while (const auto line = lines_.next()) {
    if (line->whole) {
      on_line(line->text);
    } else if (strange_.size() < kMostStrange) {
      strange_.push_back(line->text);
    }
  }
}

void Session::on_line(std::string_view line) {
  if (!tracker_.has_changes()) raw_.clear();
  const bool known = on_report(line);
  if (known) {
    raw_ += (raw_.empty() ? "" : "\n") + std::string(line);
    if (raw_.size() > kLongestRaw) raw_.resize(kLongestRaw);
  } else if (!is_of_others(line) && strange_.size() < kMostStrange) {
    strange_.emplace_back(line);
  }
}

bool Session::on_report(std::string_view line) {
  if (const auto status = parse_status(line)) {
    open_ = false;
    if (rounds_++ == 0) {
      items_ = Tracker::items();
      steps_.push_back("the control answers as Grbl does: " + status->state);
    }
    tracker_.on_status(*status);
    return true;
  }
  if (line.starts_with("ALARM:")) return tracker_.on_alarm(line.substr(6)), true;
  if (line.starts_with("error:")) return tracker_.on_error(line.substr(6)), true;
  if (line.starts_with("[MSG:") && line.ends_with(']')) {
    return tracker_.on_message(line.substr(5, line.size() - 6)), true;
  }
  if (line.starts_with("Grbl")) {  // also GrblHAL, and FluidNC with "Grbl 3.7 [FluidNC …"
    steps_.push_back("the control began anew: " + std::string(line));
    return tracker_.on_reset(), true;
  }
  return false;
}

Duration Session::give_up() const {
  return silent_since_ + (rounds_ == 0 ? options_.first_answer : options_.answer_timeout);
}

Duration Session::deadline() const {
  if (!open_) return asked_ + options_.period;
  Duration next = std::min(give_up(), asked_ + options_.ask_again);
  if (rounds_ == 0 && !silence_told_) next = std::min(next, silent_since_ + options_.tell_silence);
  return next;
}

void Session::on_time(Duration now) {
  if (!dead_.empty() || now < deadline()) return;
  if (!open_) return ask(now);
  if (now >= give_up()) {
    dead_ = rounds_ == 0 ? "nothing answers ? as Grbl does: check the baud rate (115200 is usual), "
                           "and that no sender has the line"
                         : "the control stopped answering";
    return;
  }
  if (rounds_ == 0 && now >= silent_since_ + options_.tell_silence && !silence_told_) {
    silence_told_ = true;
    steps_.push_back(
        "no answer yet: check the baud rate (115200 is usual), and that no sender has the line");
  }
  if (now >= asked_ + options_.ask_again) ask(now);
}

Bytes Session::bytes_to_send() {
  return std::exchange(outgoing_, {});
}

std::string Session::take_raw() {
  return std::exchange(raw_, {});
}

std::vector<SaidItem> Session::take_items() {
  return std::exchange(items_, {});
}

std::vector<std::string> Session::take_strange() {
  return std::exchange(strange_, {});
}

std::vector<std::string> Session::take_steps() {
  return std::exchange(steps_, {});
}

}  // namespace heed::wire::grbl
