#include "wire/fanuc/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace heed::wire::fanuc {
namespace {

const std::array<Request, 2>& learning() {
  static const std::array kLearning = {Request::identity(), Request::axis_names()};
  return kLearning;
}

}  // namespace

Session::Session(SessionOptions options, Duration now)
    : options_(std::move(options)),
      outgoing_(open_frame()),
      round_since_(now),
      asked_(now),
      values_(questions()),
      tracker_(options_.macros) {
  require(options_.macros.size() <= kMostMacros, "a round has so many variables");
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

void Session::on_learned(BytesView payload, Duration now) {
  const auto answers = read_answers(payload, learning());
  if (!answers) return die("the control answered otherwise than asked: " + answers.error().message);
  tracker_.learn(answers->at(0).value, answers->at(1).value);
  steps_.push_back(tracker_.identity().empty() ? "the control does not say what it is"
                                               : "the control is a " + tracker_.identity());
  items_ = tracker_.items();
  begin_round(now);
}

void Session::begin_round(Duration now) {
  state_ = State::kAsking;
  round_since_ = now;
  raw_.clear();
  next_question_ = 0;
  std::ranges::fill(values_, std::nullopt);
  ask_next(now);
}

void Session::ask_next(Duration now) {
  std::vector<Request> requests;
  asked_questions_.clear();
  while (next_question_ < questions() && requests.size() < kMostRequests) {
    const std::size_t question = next_question_++;
    if (refused_.test(question)) continue;
    asked_questions_.push_back(question);
    requests.push_back(request(question));
  }
  if (requests.empty()) return end_round();
  asked_ = now;
  outgoing_ += ask_frame(requests);
}

Request Session::request(std::size_t question) const {
  if (question < kAsks) return request_of(static_cast<Ask>(question));
  return Request::macro(options_.macros[question - kAsks].number);
}

void Session::on_answers(BytesView payload, Duration now) {
  std::vector<Request> requests;
  for (const std::size_t question : asked_questions_) requests.push_back(request(question));
  const auto answers = read_answers(payload, requests);
  if (!answers) return die("the control answered otherwise than asked: " + answers.error().message);
  for (std::size_t i = 0; i < answers->size(); ++i) {
    const std::size_t question = asked_questions_[i];
    const Answer& answer = answers->at(i);
    if (answer.error == 0) {
      values_[question] = Bytes(answer.value);
    } else {
      tell_refused(question, answer.error);
    }
  }
  ask_next(now);
}

// Busy (−1, −8) and the like pass; a function or an option that is not there never comes.
void Session::tell_refused(std::size_t question, std::int16_t error) {
  constexpr std::int16_t kNoFunction = 1;
  constexpr std::int16_t kNoOption = 6;
  if (error != kNoFunction && error != kNoOption) return;
  refused_.set(question);
  const std::string what =
      question < kAsks ? std::string(words_of(static_cast<Ask>(question)))
                       : fmt::format("#{}", options_.macros[question - kAsks].number.number());
  steps_.push_back(
      fmt::format("the control does not tell {} (error {}: {})", what, error,
                  error == kNoFunction ? "it has no such function" : "an option is missing"));
  if (refused_.count() == questions()) die("the control answers none of our questions");
}

void Session::end_round() {
  Round round;
  const auto view = [this](std::size_t question) {
    return values_[question] ? std::optional<BytesView>(*values_[question]) : std::nullopt;
  };
  for (std::size_t i = 0; i < kAsks; ++i) round.of.at(i) = view(i);
  for (std::size_t i = kAsks; i < questions(); ++i) round.macros.push_back(view(i));
  for (Said& said : tracker_.take(round)) changes_.push_back(std::move(said));
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
