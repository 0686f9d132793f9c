// When the parts that are still to be made will be done (docs/FORECAST.md). Pure: the same input
// and the same Random give the same answer.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "machines/cycle.h"
#include "machines/shift_calendar.h"

namespace heed::machines {

struct ForecastInput {
  Time now;
  std::vector<Cycle> cycles;  ///< In their order, before now, of all programs.
  /// In order, from the first cycle to now and kFarthest; nothing: there is no calendar.
  std::optional<std::vector<ShiftTime>> shifts;
  std::optional<Time> running_since;  ///< When the cycle began that is under way.
  double parts_to_go = 0;
};

struct Forecast {
  static constexpr std::size_t kFewestCycles = 8;
  static constexpr std::size_t kMostCycles = 200;  ///< The newest ones count.
  static constexpr Duration kLookBack = Duration::days(28);
  static constexpr Duration kFarthest = Duration::days(60);
  static constexpr double kMostParts = 100'000;
  /// Without a calendar, longer stops are no part of the work: nights, weekends, other jobs.
  static constexpr Duration kLongestPause = Duration::hours(1);
  static constexpr double kCertainty = 0.8;

  std::string program;
  double parts_to_go = 0;
  double parts_per_cycle = 1;
  std::uint64_t cycles_to_go = 0;
  Time from, at, to;  ///< 10th percentile, median and 90th percentile of the completion.
  // What it rests on.
  std::size_t cycles = 0;  ///< Complete ones of the program.
  Time since;              ///< When the first of them began.
  DurationSpread work;  ///< Of one cycle, its holds among it; in planned time if there is a plan.
  DurationSpread standing;  ///< Between two of them, likewise.
  std::optional<Time> running_since;
  bool by_plan = false;      ///< Else it holds only while work goes on without a pause.
  std::size_t left_out = 0;  ///< Stops above kLongestPause that were not counted on.
};

/// Why there is no forecast.
enum class NoForecast : std::uint8_t {
  kNoGoal,      ///< Nobody said how many parts are to be made.
  kNoCounter,   ///< A goal alone says nothing where parts are not counted.
  kDone,        ///< Nothing is left to make.
  kTooFew,      ///< Fewer complete cycles of the program than kFewestCycles.
  kTooFar,      ///< Later than kFarthest.
  kNotPlanned,  ///< The calendar has no shift within kFarthest, or the work was outside of all.
};
/// "no_goal"
std::string_view word(NoForecast why);
/// For a person, with the mend.
std::string_view words_of(NoForecast why);

/// What somebody said of the batch.
struct BatchGoal {
  std::optional<double> parts;  ///< Of the whole batch, as the counter will show them.
  std::optional<double> to_go;  ///< From now on; wins over parts.
};

/// A forecast, or why there is none, and what it was asked for.
struct ForecastAnswer {
  std::expected<Forecast, NoForecast> told = std::unexpected(NoForecast::kNoGoal);
  std::optional<double> made;  ///< What the part counter says; nothing: it never moved.
  std::optional<double> goal;
  bool goal_by_control = false;
};

std::expected<Forecast, NoForecast> forecast(const ForecastInput& input, Random& random);

}  // namespace heed::machines
