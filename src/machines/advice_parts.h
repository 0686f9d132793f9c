// What the finders of recommendations share (recommendation.cc, advice_*.cc).
#pragma once

#include <map>

#include "machines/planned_time.h"
#include "machines/recommendation.h"

namespace heed::machines {

/// What a finder found, with how many tests it made: the level is known only when all have said.
struct Found {
  std::vector<Recommendation> candidates;
  std::size_t tests = 0;
};

/// A day's loss in hours. `enough` is what it must be above to be one worth speaking of.
struct DayLoss {
  double hours = 0;
  double enough = 0;
};
using DayLosses = std::map<Day, DayLoss>;

/// Days that worked, fewer than these, tell nothing.
constexpr std::size_t kFewestDays = 10;
/// A day's loss below 6 minutes is none worth speaking of: half an hour in a week of five days.
constexpr double kLeastDayHours = 0.1;

/// A sign test: whether more than half of the days lose more than is enough. Counts as one test
/// even if it says nothing, unless there are too few days.
void weigh_days(const MachineWork& work, const DayLosses& days, Recommendation recommendation,
                Found& found);

std::string advice_id(const Recommendation& recommendation);
/// Those of one program together, complete ones alone, in their order.
std::map<std::string, std::vector<std::size_t>> by_program(const MachineWork& work);
double hours(Duration duration);
double weeks(const MachineWork& work);
/// For a sentence: "O1234", "the program".
std::string program_words(std::string_view program);
/// "3 min 20 s", "1.4 h"
std::string duration_words(Duration duration);

// The finders. Each adds a candidate with its by_chance; whether that is little enough
// recommendation.cc decides.
void find_override(const MachineWork& work, Found& found);
void find_waiting(const MachineWork& work, Found& found);
void find_warm_up(const MachineWork& work, Found& found);
void find_drift(const MachineWork& work, Random& random, Found& found);
void find_load(const MachineWork& work, Found& found);
void find_holds(const MachineWork& work, Found& found);

}  // namespace heed::machines
