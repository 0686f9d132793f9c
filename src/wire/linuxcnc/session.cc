#include "wire/linuxcnc/session.h"

#include <algorithm>
#include <utility>

#include "wire/text.h"

namespace heed::wire::linuxcnc {

Session::Session(const Greeting& greeting, SessionOptions options, Duration now)
    : greeting_(greeting.text()), options_(options), outgoing_(greeting.text()), since_(now) {
  refused_.set(static_cast<std::size_t>(Query::kError), !options.take_errors);
}

void Session::on_bytes(BytesView bytes, Duration now) {
  raw_.append(bytes.substr(0, kLongestRaw - std::min(kLongestRaw, raw_.size())));
  while (!bytes.empty() && dead_.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (!skipping_) partial_ += piece.substr(0, kLongestAnswer + 1 - partial_.size());
    if (partial_.size() > kLongestAnswer && !std::exchange(skipping_, true)) {
      say_strange(std::string_view(partial_).substr(0, kLongestAnswer));
    }
    if (end == std::string_view::npos) break;
    const std::string line = std::exchange(partial_, {});
    if (!std::exchange(skipping_, false)) on_line(trim(line), now);
  }
}

void Session::on_line(std::string_view line, Duration now) {
  if (line.empty()) return;
  if (state_ == State::kGreeting) {
    on_greeting(line, now);
  } else {
    on_answer(line, now);
  }
}

void Session::on_greeting(std::string_view line, Duration now) {
  std::string_view rest = line;
  if (!equals_ignoring_case(take_word(rest), "HELLO")) return say_strange(line);
  const std::string_view verdict = take_word(rest);
  if (equals_ignoring_case(verdict, "ACK")) return begin_round(now);
  if (equals_ignoring_case(verdict, "NAK")) {
    dead_ = "the control refused the connect password";
  } else if (line != trim(greeting_)) {
    say_strange(line);
  }
}

void Session::on_answer(std::string_view line, Duration now) {
  if (is_echo(line)) return;
  std::string_view rest = line;
  std::string_view word = take_word(rest);
  // `GET JOINT_FAULT NAK`: this version of the control does not know the query.
  if (equals_ignoring_case(word, "GET") && line.ends_with("NAK")) {
    word = take_word(rest);
    const auto query = query_of(word);
    if (!query || !open_.test(static_cast<std::size_t>(*query))) return say_strange(line);
    refused_.set(static_cast<std::size_t>(*query));
    return answered(*query, {}, now);
  }
  const auto query = query_of(word);
  if (!query || !open_.test(static_cast<std::size_t>(*query))) return say_strange(line);
  answered(*query, std::string(rest), now);
}

void Session::answered(Query query, std::optional<std::string> text, Duration now) {
  const auto index = static_cast<std::size_t>(query);
  answers_[index] = std::move(text);
  open_.reset(index);
  if (open_.any()) return;
  for (Said& said : tracker_.take(answers_, now)) changes_.push_back(std::move(said));
  ++rounds_;
  state_ = State::kResting;
}

// Every connection begins with echo on, and `set` is a word we do not have: so the server repeats
// what we sent, in our own lower case, before it answers in upper case.
bool Session::is_echo(std::string_view line) const {
  if (line == trim(greeting_)) return true;
  for (std::size_t i = 0; i < kQueries; ++i) {
    if (line == trim(command_text(static_cast<Query>(i)))) return true;
  }
  return false;
}

void Session::begin_round(Duration now) {
  state_ = State::kAsking;
  since_ = now;
  raw_.clear();
  answers_ = {};
  open_ = ~refused_;
  if (open_.none()) dead_ = "the control knows none of our queries";
  ask(now);
}

void Session::ask(Duration now) {
  asked_ = now;
  for (std::size_t i = 0; i < kQueries; ++i) {
    if (open_.test(i)) outgoing_ += command_text(static_cast<Query>(i));
  }
}

Duration Session::deadline() const {
  const Duration last = since_ + options_.answer_timeout;
  switch (state_) {
    case State::kGreeting: return last;
    case State::kAsking: return std::min(last, asked_ + options_.ask_again);
    case State::kResting: return since_ + options_.period;
  }
  return last;
}

void Session::on_time(Duration now) {
  if (!dead_.empty() || now < deadline()) return;
  if (state_ == State::kResting) return begin_round(now);
  if (now < since_ + options_.answer_timeout) return ask(now);
  dead_ = state_ == State::kGreeting ? "the control did not answer our greeting"
                                     : "the control stopped answering";
}

void Session::say_strange(std::string_view line) {
  ++strange_count_;
  if (strange_.size() < kMostStrange) strange_.emplace_back(line);
}

std::vector<Said> Session::take_changes() {
  return std::exchange(changes_, {});
}

std::string Session::take_raw() {
  return std::exchange(raw_, {});
}

std::vector<std::string> Session::take_strange() {
  return std::exchange(strange_, {});
}

Bytes Session::bytes_to_send() {
  return std::exchange(outgoing_, {});
}

}  // namespace heed::wire::linuxcnc
