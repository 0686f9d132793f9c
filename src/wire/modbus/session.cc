#include "wire/modbus/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace heed::wire::modbus {

std::vector<ReadRequest> plan(const std::vector<Input>& inputs) {
  struct Stretch {
    Table table;
    std::uint32_t first;
    std::uint32_t end;
  };
  std::vector<Stretch> wanted;
  for (const Input& input : inputs) {
    const std::uint32_t first = input.number;
    wanted.push_back({input.table, first, first + static_cast<std::uint32_t>(input.places())});
  }
  std::ranges::sort(wanted, {},
                    [](const Stretch& s) { return std::tuple(s.table, s.first, s.end); });
  std::vector<Stretch> joined;
  for (const Stretch& one : wanted) {
    const bool fits = !joined.empty() && joined.back().table == one.table &&
                      one.first <= joined.back().end &&
                      one.end - joined.back().first <= most_of(one.table);
    if (fits) {
      joined.back().end = std::max(joined.back().end, one.end);
    } else {
      joined.push_back(one);
    }
  }
  std::vector<ReadRequest> requests;
  for (const Stretch& one : joined) {
    auto request = ReadRequest::of(one.table, one.first, one.end - one.first);
    require(request.has_value(), "settings name places that there are");
    requests.push_back(*request);
  }
  return requests;
}

Session::Session(std::shared_ptr<const Settings> settings, std::shared_ptr<Count> count,
                 Duration now)
    : settings_(std::move(settings)),
      plan_(plan(settings_->inputs)),
      tracker_(settings_->inputs, std::move(count)),
      round_since_(now),
      found_(settings_->inputs.size()),
      step_told_(plan_.size()) {
  require(!plan_.empty(), "settings have inputs");
  ask(now);
}

void Session::ask(Duration now) {
  if (next_ == 0) {
    round_since_ = now;
    raw_.clear();
    std::ranges::fill(found_, std::nullopt);
  }
  open_ = true;
  asked_ = now;
  outgoing_ += plan_[next_].frame(++transaction_, settings_->unit);
}

void Session::on_bytes(BytesView bytes, Duration now) {
  if (!dead_.empty()) return;
  reader_.feed(bytes);
  while (const auto frame = reader_.next()) on_frame(*frame, now);
  if (reader_.broken()) {
    dead_ =
        "what answers does not speak Modbus TCP: is it another port, or Modbus RTU behind a "
        "plain serial server (which needs its Modbus mode)?";
  }
}

void Session::on_frame(const Frame& frame, Duration now) {
  const std::string hex = to_hex(frame.body);
  const auto answer = open_ && frame.transaction == transaction_ && frame.unit == settings_->unit
                          ? read_answer(plan_[next_], frame.body)
                          : std::optional<Answer>();
  if (!answer) {
    if (strange_.size() < kMostStrange) {
      strange_.push_back(
          fmt::format("transaction {} unit {}: {}", frame.transaction, frame.unit, hex));
    }
    return;
  }
  raw_ += (raw_.empty() ? "" : " ") + hex;
  if (raw_.size() > kLongestRaw) raw_.resize(kLongestRaw);
  open_ = false;
  keep(plan_[next_], *answer);
  if (++next_ == plan_.size()) return end_round(now);
  ask(now);
}

void Session::keep(const ReadRequest& request, const Answer& answer) {
  const std::string words =
      answer.exception ? exception_words(*answer.exception, request) : std::string();
  const std::string code = fmt::format("{}_{}", word(request.table()), request.first());
  tracker_.refused(code, words);
  if (std::exchange(step_told_[next_], words) != words && !words.empty()) steps_.push_back(words);
  if (answer.exception) return;
  for (std::size_t i = 0; i < settings_->inputs.size(); ++i) {
    const Input& input = settings_->inputs[i];
    const bool here =
        input.table == request.table() && input.number >= request.first() &&
        input.number + input.places() <= std::size_t{request.first()} + request.count();
    if (!here) continue;
    const std::size_t at = std::size_t{input.number} - request.first();
    const std::uint16_t second = input.places() == 2 ? answer.values[at + 1] : std::uint16_t{0};
    found_[i] = value_of(input, answer.values[at], second);
  }
}

void Session::end_round(Duration now) {
  next_ = 0;
  for (Said& said : tracker_.take(found_, now)) changes_.push_back(std::move(said));
  if (rounds_++ > 0) return;
  items_ = tracker_.items();
  steps_.push_back(fmt::format("unit {} answers: {} inputs in {} reads", settings_->unit,
                               settings_->inputs.size(), plan_.size()));
}

Duration Session::deadline() const {
  return open_ ? asked_ + kAnswerTimeout : round_since_ + settings_->period;
}

void Session::on_time(Duration now) {
  if (!dead_.empty() || now < deadline()) return;
  if (!open_) return ask(now);
  dead_ = fmt::format(
      "unit {} did not answer within {} s: check the setting unit (boxes without units behind them "
      "often are 1 or 255), and whether another master holds the connection",
      settings_->unit, kAnswerTimeout.count_milliseconds() / 1'000);
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

}  // namespace heed::wire::modbus
