#include "wire/lsv2/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace heed::wire::lsv2 {
namespace {

// In this order: the state of the program decides how its errors are told.
constexpr std::array kOnConnecting = {Request::kLogInInspect, Request::kControl, Request::kSoftware,
                                      Request::kLogInDnc};
constexpr std::array kRound = {
    Request::kProgramState, Request::kOperatingMode, Request::kSelectedProgram,
    Request::kOverrides,    Request::kTool,          Request::kFirstError};

// The text of an answer to R_VR, for a person.
std::string plain(BytesView text) {
  std::string out;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') out += c;
  }
  return out;
}

}  // namespace

Session::Session(SessionOptions options, Duration now) : options_(options) {
  ask(Request::kLogInInspect, now);
}

void Session::on_bytes(BytesView bytes, Duration now) {
  received_ += bytes;
  while (dead_.empty()) {
    if (is_no_telegram(received_)) {
      strange_.push_back(to_hex(BytesView(received_).substr(0, 64)));
      dead_ = in_ ? "the control's answers are out of step"
                  : "something answers, but not as LSV2 does: is this a Heidenhain control, and "
                    "its port 19000?";
      return;
    }
    const auto telegram = first_telegram(received_);
    if (!telegram) return;
    const std::size_t size = kHead + telegram->data.size();
    heard_ = true;
    const std::string hex = to_hex(BytesView(received_).substr(0, size));
    if (raw_.size() + hex.size() + 16 < kLongestRaw) {
      raw_ += fmt::format("{} → {}\n", open_ ? words_of(*open_) : "nothing asked", hex);
    }
    on_telegram(*telegram, now);
    received_.erase(0, size);
  }
}

void Session::on_telegram(const Telegram& telegram, Duration now) {
  // What comes before its request was sent is none either.
  const bool fits = open_ && outgoing_.empty() &&
                    (telegram.letters == answer_of(*open_) || telegram.letters == "T_ER");
  if (!fits) {
    strange_.push_back(fmt::format("{} {}", telegram.letters, to_hex(telegram.data.substr(0, 64))));
    dead_ = "the control answers something else than was asked: once more from the beginning";
    return;
  }
  if (telegram.letters == "T_ER") return on_refused(refusal_of(telegram.data), now);
  on_granted(telegram, now);
}

void Session::on_granted(const Telegram& telegram, Duration now) {
  if (!tracker_.take(*open_, telegram.data)) {
    strange_.push_back(
        fmt::format("{}: {}", words_of(*open_), to_hex(telegram.data.substr(0, 64))));
    dead_ = fmt::format("the control answers {} with something that is no answer to it",
                        words_of(*open_));
    return;
  }
  const Request request = *open_;
  if (request == Request::kLogInInspect) steps_.emplace_back("the control lets us look at it");
  if (request == Request::kControl) steps_.push_back("it is a " + plain(telegram.data));
  if (request == Request::kSoftware) steps_.push_back("its software is " + plain(telegram.data));
  if (request == Request::kLogInDnc) in_ = true;
  if (request == Request::kFirstError || request == Request::kNextError) {
    if (++errors_in_round_ < kMostErrors) return ask(Request::kNextError, now);
    return end_of_errors();
  }
  go_on(now);
}

void Session::on_refused(Refusal refusal, Duration now) {
  switch (*open_) {
    case Request::kLogInInspect:
      dead_ = fmt::format(
          "the control refuses the login INSPECT ({}): allow external access (MOD, Machine "
          "settings, External access)",
          words_of(refusal));
      return;
    case Request::kLogInDnc:
      dead_ = fmt::format(
          "the control refuses the login DNC ({}), without which it does not tell what it does: "
          "it needs option #18, HEIDENHAIN DNC",
          words_of(refusal));
      return;
    case Request::kFirstError:
    case Request::kNextError:
      // A control with nothing to tell refuses so; one that never tells, otherwise.
      if (refusal.code != kNoNextError && *open_ == Request::kFirstError) {
        refused_.set(static_cast<std::size_t>(Request::kFirstError));
      }
      return end_of_errors();
    case Request::kProgramState:
      dead_ =
          fmt::format("the control does not tell the state of its program ({})", words_of(refusal));
      return;
    default: break;
  }
  refused_.set(static_cast<std::size_t>(*open_));
  steps_.push_back(fmt::format("it does not tell {} ({})", words_of(*open_), words_of(refusal)));
  go_on(now);
}

void Session::ask(Request request, Duration now) {
  open_ = request;
  asked_ = now;
  outgoing_ += telegram_of(request);
}

// To the request after the one that was open.
void Session::go_on(Duration now) {
  if (!in_) {
    const auto* at = std::ranges::find(kOnConnecting, *open_);
    return ask(*std::next(at), now);
  }
  if (*open_ == Request::kLogInDnc) {
    round_began_ = now;
    return ask(kRound.front(), now);
  }
  for (const auto* at = std::next(std::ranges::find(kRound, *open_)); at != kRound.end(); ++at) {
    if (told(*at)) return ask(*at, now);
  }
  end_of_errors();
}

void Session::end_of_errors() {
  tracker_.take_end_of_errors(told(Request::kFirstError));
  errors_in_round_ = 0;
  ++rounds_;
  open_.reset();
}

Duration Session::deadline() const {
  if (!open_) return round_began_ + options_.period;
  return asked_ + (heard_ ? options_.answer_timeout : options_.greeting_timeout);
}

void Session::on_time(Duration now) {
  if (!dead_.empty() || now < deadline()) return;
  if (!open_) {
    round_began_ = now;
    raw_.clear();
    return ask(kRound.front(), now);
  }
  dead_ = heard_ ? "the control stopped answering"
                 : "the port answers, but no LSV2 does: allow external access on the control (MOD, "
                   "Machine settings, External access)";
}

std::vector<SaidItem> Session::take_items() {
  if (!in_ || std::exchange(items_told_, true)) return {};
  return Tracker::items();
}

}  // namespace heed::wire::lsv2
