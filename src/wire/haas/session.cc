#include "wire/haas/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "wire/text.h"

namespace heed::wire::haas {
namespace {

constexpr char kStx = '\x02';
constexpr char kEtb = '\x17';

// A message ends with its ETB or its line end, whichever comes first; what follows is empty.
bool ends_message(char c) {
  return c == kEtb || c == kStx || c == '\r' || c == '\n';
}

// The prompt stands before the answer, once or twice, when the control sent it after the one
// before.
std::string_view without_prompt(std::string_view line) {
  while (!line.empty() && (line.front() == '>' || is_blank(line.front()))) line.remove_prefix(1);
  return trim(line);
}

std::string quoted(std::string_view line) {
  constexpr std::size_t kShown = 40;
  std::string out = "“";
  for (const char c : line.substr(0, kShown)) out += c >= ' ' && c <= '~' ? c : '.';
  return out + (line.size() > kShown ? "…”" : "”");
}

constexpr std::string_view kSetUpNetwork =
    "set Setting 143 to 5051, and switch HaasConnect, HaasDrop and Remote Net Share off";
constexpr std::string_view kSetUpSerial =
    "set Setting 143 to ON, and speed, parity, stop bits and data bits (Settings 11, 12, 13, 37) "
    "as they stand in the address";

std::string_view set_up(SessionOptions::Line line) {
  return line == SessionOptions::Line::kSerial ? kSetUpSerial : kSetUpNetwork;
}

}  // namespace

SessionOptions serial_options() {
  return {.line = SessionOptions::Line::kSerial,
          .slow_period = Duration::seconds(60),
          .ask_again = Duration::seconds(6),
          .greet_again = Duration::milliseconds(4'500),
          .greeting_timeout = Duration::seconds(30),
          .answer_timeout = Duration::seconds(60)};
}

Session::Session(std::vector<Macro> macros, SessionOptions options, Duration now)
    : macros_(std::move(macros)), options_(options), tracker_(macros_), open_since_(now) {
  questions_.push_back({.query = Query::kMode});
  for (std::size_t i = 0; i < macros_.size(); ++i) questions_.push_back({.query = {}, .macro = i});
  questions_.push_back({.query = Query::kTool});
  for (const Query query : {Query::kModel, Query::kSoftware}) {
    questions_.push_back({.query = query, .every = Duration::max()});
  }
  for (const Query query :
       {Query::kMotionTime, Query::kLastCycle, Query::kPreviousCycle, Query::kPowerOnTime,
        Query::kToolChanges, Query::kCounter1, Query::kCounter2}) {
    questions_.push_back({.query = query, .every = options_.slow_period});
  }
  questions_.push_back({.query = Query::kStatus});
  greet(now);
}

void Session::on_bytes(BytesView bytes, Duration now) {
  for (const char c : bytes) {
    if (!dead_.empty()) return;
    if (!ends_message(c)) {
      if (partial_.size() < kLongestAnswer) {
        partial_ += c;
      } else if (!std::exchange(skipping_, true)) {
        say_strange(partial_);
      }
      continue;
    }
    const std::string line = std::exchange(partial_, {});
    if (std::exchange(skipping_, false)) continue;
    const std::string_view message = without_prompt(line);
    if (message.empty()) continue;
    if (raw_.size() + message.size() < kLongestRaw) raw_.append(message).append("\n");
    on_line(message, now);
  }
}

void Session::on_line(std::string_view line, Duration now) {
  if (heard_first_.empty()) heard_first_ = line;
  if (is_repeated_by_control(line)) {
    repeated_ = true;
    return;
  }
  const Answer answer = read_answer(line);
  switch (answer.kind) {
    case Answer::Kind::kUnknown: return say_strange(line);
    case Answer::Kind::kValue: return on_value(answer, line, now);
    case Answer::Kind::kMacro: return on_macro(answer, line, now);
    case Answer::Kind::kRefusal: return on_refusal(answer.text, now);
    case Answer::Kind::kWritten: return take_for_another({});
  }
}

void Session::on_value(const Answer& answer, std::string_view line, Duration now) {
  if (!greeted_) {
    if (answer.query == Query::kSerialNumber) greeted(answer.text, now);
    return;
  }
  // Whoever asked, it is what the control says of itself.
  if (!tracker_.take(answer.query, answer.text)) say_strange(line);
  if (answer.query == Query::kSerialNumber) return;  // the second answer to a second greeting
  if (!open_ || questions_[*open_].query != answer.query) return take_for_another(answer.query);
  if (answer.query == Query::kModel) steps_.push_back(fmt::format("it is a {}", answer.text));
  if (answer.query == Query::kSoftware) {
    steps_.push_back(fmt::format("its software is {}", answer.text));
  }
  spelling_proven_ = true;
  questions_[*open_].refusals = 0;
  done_with_open(now);
}

void Session::on_macro(const Answer& answer, std::string_view line, Duration now) {
  if (!greeted_) return;
  const bool asked = open_ && !questions_[*open_].query;
  if (!asked ||
      (answer.macro && *answer.macro != macros_[questions_[*open_].macro].number.number())) {
    macros_unclear_ = macros_unclear_ || !answer.macro;
    return take_for_another({});
  }
  Question& question = questions_[*open_];
  if (!answer.macro) {
    question.held_back = std::string(answer.text);
  } else if (tracker_.take_macro(question.macro, answer.text)) {
    question.clear = now;
  } else {
    say_strange(line);
  }
  spelling_proven_ = true;
  question.refusals = 0;
  done_with_open(now);
}

void Session::on_refusal(std::string_view text, Duration now) {
  if (!greeted_) {
    repeated_ = true;
    return;
  }
  // "?, ?Q999" names what was refused; "?, BAD VARIABLE NUMBER" does not.
  const std::size_t named = text.find('Q');
  const bool names = named != std::string_view::npos && named + 1 < text.size() &&
                     text[named + 1] >= '0' && text[named + 1] <= '9';
  const std::string own = open_ ? text_of(questions_[*open_]) : std::string();
  if (!open_ || (names && !own.contains(trim(text.substr(named))))) return take_for_another({});
  refused(now);
}

void Session::refused(Duration now) {
  Question& question = questions_[*open_];
  if (++question.refusals < kRefusals) return done_with_open(now);
  question.known = false;
  const std::string words = fmt::format("the control does not know {}", trim(text_of(question)));
  if (question.query == Query::kStatus) {
    dead_ = words + ": Heed cannot see what it does";
    return;
  }
  if (!question.query) tracker_.lose_macro(question.macro);
  steps_.push_back(words);
  done_with_open(now);
}

void Session::greet(Duration now) {
  outgoing_ += command_text(Query::kSerialNumber, spelling_);
  asked_ = now;
  repeated_ = false;
}

void Session::greeted(std::string_view serial_number, Duration now) {
  greeted_ = true;
  tracker_.take_greeting();
  steps_.push_back(fmt::format("the control answers, its serial number is {}", serial_number));
  for (Question& question : questions_) question.clear = now;
  begin_round(now);
}

void Session::begin_round(Duration now) {
  state_ = State::kAsking;
  round_began_ = now;
  raw_.clear();
  macros_unclear_ = false;
  asked_in_round_ = false;
  ask_next(now);
}

// What is due has its turn as long as the period lasts, at least one question of it; the status
// ends the round. So of a slow control the status is asked every second time, and of a fast one
// everything in every round.
void Session::ask_next(Duration now) {
  const std::size_t others = questions_.size() - 1;
  open_ = others;
  if (!asked_in_round_ || now < round_began_ + options_.period) {
    for (std::size_t i = 0; i < others; ++i) {
      const std::size_t at = (turn_ + i) % others;
      if (!questions_[at].known || questions_[at].due > now) continue;
      open_ = at;
      turn_ = at + 1;
      asked_in_round_ = true;
      break;
    }
  }
  open_since_ = asked_ = now;
  repeated_ = false;
  outgoing_ += text_of(questions_[*open_]);
}

void Session::ask_again(Duration now) {
  asked_ = now;
  asked_twice_ = open_;
  if (!questions_[*open_].query) macros_unclear_ = true;
  if (!spelling_proven_ && options_.line == SessionOptions::Line::kSerial) {
    spelling_ = spelling_ == Spelling::kPlain ? Spelling::kQuestionMark : Spelling::kPlain;
  }
  outgoing_ += text_of(questions_[*open_]);
}

void Session::done_with_open(Duration now) {
  Question& question = questions_[*open_];
  slowest_ = std::max(now - open_since_, slowest_ - slowest_ / 8);
  const bool once = question.every == Duration::max();
  question.due = once ? Duration::max() : round_began_ + std::max(question.every, options_.period);
  const bool last = *open_ + 1 == questions_.size();
  open_.reset();
  if (!last) return ask_next(now);
  ++rounds_;
  round_ended_ = now;
  const bool held_back = std::ranges::any_of(
      questions_, [](const Question& one) { return one.held_back.has_value(); });
  state_ = held_back ? State::kSettling : State::kResting;
}

void Session::settle(Duration now) {
  state_ = State::kResting;
  for (Question& question : questions_) {
    const auto text = std::exchange(question.held_back, {});
    if (!text) continue;
    if (!macros_unclear_) {
      if (!tracker_.take_macro(question.macro, *text)) say_strange("MACRO, " + *text);
      question.clear = now;
      question.unclear = 0;
    } else if (++question.unclear >= 3 && now - question.clear >= options_.unclear) {
      tracker_.lose_macro(question.macro);
      if (std::exchange(unclear_told_, true)) continue;
      steps_.push_back(
          "another program asks for variables so often that the answers cannot be "
          "told apart: let it ask less often");
    }
  }
}

Duration Session::deadline() const {
  switch (state_) {
    case State::kGreeting: {
      const Duration wait = repeated_ ? Duration::milliseconds(250) : options_.greet_again;
      return std::min(open_since_ + options_.greeting_timeout, asked_ + wait);
    }
    case State::kAsking:
      return std::min(open_since_ + options_.answer_timeout, asked_ + patience());
    case State::kSettling: return round_ended_ + std::max(options_.settle, slowest_);
    case State::kResting:
      return std::max(round_began_ + options_.period,
                      round_ended_ + (round_ended_ - round_began_) / 4);
  }
  return open_since_;
}

void Session::on_time(Duration now) {
  if (!dead_.empty() || now < deadline()) return;
  switch (state_) {
    case State::kGreeting:
      if (now >= open_since_ + options_.greeting_timeout) {
        dead_ = why_no_greeting();
        return;
      }
      if (options_.line == SessionOptions::Line::kSerial && !repeated_) {
        spelling_ = spelling_ == Spelling::kPlain ? Spelling::kQuestionMark : Spelling::kPlain;
      }
      return greet(now);
    case State::kAsking:
      if (now >= open_since_ + options_.answer_timeout) {
        dead_ = "the control stopped answering";
        return;
      }
      return repeated_ ? refused(now) : ask_again(now);
    case State::kSettling: return settle(now);
    case State::kResting: return begin_round(now);
  }
}

std::vector<SaidItem> Session::take_items() {
  if (!greeted_ || std::exchange(items_told_, true)) return {};
  return tracker_.items();
}

// Not ours: another program's, or the second answer to what we asked twice.
void Session::take_for_another(std::optional<Query> query) {
  if (asked_twice_ && questions_[*asked_twice_].query == query) return asked_twice_.reset();
  if (std::exchange(other_reader_, true)) return;
  steps_.push_back(
      "another program reads this control too; what it is told comes here as well "
      "and is told apart");
}

void Session::say_strange(std::string_view line) {
  ++strange_count_;
  if (strange_.size() < kMostStrange) strange_.emplace_back(line);
}

std::string Session::text_of(const Question& question) const {
  return question.query ? command_text(*question.query, spelling_)
                        : command_text(macros_[question.macro].number, spelling_);
}

// A terminal's echo. What answers nothing else to a question does not know it.
bool Session::is_repeated_by_control(std::string_view line) const {
  if (!greeted_) return line == trim(command_text(Query::kSerialNumber, spelling_));
  return open_ && line == trim(text_of(questions_[*open_]));
}

Duration Session::patience() const {
  return std::max(options_.ask_again, slowest_ * 3);
}

std::string Session::why_no_greeting() const {
  const bool serial = options_.line == SessionOptions::Line::kSerial;
  if (!heard_first_.empty()) {
    return fmt::format("something answers, but not as a Haas does (it said {}): {}",
                       quoted(heard_first_), set_up(options_.line));
  }
  return fmt::format("{} no Haas {}: {}",
                     serial ? "the line is open, but" : "the port answers, but",
                     serial ? "answers" : "does", set_up(options_.line));
}

}  // namespace heed::wire::haas
