#include "wire/marlin/session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/fields.h"
#include "wire/text.h"

namespace heed::wire::marlin {
namespace {

// What Marlin says of itself, of its card and to its sender, and nothing of the machine's state.
constexpr std::array<std::string_view, 7> kChat = {
    "echo:", "Cap:", "Marlin ", "X:", "Resend:", "area:", "//"};
constexpr std::string_view kBusy = "echo:busy:";
constexpr std::string_view kUnknown = "echo:Unknown command:";

constexpr std::size_t index(Query query) {
  return static_cast<std::size_t>(query);
}

}  // namespace

Result<SessionOptions> options_of(const Json& settings) {
  Fields fields(settings, "settings");
  SessionOptions options;
  options.period = Duration::milliseconds(
      fields.integer("period_ms", options.period.count_milliseconds(),
                     {static_cast<double>(kShortestPeriod.count_milliseconds()),
                      static_cast<double>(kLongestPeriod.count_milliseconds())}));
  if (auto read = fields.done(); !read) return std::unexpected(read.error());
  return options;
}

Session::Session(SessionOptions options, Duration now) : options_(options), heard_at_(now) {
  begin_round(now);
}

void Session::begin_round(Duration now) {
  round_since_ = now;
  due_.set();
  due_.set(index(Query::kFirmware), !known_);
  due_ &= ~unknown_;
  ask_next(now);
}

void Session::ask_next(Duration now) {
  for (std::size_t i = 0; i < kQueries; ++i) {
    if (due_.test(i)) return send(static_cast<Query>(i), now);
  }
  open_.reset();
  if (rounds_++ == 0) items_ = Tracker::items();
  tracker_.end_round(now);
}

void Session::send(Query query, Duration now) {
  open_ = query;
  asked_ = now;
  ++unacked_;
  outgoing_ += command_text(query);
}

void Session::on_bytes(BytesView bytes, Duration now) {
  if (!dead_.empty()) return;
  lines_.feed(bytes);
  while (const auto line = lines_.next()) {
    if (line->whole) {
      on_line(line->text, now);
    } else if (strange_.size() < kMostStrange) {
      strange_.push_back(line->text);
    }
  }
}

void Session::on_line(std::string_view line, Duration now) {
  if (!tracker_.has_changes()) raw_.clear();
  raw_ += (raw_.empty() ? "" : "\n") + std::string(line);
  if (raw_.size() > kLongestRaw) raw_.resize(kLongestRaw);
  const bool acked = line == "ok" || line.starts_with("ok ");
  const bool known = on_own_words(line, now) || tracker_.on_line(line, now) || acked;
  if (known) {
    heard_ = true;
    heard_at_ = now;
  } else if (std::ranges::none_of(kChat, [&](auto begin) { return line.starts_with(begin); }) &&
             strange_.size() < kMostStrange) {
    strange_.emplace_back(line);
  }
  if (acked) on_ack(now);
}

bool Session::on_own_words(std::string_view line, Duration now) {
  if (line.starts_with(kBusy)) {
    tracker_.on_busy(line.substr(kBusy.size()));
    tracker_.infer(now);
    return true;
  }
  if (line.starts_with(kUnknown)) {
    if (open_ && line.contains(trim(command_text(*open_)))) unknown_.set(index(*open_));
    return true;
  }
  if (line.starts_with("FIRMWARE_NAME:")) return take_firmware(line), true;
  if (line != "start") return false;
  // What was asked before is lost with the board's memory.
  steps_.emplace_back("the control began anew");
  tracker_.on_start();
  unacked_ = 0;
  begin_round(now);
  return true;
}

void Session::take_firmware(std::string_view line) {
  known_ = true;
  std::string_view name = line.substr(std::string_view("FIRMWARE_NAME:").size());
  name = name.substr(0, name.find(" SOURCE_CODE_URL"));
  steps_.push_back("the control is " + std::string(trim(name)));
}

void Session::on_ack(Duration now) {
  if (unacked_ == 0) return tracker_.on_foreign_ack(now);
  --unacked_;
  if (!open_) return;
  due_.reset(index(*open_));
  ask_next(now);
}

Duration Session::give_up() const {
  return heard_at_ + (heard_ ? options_.answer_timeout : options_.first_answer);
}

Duration Session::deadline() const {
  if (!open_) return round_since_ + options_.period;
  return std::min(give_up(), std::max(asked_, heard_at_) + options_.ask_again);
}

void Session::on_time(Duration now) {
  if (!dead_.empty() || now < deadline()) return;
  if (!open_) return begin_round(now);
  if (now >= give_up()) {
    dead_ = heard_ ? "the control stopped answering"
                   : "nothing answers as Marlin does: check the baud rate (115200 is usual), and "
                     "that no host program has the line";
    return;
  }
  if (!heard_ && steps_.empty() && rounds_ == 0 && asked_ == round_since_) {
    steps_.emplace_back(
        "no answer yet: check the baud rate (115200 is usual), and that no host program "
        "has the line");
  }
  send(*open_, now);
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

}  // namespace heed::wire::marlin
