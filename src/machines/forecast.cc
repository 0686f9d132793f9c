#include "machines/forecast.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

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

// Beyond the day a forecast needs what a walk through cycles can't tell: when work begins in the
// morning, and how fast another day goes.

/// Time without a plan that is this long divides days of work.
constexpr Duration kNight = Duration::hours(1);
/// Of mornings that nobody has seen: how many begin late, and by how much on the average.
constexpr double kLateMornings = 0.4;
constexpr double kLate = 750;
/// Days differ by so much as long as nothing is known of them, which counts as so many days.
constexpr double kDaySpread = 0.02;
constexpr double kDaysBelieved = 2;
/// So many cycles say of a day how fast it went.
constexpr std::size_t kCyclesOfDay = 5;
/// The deviation of a bell curve, for half of the distance at which half of it lies.
constexpr double kOfBellCurve = 1.4826;

/// A cycle, and how long the machine stood behind it until the next one of the program.
struct Unit {
  double work = 0;
  double even = 0;                 ///< Work, had its day been a usual one.
  std::optional<double> standing;  ///< Nothing: the next one did not follow, or is not counted on.
};

struct History {
  std::vector<Unit> units;  ///< In their order.
  std::vector<double> works, standings;
  /// By how much planned time from a day's last cycle to the next day's first one was more than
  /// from one cycle to the next.
  std::vector<double> nights;
  // Logarithms, against the pace of Unit::even.
  double today = 0, today_doubt = 0, another_day = 0;
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

/// Of one that goes on when its shift is over, all of it; of one that waits for the next day, what
/// is planned.
Duration length_of(const Cycle& cycle, const PlannedTime& plan) {
  const bool went_on = !plan.contains(cycle.range.to) && !plan.divided(cycle.range, kNight);
  return went_on ? cycle.range.length() : plan.within(cycle.range);
}

/// By how much from a day's last cycle to the next day's first one was more than a usual pause, of
/// all programs.
std::vector<double> nights_of(const std::vector<const Cycle*>& complete, const PlannedTime& plan,
                              double usual_standing) {
  std::vector<double> nights;
  for (std::size_t i = 0; i + 1 < complete.size(); ++i) {
    const TimeRange both{complete[i]->range.from, complete[i + 1]->range.from};
    if (!plan.divided(both, kNight)) continue;
    const Duration more = plan.within(both) - length_of(*complete[i], plan);
    nights.push_back(more.in_seconds() - usual_standing);
  }
  return nights;
}

/// How fast each day went, as logarithms of what its cycles took. Few cycles say little of a day,
/// and few days of how they differ: both are drawn towards what is usual.
class Paces {
 public:
  /// `own` is not empty.
  Paces(const std::vector<const Cycle*>& own, const PlannedTime& plan) {
    std::vector<std::vector<double>> days(1);
    for (std::size_t i = 0; i < own.size(); ++i) {
      const bool next = i > 0 && plan.divided({own[i - 1]->range.from, own[i]->range.from}, kNight);
      if (next) days.emplace_back();
      days.back().push_back(std::log(std::max(1.0, length_of(*own[i], plan).in_seconds())));
      day_of_.push_back(days.size() - 1);
    }
    std::vector<double> apart;
    for (const std::vector<double>& day : days) {
      levels_.push_back(signals::quantile(day, 0.5));
      for (const double one : day) apart.push_back(one - levels_.back());
    }
    learn(days, kOfBellCurve * signals::deviation(apart));
  }
  /// Of that cycle's day against the usual one.
  double of(std::size_t cycle) const { return levels_[day_of_[cycle]]; }
  /// How far the last day's may be from what is told of it.
  double doubt() const { return doubt_; }
  /// How far another day's may be from the usual one.
  double another() const { return another_; }

 private:
  void learn(const std::vector<std::vector<double>>& days, double within) {
    const auto weight = [&](std::size_t day) {
      const std::size_t cycles = std::min(days[day].size(), kCyclesOfDay);
      return static_cast<double>(cycles) / static_cast<double>(kCyclesOfDay);
    };
    double known = 0, usual = 0, square = 0;
    for (std::size_t day = 0; day < days.size(); ++day) {
      known += weight(day);
      usual += weight(day) * levels_[day];
    }
    usual /= known;
    for (std::size_t day = 0; day < days.size(); ++day) {
      levels_[day] -= usual;
      square += weight(day) * levels_[day] * levels_[day];
    }
    known = std::max(1.0, known);
    const double variance =
        (kDaysBelieved * kDaySpread * kDaySpread + square) / (kDaysBelieved + known - 1);
    another_ = std::sqrt(variance * (1 + 1 / known));
    const auto trust = [&](std::size_t cycles) {
      const auto n = static_cast<double>(cycles);
      return n / (n + within * within / variance);
    };
    for (std::size_t day = 0; day < days.size(); ++day) levels_[day] *= trust(days[day].size());
    doubt_ = another_ * std::sqrt(1 - trust(days.back().size()));
  }

  std::vector<std::size_t> day_of_;  ///< By cycle
  std::vector<double> levels_;       ///< By day
  double another_ = 0, doubt_ = 0;
};

History history_of(const std::vector<const Cycle*>& complete, Time now, const PlannedTime& plan,
                   bool by_plan) {
  const std::string& program = complete.back()->program;
  History history;
  std::vector<const Cycle*> own;
  for (std::size_t i = 0; i < complete.size(); ++i) {
    const Cycle& cycle = *complete[i];
    // What was made while nothing was planned says little of planned time.
    if (cycle.program != program || !plan.contains(cycle.range.from)) continue;
    const double work = length_of(cycle, plan).in_seconds();
    Unit unit{work, work, {}};
    const bool followed = i + 1 < complete.size() && complete[i + 1]->program == program;
    if (followed && !plan.divided({cycle.range.from, complete[i + 1]->range.from}, kNight)) {
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
  if (by_plan && !own.empty()) {
    const Paces paces(own, plan);
    for (std::size_t i = 0; i < own.size(); ++i) history.units[i].even *= std::exp(-paces.of(i));
    const bool today = !plan.divided({own.back()->range.from, now}, kNight);
    history.today = today ? paces.of(own.size() - 1) : 0;
    history.today_doubt = today ? paces.doubt() : paces.another();
    history.another_day = paces.another();
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
  const double usual = history.standings.empty() ? 0 : signals::quantile(history.standings, 0.5);
  if (by_plan) history.nights = nights_of(complete, plan, usual);
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

  double work() const { return history_.units[past_[at_]].even; }
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

/// The days that a path comes through.
class Days {
 public:
  /// `nights`: how much planned time is left until each of them.
  Days(const History& history, const std::vector<double>& nights, signals::Dice& dice)
      : history_(history), nights_(nights), dice_(dice) {
    pace_ = std::exp(history.today + history.today_doubt * normal());
  }
  /// Over the nights that so much planned time has come to; it grows by what mornings take.
  double pass(double seconds) {
    for (; next_ < nights_.size() && seconds >= nights_[next_]; ++next_) {
      seconds += morning();
      pace_ = std::exp(history_.another_day * normal());
    }
    return seconds;
  }
  /// Of this day's cycles against those that are known.
  double pace() const { return pace_; }

 private:
  double uniform() { return (static_cast<double>(dice_.below(1U << 30U)) + 0.5) / (1U << 30U); }
  double normal() {
    return std::sqrt(-2 * std::log(uniform())) * std::cos(2 * std::numbers::pi * uniform());
  }
  double morning() {
    const std::size_t known = dice_.below(history_.nights.size() + 1);
    if (known < history_.nights.size()) return history_.nights[known];
    return dice_.happens(kLateMornings) ? -std::log(uniform()) * kLate : 0;
  }

  const History& history_;
  const std::vector<double>& nights_;
  signals::Dice& dice_;
  std::size_t next_ = 0;
  double pace_ = 1;
};

/// Seconds that count until the last of the cycles has ended, sorted.
std::vector<double> simulate(const History& history, const std::vector<double>& nights,
                             std::uint64_t cycles, bool running, double elapsed, Random& random) {
  signals::Dice dice(random);
  const std::size_t cost = history.units.size() + cycles;
  const std::size_t paths = std::clamp(kMostDraws / cost, kFewestPaths, kMostPaths);
  const std::vector<double>& now = running ? history.works : history.standings;
  const std::vector<double> longer = longer_than(now, elapsed);
  std::vector<double> sums;
  for (std::size_t path = 0; path < paths; ++path) {
    Walk walk(history, dice);
    Days days(history, nights, dice);
    double sum = remaining(longer, now, elapsed, dice);
    if (!running) sum = days.pass(sum) + days.pace() * walk.work();
    for (std::uint64_t i = 1; i < cycles; ++i) {
      sum = days.pass(sum + walk.step());
      sum += days.pace() * walk.work();
    }
    sums.push_back(sum);
  }
  std::ranges::sort(sums);
  return sums;
}

/// Planned seconds until each night.
std::vector<double> nights_after(Time now, const PlannedTime& plan) {
  std::vector<double> nights;
  for (const Duration left : plan.until_pauses(now, kNight)) nights.push_back(left.in_seconds());
  return nights;
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
  const History history = history_of(complete, input.now, plan, by_plan);
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
      simulate(history, nights_after(input.now, plan), told.cycles_to_go, running,
               elapsed.in_seconds(), random);
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
