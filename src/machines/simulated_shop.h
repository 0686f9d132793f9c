// For tests: a machine's weeks, drawn repeatably, with the faults that it is given. Never included
// by the program.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "machines/recommendation.h"
#include "signals/testing.h"

namespace heed::machines {

/// 06:00 to 22:00 in UTC on five days of the week, one program with two tools. Every fault is off.
struct SimulatedFaults {
  double override_percent = 100;  ///< Over a third of each cycle.
  double wait_spread = 0.5;       ///< Of the logarithm of the time between cycles.
  double wait_median = 45;        ///< Seconds
  double late_mornings = 0;  ///< Median minutes more until the first cycle; not on one day in ten.
  double slower_after = 0;   ///< Share by which a cycle is longer from the middle on.
  double slower_a_day = 0;   ///< Share by which it is longer each day.
  double load_rise = 0;      ///< Percent points a cycle, of tool 2; a new edge each morning.
  double holds = 0.02;       ///< Chance of one at any line in a cycle.
  double holds_at_line = 0;  ///< Chance of one at line 40.
  double day_spread = 0.01;  ///< Of a whole day's cycles.
};

class SimulatedShop {
 public:
  static constexpr double kCycle = 300;  ///< Seconds
  static constexpr int kLines = 100;
  /// Monday
  static constexpr Time kStart = Time::from_seconds(1'699'833'600);

  SimulatedShop(const SimulatedFaults& faults, int days, Random& random)
      : faults_(faults), random_(random) {
    work_.range = {kStart, kStart + Duration::days(days)};
    work_.shifts.emplace();
    for (int line = 0; line < kLines; ++line) {
      work_.lines.push_back({"O1", std::to_string(line), Duration()});
    }
    for (int day = 0; day < days; ++day) {
      if (day % 7 < 5) live_day(day, days);
    }
    for (LineTime& line : work_.lines) {
      line.executing = of(kCycle * double(work_.cycles.size()) / kLines);
    }
  }

  const MachineWork& all() const { return work_; }
  /// What four weeks that end with that day know.
  MachineWork until(int day) const {
    MachineWork part = work_;
    part.range = {kStart + Duration::days(day - 28), kStart + Duration::days(day)};
    std::vector<std::size_t> place(work_.cycles.size(), 0);
    part.cycles.clear();
    for (std::size_t i = 0; i < work_.cycles.size(); ++i) {
      place[i] = part.cycles.size();
      if (part.range.contains(work_.cycles[i].range.from)) part.cycles.push_back(work_.cycles[i]);
    }
    const auto renumber = [&](auto& things) {
      std::erase_if(things, [&](const auto& thing) {
        return !part.range.contains(work_.cycles[thing.cycle].range.from);
      });
      for (auto& thing : things) thing.cycle = place[thing.cycle];
    };
    renumber(part.slowed);
    renumber(part.loads);
    renumber(part.holds);
    return part;
  }

 private:
  static Duration of(double seconds) { return Duration::nanoseconds(std::llround(seconds * 1e9)); }

  void live_day(int day, int days) {
    const Time begin = kStart + Duration::days(day) + Duration::hours(6);
    const Time end = begin + Duration::hours(16);
    work_.shifts->push_back({"Day", {begin.utc_day()}, {begin, end}, {}});
    const double today = std::exp(faults_.day_spread * signals::normal(random_));
    double slower = day * 2 >= days ? 1 + faults_.slower_after : 1;
    slower *= 1 + faults_.slower_a_day * day;
    Time at = begin + of(signals::lognormal(random_, 600, 0.4));
    if (faults_.late_mornings > 0 && day % 14 != 2) {
      at += of(signals::lognormal(random_, 60 * faults_.late_mornings, 0.3));
    }
    first_of_day_ = work_.cycles.size();
    while (at < end) {
      const double executing = kCycle * today * slower * std::exp(0.02 * signals::normal(random_));
      at = make_cycle(at, executing);
      at += of(signals::lognormal(random_, faults_.wait_median, faults_.wait_spread));
    }
  }

  Time make_cycle(Time from, double executing) {
    const std::size_t number = work_.cycles.size();
    Cycle cycle{.range = {from, from + of(executing)}, .program = "O1", .complete = true};
    cycle.executing = cycle.in_cycle = of(executing);
    cycle.counted = 1;
    if (faults_.override_percent < 100) {
      const Duration third = of(executing / 3);
      work_.slowed.push_back({{from, from + third}, faults_.override_percent, number});
    }
    for (const int tool : {1, 2}) {
      const double rise = tool == 2 ? faults_.load_rise * double(number - first_of_day_) : 0;
      work_.loads.push_back(
          {number, std::to_string(tool), 1, 40 + rise + 2 * signals::normal(random_)});
    }
    if (signals::uniform(random_) < faults_.holds) hold(cycle, random_.u64() % kLines);
    if (signals::uniform(random_) < faults_.holds_at_line) hold(cycle, 40);
    work_.cycles.push_back(cycle);
    return cycle.range.to;
  }

  void hold(Cycle& cycle, std::uint64_t line) {
    const Time at = cycle.range.from + of(kCycle * double(line) / kLines);
    const Duration length = of(signals::lognormal(random_, 40, 0.5));
    work_.holds.push_back({std::to_string(line), {at, at + length}, work_.cycles.size()});
    cycle.range.to += length;
    cycle.in_cycle += length;
  }

  const SimulatedFaults faults_;
  Random& random_;
  MachineWork work_;
  std::size_t first_of_day_ = 0;
};

}  // namespace heed::machines
