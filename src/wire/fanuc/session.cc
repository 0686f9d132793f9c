#include "wire/fanuc/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace heed::wire::fanuc {
Session::Session(SessionOptions options, Duration now)
    : options_(std::move(options)), outgoing_(open_frame()), round_since_(now), asked_(now) {
  require(options_.macros.size() <= kMostMacros, "a round has so many variables");
  require(options_.paths >= 1 && options_.paths <= kMostPaths, "a control has so many paths");
}

void Session::on_bytes(BytesView bytes, Duration now) {
  partial_.append(bytes);
  BytesView rest = partial_;
  while (dead_.empty()) {
    const BytesView before = rest;
    const auto frame = take_frame(rest);
    if (!frame) {
      strange_.push_back(to_hex(rest.substr(0, 64)));
      return die(
          "what answers is no FANUC control: is this the port of its embedded Ethernet "
          "(8193, on the screen SETTING > EMBED > FOCAS2)?");
    }
    if (!*frame) break;
    const std::string text = to_hex(before.substr(0, before.size() - rest.size())) + "\n";
    raw_ += text.substr(0, kLongestRaw - std::min(kLongestRaw, raw_.size()));
    on_frame(**frame, now);
  }
  partial_.erase(0, partial_.size() - rest.size());
}

void Session::on_frame(const Frame& frame, Duration now) {
  const auto type = static_cast<FrameType>(frame.type);
  if (state_ == State::kOpening && type == FrameType::kOpened) {
    state_ = State::kLearning;
    asked_ = now;
    outgoing_ += ask_frame(learning());
  } else if (state_ == State::kLearning && type == FrameType::kAnswer) {
    on_learned(frame.payload, now);
  } else if (state_ == State::kAsking && type == FrameType::kAnswer) {
    on_answers(frame.payload, now);
  } else {
    strange_.push_back(fmt::format("a frame of type {:04x} that nobody asked for", frame.type));
    die("the control sent what nobody asked for");
  }
}

std::vector<Request> Session::learning() const {
  std::vector<Request> requests = {Request::identity()};
  for (std::size_t path = 1; path <= options_.paths; ++path) {
    requests.push_back(Request::axis_names().of_path(static_cast<std::uint16_t>(path)));
  }
  return requests;
}

void Session::on_learned(BytesView payload, Duration now) {
  const auto answers = read_answers(payload, learning());
  if (!answers) return die("the control answered otherwise than asked: " + answers.error().message);
  const BytesView identity = answers->front().value;
  const std::string name = identity_of(identity);
  steps_.push_back(name.empty() ? "the control does not say what it is"
                                : "the control is a " + name);
  if (options_.paths == 1 && tells_of_paths(identity)) {
    steps_.emplace_back(
        "it has more than one path, of which the first is read: say how many in the settings, "
        "{\"paths\":2}");
  }
  for (std::size_t path = 1; path < answers->size(); ++path) {
    const Answer& axes = answers->at(path);
    if (path > 1 && axes.error != 0) {
      steps_.push_back(fmt::format("the control has no path {} (error {})", path, axes.error));
      break;
    }
    trackers_.emplace_back(path == 1 ? options_.macros : std::vector<Macro>(), path);
    trackers_.back().learn_axes(axes.value);
    std::ranges::move(trackers_.back().items(), std::back_inserter(items_));
  }
  set_questions();
  begin_round(now);
}

void Session::set_questions() {
  for (std::size_t path = 0; path < trackers_.size(); ++path) {
    for (std::size_t ask = 0; ask < kAsks; ++ask) {
      questions_.push_back({.path = path, .ask = static_cast<Ask>(ask), .value = {}});
    }
  }
  for (std::size_t macro = 0; macro < options_.macros.size(); ++macro) {
    questions_.push_back({.ask = {}, .macro = macro, .value = {}});
  }
}

void Session::begin_round(Duration now) {
  state_ = State::kAsking;
  round_since_ = now;
  raw_.clear();
  next_question_ = 0;
  for (Question& question : questions_) question.value.reset();
  ask_next(now);
}

// The alarms' texts are asked for when it is known that there are alarms, in a frame of their own:
// they are as much as everything else.
void Session::ask_next(Duration now) {
  std::vector<Request> requests;
  asked_questions_.clear();
  while (next_question_ < questions_.size() && requests.size() < kMostRequests) {
    const Question& question = questions_[next_question_];
    const bool texts = question.ask == Ask::kAlarmTexts;
    if (texts && !requests.empty()) break;
    const std::size_t index = next_question_++;
    if (question.refused || (texts && !has_alarms(question.path))) continue;
    asked_questions_.push_back(index);
    requests.push_back(request(question));
    if (texts) break;
  }
  if (requests.empty()) return end_round();
  asked_ = now;
  outgoing_ += ask_frame(requests);
}

Request Session::request(const Question& question) const {
  if (!question.ask) return Request::macro(options_.macros[question.macro].number);
  return request_of(*question.ask, static_cast<std::uint16_t>(question.path + 1));
}

bool Session::has_alarms(std::size_t path) const {
  const Question& alarms = questions_[path * kAsks + static_cast<std::size_t>(Ask::kAlarms)];
  return alarms.value && alarms.value->find_first_not_of('\0') != Bytes::npos;
}

void Session::on_answers(BytesView payload, Duration now) {
  std::vector<Request> requests;
  for (const std::size_t index : asked_questions_) requests.push_back(request(questions_[index]));
  const auto answers = read_answers(payload, requests);
  if (!answers) return die("the control answered otherwise than asked: " + answers.error().message);
  for (std::size_t i = 0; i < answers->size(); ++i) {
    Question& question = questions_[asked_questions_[i]];
    const Answer& answer = answers->at(i);
    if (answer.error == 0) {
      question.value = Bytes(answer.value);
    } else {
      tell_refused(question, answer.error);
    }
  }
  ask_next(now);
}

// Busy (−1, −8) and the like pass; a function or an option that is not there never comes.
void Session::tell_refused(Question& question, std::int16_t error) {
  constexpr std::int16_t kNoFunction = 1;
  constexpr std::int16_t kNoOption = 6;
  if (error != kNoFunction && error != kNoOption) return;
  question.refused = true;
  const std::string what =
      question.ask ? std::string(words_of(*question.ask))
                   : fmt::format("#{}", options_.macros[question.macro].number.number());
  const std::string of_path =
      question.path == 0 ? "" : fmt::format(" of path {}", question.path + 1);
  steps_.push_back(
      fmt::format("the control does not tell {}{} (error {}: {})", what, of_path, error,
                  error == kNoFunction ? "it has no such function" : "an option is missing"));
  const auto is_lost = [](const Question& one) {
    return one.refused || one.ask == Ask::kAlarmTexts;
  };
  if (std::ranges::all_of(questions_, is_lost)) die("the control answers none of our questions");
}

void Session::end_round() {
  std::vector<Round> rounds(trackers_.size());
  for (const Question& question : questions_) {
    const auto value = question.value ? std::optional<BytesView>(*question.value) : std::nullopt;
    Round& round = rounds[question.path];
    if (question.ask) {
      round.of.at(static_cast<std::size_t>(*question.ask)) = value;
    } else {
      round.macros.push_back(value);
    }
  }
  for (std::size_t path = 0; path < trackers_.size(); ++path) {
    std::ranges::move(trackers_[path].take(rounds[path]), std::back_inserter(changes_));
  }
  ++rounds_;
  state_ = State::kResting;
}

Duration Session::deadline() const {
  return state_ == State::kResting ? round_since_ + options_.period
                                   : asked_ + options_.answer_timeout;
}

void Session::on_time(Duration now) {
  if (!dead_.empty() || now < deadline()) return;
  if (state_ == State::kResting) return begin_round(now);
  die(state_ == State::kOpening
          ? "the port is open and nothing answers: is FOCAS2 over Ethernet switched on, and does "
            "another program hold its few connections?"
          : "the control stopped answering");
}

void Session::die(std::string words) {
  dead_ = std::move(words);
  outgoing_.clear();
}

Bytes Session::bytes_to_send() {
  return std::exchange(outgoing_, {});
}
std::vector<Said> Session::take_changes() {
  return std::exchange(changes_, {});
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

}  // namespace heed::wire::fanuc
