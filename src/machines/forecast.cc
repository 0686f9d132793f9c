#include "machines/forecast.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "machines/planned_time.h"
#include "signals/signals.h"

namespace heed::machines {
namespace {

/// Paths that are simulated, and what they may cost together.
constexpr std::size_t kMostPaths = 1'000;
constexpr std::size_t kFewestPaths = 200;
constexpr std::size_t kMostDraws = 1'000'000;
/// The longest stops are seldom among few cycles, so what is drawn from them spreads too little. By
/// so much over the number of cycles the interval is made wider; set by simulation, and checked
/// there with other seeds (docs/FORECAST.md).
constexpr double kUnseen = 5;

/// A cycle, and how long the machine stood behind it until the next one of the program.
struct Unit {
  double work = 0;
  std::optional<double> standing;  ///< Nothing: the next one did not follow, or is not counted on.
};

struct History {
  std::vector<Unit> units;  ///< In their order.
  std::vector<double> works, standings;
  Time since;
  double parts_per_cycle = 1;
  std::size_t left_out = 0;
};

std::vector<const Cycle*> complete_before(const ForecastInput& input) {
  std::vector<const Cycle*> complete;
  for (const Cycle& cycle : input.cycles) {
    if (cycle.complete && cycle.range.to <= input.now) complete.push_back(&cycle);
  }
  return complete;
}

/// How much the counter usually rises at a cycle's end; 1 where it says nothing.
double usual_step(const std::vector<const Cycle*>& cycles) {
  std::vector<double> steps;
  for (const Cycle* cycle : cycles) {
    if (cycle->counted > 0) steps.push_back(cycle->counted);
  }
  return steps.empty() ? 1 : signals::quantile(std::move(steps), 0.5);
}

History history_of(const std::vector<const Cycle*>& complete, const PlannedTime& plan,
                   bool by_plan) {
  const std::string& program = complete.back()->program;
  History history;
  std::vector<const Cycle*> own;
  for (std::size_t i = 0; i < complete.size(); ++i) {
    const Cycle& cycle = *complete[i];
    // What was made while nothing was planned says little of planned time.
    if (cycle.program != program || !plan.contains(cycle.range.from)) continue;
    Unit unit{plan.within(cycle.range).in_seconds(), {}};
    if (i + 1 < complete.size() && complete[i + 1]->program == program) {
      const TimeRange between{cycle.range.to, complete[i + 1]->range.from};
      const Duration stood = plan.within(between);
      if (by_plan || stood <= Forecast::kLongestPause) {
        unit.standing = stood.in_seconds();
      } else {
        ++history.left_out;
      }
    }
    history.units.push_back(unit);
    own.push_back(&cycle);
  }
  if (own.size() > Forecast::kMostCycles) {
    const auto surplus = static_cast<std::ptrdiff_t>(own.size() - Forecast::kMostCycles);
    own.erase(own.begin(), own.begin() + surplus);
    history.units.erase(history.units.begin(), history.units.begin() + surplus);
  }
  if (own.empty()) return history;
  history.since = own.front()->range.from;
  history.parts_per_cycle = usual_step(own);
  for (const Unit& unit : history.units) {
    history.works.push_back(unit.work);
    if (unit.standing) history.standings.push_back(*unit.standing);
  }
  return history;
}

Duration of_seconds(double seconds) {
  return Duration::nanoseconds(std::llround(seconds * 1e9));
}

DurationSpread spread_of(const std::vector<double>& seconds) {
  if (seconds.empty()) return {};
  return {of_seconds(signals::quantile(seconds, 0.5)), of_seconds(signals::quantile(seconds, 0.1)),
          of_seconds(signals::quantile(seconds, 0.9)), of_seconds(signals::deviation(seconds))};
}

/// Walks through the past in runs of cycles that followed each other (the stationary bootstrap of
/// Politis and Romano, 1994). What it walks through is itself such a walk through the past: of few
/// cycles the interval grows wider, as they tell less.
class Walk {
 public:
  Walk(const History& history, signals::Dice& dice)
      : history_(history),
        dice_(dice),
        leap_(1 / std::cbrt(static_cast<double>(history.units.size()))) {
    const std::size_t n = history.units.size();
    std::size_t at = dice.below(n);
    for (std::size_t i = 0; i < n; ++i) {
      past_.push_back(at);
      at = dice.happens(leap_) ? dice.below(n) : (at + 1) % n;
    }
    at_ = dice.below(n);
  }

  double work() const { return history_.units[past_[at_]].work; }
  /// Goes on to the next cycle; what the machine stood before it.
  double step() {
    const auto& stood = history_.units[past_[at_]].standing;
    at_ = dice_.happens(leap_) ? dice_.below(past_.size()) : (at_ + 1) % past_.size();
    if (stood) return *stood;
    return history_.standings.empty() ? 0
                                      : history_.standings[dice_.below(history_.standings.size())];
  }

 private:
  const History& history_;
  signals::Dice& dice_;
  /// So runs have as many cycles on the average as the third root of all: a slow hour stays one,
  /// and there are enough of them to draw from.
  const double leap_;
  std::vector<std::size_t> past_;
  std::size_t at_ = 0;
};

/// What is left of something that has lasted so long already, by those that lasted longer. Where
/// none did, it may last as much again as lengths usually differ.
double remaining(std::vector<double> longer, const std::vector<double>& all, double elapsed,
                 signals::Dice& dice) {
  if (!longer.empty()) return longer[dice.below(longer.size())] - elapsed;
  if (all.empty()) return 0;
  return std::abs(all[dice.below(all.size())] - signals::quantile(all, 0.5));
}

std::vector<double> longer_than(const std::vector<double>& all, double elapsed) {
  std::vector<double> longer;
  std::ranges::copy_if(all, std::back_inserter(longer), [&](double v) { return v > elapsed; });
  return longer;
}

/// Seconds that count until the last of the cycles has ended, sorted.
std::vector<double> simulate(const History& history, std::uint64_t cycles, bool running,
                             double elapsed, Random& random) {
  signals::Dice dice(random);
  const std::size_t cost = history.units.size() + cycles;
  const std::size_t paths = std::clamp(kMostDraws / cost, kFewestPaths, kMostPaths);
  const std::vector<double>& now = running ? history.works : history.standings;
  const std::vector<double> longer = longer_than(now, elapsed);
  std::vector<double> sums;
  for (std::size_t path = 0; path < paths; ++path) {
    Walk walk(history, dice);
    double sum = remaining(longer, now, elapsed, dice);
    if (!running) sum += walk.work();
    for (std::uint64_t i = 1; i < cycles; ++i) {
      sum += walk.step();
      sum += walk.work();
    }
    sums.push_back(sum);
  }
  std::ranges::sort(sums);
  return sums;
}

}  // namespace

std::string_view word(NoForecast why) {
  switch (why) {
    case NoForecast::kNoGoal: return "no_goal";
    case NoForecast::kNoCounter: return "no_counter";
    case NoForecast::kDone: return "done";
    case NoForecast::kTooFew: return "too_few_cycles";
    case NoForecast::kTooFar: return "too_far";
    case NoForecast::kNotPlanned: return "not_planned";
  }
  return "";
}

std::string_view words_of(NoForecast why) {
  switch (why) {
    case NoForecast::kNoGoal:
      return "Nobody has said how many parts are to be made: type how many are to go.";
    case NoForecast::kNoCounter:
      return "The control counts no parts, so a goal alone says nothing: type how many are to go.";
    case NoForecast::kDone: return "Nothing is left to make.";
    case NoForecast::kTooFew:
      return "Fewer than 8 complete cycles of this program were seen in four weeks: too few to "
             "say how long the next ones take.";
    case NoForecast::kTooFar: return "It takes longer than 60 days, too long to be foreseen.";
    case NoForecast::kNotPlanned:
      return "The shift calendar plans no time in which this could be made.";
  }
  return "";
}

std::expected<Forecast, NoForecast> forecast(const ForecastInput& input, Random& random) {
  if (!(input.parts_to_go > 0)) return std::unexpected(NoForecast::kDone);
  if (input.parts_to_go > Forecast::kMostParts) return std::unexpected(NoForecast::kTooFar);
  const auto complete = complete_before(input);
  if (complete.empty()) return std::unexpected(NoForecast::kTooFew);
  const PlannedTime plan(input.shifts);
  const bool by_plan = input.shifts.has_value();
  const History history = history_of(complete, plan, by_plan);
  if (history.units.size() < Forecast::kFewestCycles) return std::unexpected(NoForecast::kTooFew);
  if (signals::quantile(history.works, 0.5) <= 0) return std::unexpected(NoForecast::kNotPlanned);

  Forecast told;
  told.program = complete.back()->program;
  told.parts_to_go = input.parts_to_go;
  told.parts_per_cycle = history.parts_per_cycle;
  told.cycles_to_go =
      static_cast<std::uint64_t>(std::ceil(input.parts_to_go / history.parts_per_cycle - 1e-9));
  told.cycles = history.units.size();
  told.since = history.since;
  told.work = spread_of(history.works);
  told.standing = spread_of(history.standings);
  told.running_since = input.running_since;
  told.by_plan = by_plan;
  told.left_out = history.left_out;
  const bool running = input.running_since.has_value();
  const Time began = running ? *input.running_since : complete.back()->range.to;
  Duration elapsed = plan.within({began, input.now});
  // It stands for the night, say: then it is as if it went on now.
  if (!running && !by_plan && elapsed > Forecast::kLongestPause) elapsed = Duration();
  const std::vector<double> sums =
      simulate(history, told.cycles_to_go, running, elapsed.in_seconds(), random);
  const double middle = signals::quantile(sums, 0.5);
  const double wider = 1 + kUnseen / static_cast<double>(history.units.size());
  const auto when = [&](double share) {
    const double seconds = middle + wider * (signals::quantile(sums, share) - middle);
    return plan.after(input.now, of_seconds(std::clamp(seconds, 0.0, 1e9)));
  };
  const auto from = when((1 - Forecast::kCertainty) / 2);
  const auto at = when(0.5);
  const auto to = when((1 + Forecast::kCertainty) / 2);
  if (!to && by_plan && !plan.after(input.now, Duration::nanoseconds(1))) {
    return std::unexpected(NoForecast::kNotPlanned);
  }
  if (!from || !at || !to || *to - input.now > Forecast::kFarthest) {
    return std::unexpected(NoForecast::kTooFar);
  }
  told.from = *from;
  told.at = *at;
  told.to = *to;
  return told;
}

}  // namespace heed::machines
