#include "http/what_if.h"

#include <charconv>

#include "http/time_forms.h"
#include "machines/calendar_json.h"
#include "machines/past.h"
#include "machines/reason_json.h"
#include "wire/meaning.h"

namespace heed::http {
namespace {

/// The signal is followed from so long before the range on, to know what it meant at its beginning.
constexpr Duration kBefore = Duration::hours(24);
constexpr std::size_t kMostSamples = 2'000'000;

/// Follows a signal as a box does that looks at it all the time: a limit that is passed for long
/// enough counts from then on, whether or not another value is said.
class Follower {
 public:
  explicit Follower(const wire::RunningLimits& limits) : limits_(limits), running_(limits) {}

  void take(Time at, std::optional<double> value) {
    pass(at);
    value_ = value;
    said_ = at;
    if (value_) {
      look(at);
    } else {
      running_.forget();
      tell(at, {});
    }
  }
  std::vector<machines::RunsSince> finish(Time end) && {
    pass(end);
    return std::move(runs_);
  }

 private:
  void pass(Time until) {
    if (!value_) return;
    const Duration first = std::min(limits_.on_after, limits_.off_after);
    const Duration second = std::max(limits_.on_after, limits_.off_after);
    for (const Duration after : {first, second}) {
      if (said_ + after < until) look(said_ + after);
    }
  }
  void look(Time at) { tell(at, running_.take(*value_, at - Time())); }
  void tell(Time at, std::optional<bool> runs) {
    if (!runs_.empty() && runs_.back().runs == runs) return;
    runs_.push_back({at, runs});
  }

  const wire::RunningLimits limits_;
  wire::Running running_;
  std::optional<double> value_;
  Time said_;
  std::vector<machines::RunsSince> runs_;
};

std::optional<double> number_of(std::optional<std::string_view> text) {
  if (!text) return {};
  double number = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stopped != end) return {};
  return number;
}

Asked<std::vector<machines::RunsSince>> runs_of(const Floor& floor, machines::MachineId machine,
                                                const Json& running, TimeRange range) {
  ASSIGN_OR_RETURN(const std::string item, about("running.item", required_string(running, "item")));
  Json::Object rest;  // the limits are refused with anything beside them
  for (const auto& member : *running.object()) {
    if (member.first != "item") rest.push_back(member);
  }
  ASSIGN_OR_RETURN(const auto limits,
                   in_document(wire::running_limits_of(Json(std::move(rest)), "running", false)));
  Follower follower(limits);
  std::size_t samples = 0;
  const auto take = [&](const machines::SampleRow& row) {
    follower.take(row.at, number_of(row.value));
    return ++samples < kMostSamples;
  };
  const TimeRange followed{range.from - kBefore, range.to};
  if (auto scanned = in_document(
          floor.machines->past().scan_samples(floor.access, machine, item, followed, take));
      !scanned) {
    return std::unexpected(std::move(scanned).error());
  }
  if (samples >= kMostSamples) {
    return wrong("from", "The item said too much in this range.", "Ask for a shorter one.");
  }
  return std::move(follower).finish(range.to);
}

Asked<machines::ProductionGoal> checked_goal(const Json& form) {
  ASSIGN_OR_RETURN(const machines::ProductionGoal goal, goal_in(form));
  if (auto checked = in_document(machines::check_goal(goal)); !checked) {
    return std::unexpected(std::move(checked).error());
  }
  return goal;
}

}  // namespace

Asked<WhatIf> what_if_in(const Floor& floor, const Json& form, TimeRange range) {
  WhatIf what_if;
  if (const Json* machine = given(form, "machine")) {
    if (machine->string() == nullptr) return wrong("machine", "The field is no text.");
    what_if.machine = machines::MachineId::parse(*machine->string());
    if (!what_if.machine) return refuse(not_found());
    ASSIGN_OR_RETURN(const auto there, floor.machines->machine(floor.access, *what_if.machine));
    static_cast<void>(there);
  }
  if (const Json* calendar = given(form, "calendar")) {
    ASSIGN_OR_RETURN(what_if.proposal.calendar, in_document(machines::read_calendar(*calendar)));
  }
  if (const Json* reasons = given(form, "reasons")) {
    ASSIGN_OR_RETURN(what_if.proposal.reasons, in_document(machines::read_reasons(*reasons)));
  }
  const Json* goal = given(form, "goal");
  const Json* running = given(form, "running");
  if ((goal != nullptr || running != nullptr) && !what_if.machine) {
    return wrong("machine", "A goal and a signal are one machine's.", "Name the machine.");
  }
  if (goal != nullptr) {
    ASSIGN_OR_RETURN(what_if.proposal.goal, checked_goal(*goal));
  }
  if (running != nullptr) {
    ASSIGN_OR_RETURN(what_if.proposal.runs, runs_of(floor, *what_if.machine, *running, range));
  }
  return what_if;
}

}  // namespace heed::http
