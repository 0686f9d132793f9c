#include "machines/forecast_reading.h"

#include <algorithm>
#include <array>

#include "machines/cycle_items.h"
#include "machines/cycle_reading.h"
#include "machines/said_words.h"

namespace heed::machines {
namespace {

/// So that whoever asks twice is told the same.
constexpr std::uint64_t kSeed = 0x686565642d626174;
/// The run that is under way began at most so long ago, else its beginning is not looked for.
constexpr Duration kLongestRun = Duration::days(1);

constexpr std::array<std::string_view, 3> kGoalKeys = {"part_goal", "PartGoal", "ppart_goal"};

bool is_goal(const DataItem& item) {
  if (!item.type.empty()) return item.type == "PART_COUNT" && item.sub_type == "TARGET";
  return std::ranges::any_of(kGoalKeys, [&](auto key) { return same_word(item.key, key); });
}

const Directory::Entry* goal_item(const Directory& directory) {
  for (const auto& [key, entry] : directory.observed) {
    if (!entry.condition && is_goal(entry.item)) return &entry;
  }
  return nullptr;
}

/// What an item said last, as a number that is not negative. An item that the access may not see
/// says nothing.
Governed<std::optional<double>> last_number(const Reading& reading, const Directory::Entry* entry) {
  if (entry == nullptr) return std::optional<double>();
  const auto last = reading.silo.last_at(reading.access, entry->series, Time::max());
  if (!last && last.error().refusal()) return std::optional<double>();
  if (!last) return std::unexpected(last.error());
  if (!*last || !(*last)->value) return std::optional<double>();
  const auto number = said_number(*(*last)->value);
  return number && *number >= 0 ? number : std::optional<double>();
}

/// When the machine went into the cycle in which it still is.
Governed<std::optional<Time>> running_since(const Reading& reading, Time now,
                                            const std::vector<Cycle>& cycles) {
  ASSIGN_OR_RETURN(const auto holds, load_standing(reading, now));
  if (!holds || !holds->standing.in_cycle) return std::optional<Time>();
  ASSIGN_OR_RETURN(const auto activities, load_activities(reading, {now - kLongestRun, now}));
  std::optional<Time> since;
  for (auto activity = activities.rbegin(); activity != activities.rend(); ++activity) {
    if (!activity->standing.in_cycle) break;
    since = activity->range.from;
  }
  // Where a program goes on from part to part, the counter's step began this one.
  if (since && !cycles.empty()) since = std::max(*since, cycles.back().range.to);
  return since;
}

/// How many parts are to go; nothing with the reason in the answer.
std::optional<double> parts_to_go(const BatchGoal& goal, ForecastAnswer& answer) {
  if (goal.to_go) return goal.to_go;
  if (!answer.goal) return {};
  if (!answer.made) {
    answer.told = std::unexpected(NoForecast::kNoCounter);
    return {};
  }
  return std::max(0.0, *answer.goal - *answer.made);
}

}  // namespace

Time now_of(const Reading& reading) {
  const Time last = reading.now.tracker.instant().value_or(reading.clock);
  return reading.now.recording ? last : std::max(last, reading.clock);
}

Governed<ForecastAnswer> load_batch(const Reading& reading, const BatchGoal& goal) {
  ForecastAnswer answer;
  const Directory& directory = *reading.now.directory;
  ASSIGN_OR_RETURN(answer.made, last_number(reading, cycle_items(directory).part_count));
  // A counter that never moved is none (docs/CYCLES.md).
  if (answer.made == 0.0) answer.made.reset();
  answer.goal = goal.parts;
  if (!answer.goal && !goal.to_go) {
    ASSIGN_OR_RETURN(answer.goal, last_number(reading, goal_item(directory)));
    if (answer.goal == 0.0) answer.goal.reset();
    answer.goal_by_control = answer.goal.has_value();
  }
  return answer;
}

Governed<ForecastAnswer> load_forecast(const Reading& reading, const OeeSources& sources,
                                       const BatchGoal& goal) {
  ASSIGN_OR_RETURN(ForecastAnswer answer, load_batch(reading, goal));
  const auto to_go = parts_to_go(goal, answer);
  if (!to_go) return answer;

  ForecastInput input{.now = now_of(reading), .parts_to_go = *to_go};
  const TimeRange past{input.now - Forecast::kLookBack, input.now};
  ASSIGN_OR_RETURN(CycleList list, load_cycles(reading, past));
  input.cycles = std::move(list.cycles);
  ASSIGN_OR_RETURN(input.running_since, running_since(reading, input.now, input.cycles));
  ASSIGN_OR_RETURN(ShiftPlan plan,
                   load_shifts(reading.access, sources,
                               {past.from - kLongestRun, input.now + Forecast::kFarthest}));
  if (plan.has_calendar) input.shifts = std::move(plan.shifts);
  SeededRandom random(kSeed);
  answer.told = forecast(input, random);
  return answer;
}

}  // namespace heed::machines
