#include "machines/cycle_tracker.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "machines/said_words.h"

namespace heed::machines {
namespace {

/// Beyond it not every whole number is told apart.
constexpr double kLargestWhole = 1e15;

std::string upper_word(std::string_view text) {
  std::string word(trimmed(text));
  if (says_unavailable(word)) return {};
  for (char& c : word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return word;
}

bool is_whole(double number) {
  return std::abs(number) < kLargestWhole && number == std::floor(number);
}

std::string tool_of(std::string_view text) {
  text = trimmed(text);
  const auto number = said_number(text);
  if (text.empty() || says_unavailable(text) || (number && *number == 0)) return {};
  if (number && is_whole(*number)) return std::to_string(static_cast<std::int64_t>(*number));
  return std::string(text.substr(0, CycleTracker::kLongestTool));
}

bool is_by_hand(std::string_view mode) {
  return mode == "MANUAL" || mode == "EDIT" || mode == "MANUAL_DATA_INPUT";
}

bool counts_as_in_cycle(std::string_view execution) {
  constexpr std::array<std::string_view, 4> kWords = {"ACTIVE", "FEED_HOLD", "INTERRUPTED",
                                                      "PROGRAM_STOPPED"};
  return std::ranges::find(kWords, execution) != kWords.end();
}

Duration executed(const MachineRun& run) {
  Duration sum;
  for (const RunPiece& piece : run.pieces) sum += piece.executing;
  return sum;
}

bool has_step(const MachineRun& run) {
  return std::ranges::any_of(run.pieces, [](const RunPiece& piece) { return piece.step > 0; });
}

}  // namespace

void CycleTracker::observe(CycleItem item, std::optional<std::string_view> text, Time at) {
  if (!now_) now_ = at;
  if (at > *now_ || at_once_.size() >= kMostAtOnce) take_instant();
  if (at > *now_) pass_time(at);
  at_once_.push_back({item, at_once_.size(), std::optional<std::string>(text)});
}

std::vector<MachineRun> CycleTracker::take_runs() {
  return std::exchange(ended_, {});
}

std::vector<UnseenParts> CycleTracker::take_unseen_parts() {
  return std::exchange(unseen_parts_, {});
}

void CycleTracker::finish() {
  take_instant();
  if (phase_ == Phase::kStopped) end(left_, CycleEnd::kStopped);
  if (before_) ended_.push_back(*std::exchange(before_, {}));
}

void CycleTracker::forget_run() {
  take_instant();
  phase_ = Phase::kNone;
}

void CycleTracker::take_instant() {
  std::ranges::sort(at_once_, {}, [](const Said& s) { return std::pair(s.item, s.order); });
  for (const Said& said : std::exchange(at_once_, {})) take(said);
}

void CycleTracker::take(const Said& said) {
  const std::string_view text = said.text ? std::string_view(*said.text) : "UNAVAILABLE";
  const Kind before = kind();
  switch (said.item) {
    case CycleItem::kOffline: offline_ = text == "1"; break;
    case CycleItem::kMode: return take_mode(text);
    case CycleItem::kProgram: return take_program(text);
    case CycleItem::kTool: return take_tool(text);
    case CycleItem::kPartCount: return take_count(text);
    case CycleItem::kExecution: execution_ = upper_word(text); break;
  }
  take_execution(before);
}

void CycleTracker::pass_time(Time to) {
  const Duration length = to - *now_;
  now_ = to;
  if (phase_ == Phase::kNone || phase_ == Phase::kLost) return;
  RunPiece& piece = run_.pieces.back();
  piece.range.to = to;
  if (phase_ == Phase::kStopped) return;
  if (execution_ == "ACTIVE") piece.executing += length;
  if (counts_as_in_cycle(execution_)) piece.in_cycle += length;
}

void CycleTracker::take_mode(std::string_view word) {
  mode_ = upper_word(word);
  if (beginning() && fresh_ == run_.range.from) run_.by_hand = is_by_hand(mode_);
}

void CycleTracker::take_program(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || says_unavailable(text)) return;
  program_ = text.substr(0, kLongestProgram);
  if (phase_ != Phase::kOpen) return;
  if (!beginning()) return new_piece();
  for (std::size_t i = fresh_piece_; i < run_.pieces.size(); ++i) run_.pieces[i].program = program_;
}

void CycleTracker::take_tool(std::string_view text) {
  tool_ = tool_of(text);
  if (phase_ == Phase::kOpen) new_piece();
}

void CycleTracker::take_count(std::string_view text) {
  const auto number = said_number(text);
  if (!number || !is_whole(*number) || *number < 0) return;
  const double by = count_ ? *number - *count_ : 0;
  count_ = *number;
  if (by <= 0) return;
  const bool present = (phase_ == Phase::kOpen || phase_ == Phase::kLost) && !run_.by_hand;
  const bool stopped = phase_ == Phase::kStopped && !run_.by_hand;
  MachineRun* before = nullptr;
  if (stopped) {
    before = &run_;
  } else if (before_) {
    before = &*before_;
  }
  const bool near = before != nullptr && *now_ - (stopped ? left_ : before->range.to) <= kStepAfter;
  if (present && !(near && !has_step(*before) && executed(run_) < kLateStep)) {
    step(run_, by);
    if (phase_ == Phase::kOpen) new_piece();
  } else if (near) {
    step(*before, by);
  } else {
    unseen_parts_.push_back({*now_, by});
  }
}

void CycleTracker::take_execution(Kind before) {
  const Kind now = kind();
  if (now == before) return;
  switch (phase_) {
    case Phase::kNone:
      if (now == Kind::kRunning) begin();
      return;
    case Phase::kStopped:
      if (now == Kind::kHeld || now == Kind::kWaiting) return resume();
      end(left_, CycleEnd::kStopped);
      if (now == Kind::kRunning) begin();
      return;
    case Phase::kLost:
      if (*now_ - left_ > kLostAtMost || program_ != left_program_) {
        end(left_, CycleEnd::kLost);
        if (now == Kind::kRunning) begin();
        return;
      }
      run_.pieces.back().unseen += *now_ - left_;
      run_.pieces.back().range.to = *now_;
      phase_ = Phase::kOpen;
      return go_on(now);
    case Phase::kOpen: return go_on(now);
  }
}

/// The word that an open run is told.
void CycleTracker::go_on(Kind kind) {
  switch (kind) {
    case Kind::kEnded:
      end(*now_, execution_ == "READY" ? CycleEnd::kReady : CycleEnd::kCompleted);
      return;
    case Kind::kStopped:
      new_piece();
      phase_ = Phase::kStopped;
      left_ = *now_;
      return;
    case Kind::kLost:
      phase_ = Phase::kLost;
      left_ = *now_;
      left_program_ = program_;
      return;
    case Kind::kRunning:
    case Kind::kHeld:
    case Kind::kWaiting: resume();
  }
}

void CycleTracker::resume() {
  phase_ = Phase::kOpen;
  const bool waited = run_.pieces.back().waiting;
  new_piece();
  if (!waited || run_.pieces.back().waiting) return;
  fresh_ = *now_;
  fresh_piece_ = run_.pieces.size() - 1;
}

CycleTracker::Kind CycleTracker::kind() const {
  if (offline_) return Kind::kLost;
  if (execution_ == "ACTIVE") return Kind::kRunning;
  if (execution_ == "FEED_HOLD" || execution_ == "INTERRUPTED") return Kind::kHeld;
  if (execution_ == "PROGRAM_STOPPED" || execution_ == "OPTIONAL_STOP" || execution_ == "WAIT") {
    return Kind::kWaiting;
  }
  if (execution_ == "PROGRAM_COMPLETED" || execution_ == "READY") return Kind::kEnded;
  return execution_ == "STOPPED" ? Kind::kStopped : Kind::kLost;
}

bool CycleTracker::beginning() const {
  return phase_ != Phase::kNone && *now_ <= fresh_ + kBeginning;
}

void CycleTracker::begin() {
  run_ = {{*now_, *now_}, CycleEnd::kReady, is_by_hand(mode_), {}};
  run_.pieces.push_back({{*now_, *now_}, tool_, program_, false, {}, {}, {}, 0});
  phase_ = Phase::kOpen;
  fresh_ = *now_;
  fresh_piece_ = 0;
}

void CycleTracker::end(Time at, CycleEnd why) {
  phase_ = Phase::kNone;
  if (run_.by_hand) return;
  run_.range.to = at;
  run_.end = why;
  auto& pieces = run_.pieces;
  while (pieces.size() > 1 && pieces.back().range.from >= at && pieces.back().step == 0) {
    pieces.pop_back();
  }
  pieces.back().range.to = at;
  if (before_) ended_.push_back(*std::move(before_));
  before_ = std::move(run_);
  run_ = {};
}

void CycleTracker::new_piece() {
  const RunPiece& last = run_.pieces.back();
  const bool waiting = kind() == Kind::kWaiting || kind() == Kind::kStopped;
  const bool same = last.tool == tool_ && last.program == program_ && last.waiting == waiting;
  if ((same && last.step == 0) || run_.pieces.size() >= kMostPieces) return;
  run_.pieces.push_back({{*now_, *now_}, tool_, program_, waiting, {}, {}, {}, 0});
}

void CycleTracker::step(MachineRun& run, double by) {
  run.pieces.back().step += by;
}

}  // namespace heed::machines
