#include "machines/state_table.h"

#include <algorithm>

#include "machines/said_words.h"

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 1> kAvailabilityWords = {"UNAVAILABLE"};
constexpr std::array<std::string_view, 1> kEmergencyStopWords = {"TRIGGERED"};
constexpr std::array<std::string_view, 9> kExecutionWords = {
    "ACTIVE", "FEED_HOLD",         "INTERRUPTED", "PROGRAM_STOPPED", "OPTIONAL_STOP",
    "WAIT",   "PROGRAM_COMPLETED", "READY",       "STOPPED"};
constexpr std::array<std::string_view, 3> kControllerModeWords = {"MANUAL", "EDIT",
                                                                  "MANUAL_DATA_INPUT"};
constexpr std::array<std::string_view, 4> kPlannedModes = {"SETUP", "TEARDOWN", "MAINTENANCE",
                                                           "PROCESS_DEVELOPMENT"};

template <std::size_t kCount>
constexpr WordSet bit_of(const std::array<std::string_view, kCount>& words,
                         std::string_view wanted) {
  for (std::size_t i = 0; i < kCount; ++i) {
    if (words[i] == wanted) return static_cast<WordSet>(1U << i);
  }
  return 0;
}
template <class... Words>
consteval WordSet execution(Words... words) {
  return static_cast<WordSet>((bit_of(kExecutionWords, words) | ...));
}
template <class... Words>
consteval WordSet mode(Words... words) {
  return static_cast<WordSet>((bit_of(kControllerModeWords, words) | ...));
}

constexpr Term kRunning{Fact::kExecution, execution("ACTIVE")};
constexpr Term kNotRunning{Fact::kExecution, execution("ACTIVE"), false};
constexpr Term kByProgram{Fact::kControllerMode, mode("MANUAL", "EDIT"), false};

constexpr std::array kLinkDownTerms = {Term{Fact::kLink, kLinkDown}};
constexpr std::array kUnavailableTerms = {
    Term{Fact::kAvailability, bit_of(kAvailabilityWords, "UNAVAILABLE")}};
constexpr std::array kEmergencyStopTerms = {
    Term{Fact::kEmergencyStop, bit_of(kEmergencyStopWords, "TRIGGERED")}};
constexpr std::array kAlarmTerms = {Term{Fact::kFault, kFaultActive}, kNotRunning};
constexpr std::array kNotCuttingTerms = {kRunning, kByProgram, Term{Fact::kFeed, kFeedZeroLong}};
constexpr std::array kSlowedTerms = {kRunning, kByProgram,
                                     Term{Fact::kFeedOverride, kOverrideLowLong}};
constexpr std::array kInCycleTerms = {kRunning, kByProgram};
constexpr std::array kHeldTerms = {Term{Fact::kExecution, execution("FEED_HOLD", "INTERRUPTED")}};
constexpr std::array kProgramStopTerms = {
    Term{Fact::kExecution, execution("PROGRAM_STOPPED", "OPTIONAL_STOP", "WAIT")}};
constexpr std::array kManualTerms = {
    Term{Fact::kControllerMode, mode("MANUAL", "EDIT", "MANUAL_DATA_INPUT")}};
constexpr std::array kWaitingTerms = {
    Term{Fact::kExecution, execution("PROGRAM_COMPLETED", "READY")}};
constexpr std::array kStoppedTerms = {Term{Fact::kExecution, execution("STOPPED")}};

constexpr std::array kTable = {
    Row{1, State::kOffline, Bucket::kNone, kLinkDownTerms, "The link to the machine is down."},
    Row{1, State::kOffline, Bucket::kNone, kUnavailableTerms,
        "The machine's adapter says that the machine is unavailable."},
    Row{2, State::kEmergencyStop, Bucket::kUnplanned, kEmergencyStopTerms,
        "The emergency stop is triggered."},
    Row{3, State::kAlarm, Bucket::kUnplanned, kAlarmTerms,
        "A fault is active and no program runs."},
    Row{4, State::kNotCutting, Bucket::kProduction, kNotCuttingTerms,
        "A program runs, and the feed has been zero for ten seconds or more."},
    Row{5, State::kSlowed, Bucket::kProduction, kSlowedTerms,
        "A program runs, and the feed override has been below 90 % for ten seconds or more."},
    Row{6, State::kInCycle, Bucket::kProduction, kInCycleTerms, "A program runs."},
    Row{7, State::kHeld, Bucket::kStop, kHeldTerms, "The program is held or interrupted."},
    Row{8, State::kProgramStop, Bucket::kOperator, kProgramStopTerms,
        "The program stopped itself or waits: an operator is wanted."},
    Row{9, State::kManual, Bucket::kSetup, kManualTerms,
        "The control is in manual, edit or manual data input mode."},
    Row{10, State::kWaiting, Bucket::kIdle, kWaitingTerms,
        "The program has ended, or the control is ready for one."},
    Row{11, State::kStopped, Bucket::kUnplanned, kStoppedTerms, "The control is stopped."},
    Row{12, State::kUnknown, Bucket::kNone, {}, "Nothing that the machine said fits a state."},
};

std::size_t index(Fact fact) {
  return static_cast<std::size_t>(fact);
}

bool holds(const Term& term, const Facts& facts) {
  return ((facts.at(index(term.fact)) & term.words) != 0) == term.is;
}

}  // namespace

const WordSet kInCycleWords = execution("ACTIVE", "FEED_HOLD", "INTERRUPTED", "PROGRAM_STOPPED");
const WordSet kExecutingWords = execution("ACTIVE");

std::span<const Row> state_table() {
  return kTable;
}

const Row& decide(const Facts& facts) {
  for (const Row& row : kTable) {
    if (std::ranges::all_of(row.terms, [&](const Term& t) { return holds(t, facts); })) return row;
  }
  return kTable.back();
}

const Row& row_of(std::uint8_t number) {
  const auto found = std::ranges::find(kTable, number, &Row::number);
  return found == kTable.end() ? kTable.back() : *found;
}

std::span<const std::string_view> words_of(Fact fact) {
  switch (fact) {
    case Fact::kAvailability: return kAvailabilityWords;
    case Fact::kEmergencyStop: return kEmergencyStopWords;
    case Fact::kExecution: return kExecutionWords;
    case Fact::kControllerMode: return kControllerModeWords;
    case Fact::kLink:
    case Fact::kFault:
    case Fact::kFeed:
    case Fact::kFeedOverride: return {};
  }
  return {};
}

WordSet word_bit(Fact fact, std::string_view text) {
  const std::string_view said = trimmed(text);
  const auto words = words_of(fact);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (same_word(words[i], said)) return static_cast<WordSet>(1U << i);
  }
  return 0;
}

bool is_planned_mode(std::string_view text) {
  const std::string_view said = trimmed(text);
  return std::ranges::any_of(kPlannedModes,
                             [&](std::string_view mode) { return same_word(mode, said); });
}

Standing standing_of(const Row& row, const Facts& facts, bool planned) {
  const bool there = row.state != State::kOffline;
  const WordSet said = facts.at(index(Fact::kExecution));
  const bool replan = planned && row.bucket != Bucket::kNone;
  return {row.state, replan ? Bucket::kPlanned : row.bucket, there && (said & kInCycleWords) != 0,
          there && (said & kExecutingWords) != 0};
}

Role role_of_fact(Fact fact) {
  constexpr std::array<Role, kFacts> kRolesOfFacts = {
      Role::kNone,      Role::kAvailability,   Role::kEmergencyStop, Role::kNone,
      Role::kExecution, Role::kControllerMode, Role::kFeed,          Role::kFeedOverride};
  return kRolesOfFacts.at(index(fact));
}

}  // namespace heed::machines
