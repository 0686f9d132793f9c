// Recommendations about what changed: a program's cycle, a tool's load, and where it is held.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include <fmt/core.h>

#include "machines/advice_parts.h"

namespace heed::machines {
namespace {

/// Permutations that tell a chance of one in some thousands.
constexpr std::size_t kPermutations = 9'999;
/// Days have at least so many cycles of the program for a median of theirs.
constexpr std::size_t kFewestOfDay = 3;
/// A change below either is not worth speaking of.
constexpr double kLeastDrift = 0.02;
constexpr double kLeastWeeklyHours = 0.25;

constexpr std::size_t kFewestLoads = 20;
/// Of one tool in one program, the newest ones: an edge rarely lasts longer.
constexpr std::size_t kMostLoads = 60;
/// By how much of its median the load rises at least, and in usual deviations from the line.
constexpr double kLeastRise = 0.15;
constexpr double kLeastRiseSpreads = 2;

constexpr std::size_t kFewestHolds = 5;
constexpr double kLeastHoldShare = 0.1;

struct DayCycles {
  std::vector<double> seconds;
  std::vector<std::size_t> cycles;
};

/// Days with enough cycles of a program, in order: their medians are what a drift is looked for in,
/// as cycles of one day hang together and days hardly do.
std::vector<DayCycles> days_of(const MachineWork& work, const std::vector<std::size_t>& cycles) {
  std::map<Day, DayCycles> days;
  for (const std::size_t i : cycles) {
    DayCycles& day = days[work.zone.wall(work.cycles[i].range.from).day];
    day.seconds.push_back(work.cycles[i].executing.in_seconds());
    day.cycles.push_back(i);
  }
  std::vector<DayCycles> enough;
  for (auto& [day, of_day] : days) {
    if (of_day.cycles.size() >= kFewestOfDay) enough.push_back(std::move(of_day));
  }
  return enough;
}

AdviceEvidence cycle_evidence(const Cycle& cycle) {
  return {cycle.range, duration_words(cycle.executing) + " executing"};
}

/// How a program's cycles became longer: at once, or day by day.
struct Drift {
  double before = 0, rise = 0, low = 0, high = 0, by_chance = 1;
  std::size_t first = 0;  ///< Of the days from which on it is told.
  bool at_once = false;
};

Drift drift_of(const std::vector<double>& medians, Random& random) {
  Drift drift;
  const double certainty = Recommendation::kCertainty;
  const auto change = signals::change_point(medians, certainty, kPermutations, random);
  if (change) {
    drift = {change->before,    change->shift, change->low, change->high,
             change->by_chance, change->first, true};
  }
  std::vector<signals::TrendPoint> points;
  for (const double median : medians) points.push_back({double(points.size()), median});
  const auto trend = signals::robust_trend(points, certainty);
  // A trend is told only where it is the clearer one by far: a step makes ranks rise too.
  if (trend && trend->by_chance < drift.by_chance / 10) {
    const auto days = static_cast<double>(medians.size() - 1);
    drift = {trend->level,
             trend->slope * days,
             trend->low * days,
             trend->high * days,
             trend->by_chance,
             0,
             false};
  }
  // Two tests, one of which has to say it.
  drift.by_chance = std::min(1.0, 2 * drift.by_chance);
  return drift;
}

void tell_drift(const MachineWork& work, const std::string& program,
                const std::vector<DayCycles>& days, const Drift& drift, Found& found) {
  std::vector<double> before;
  std::size_t newer = 0;
  Recommendation about{.about = Advice::kDrift, .program = program};
  for (std::size_t i = 0; i < days.size(); ++i) {
    const bool old = drift.at_once ? i < drift.first : i < days.size() / 2;
    if (old) before.push_back(signals::quantile(days[i].seconds, 0.5));
    if (!old) newer += days[i].cycles.size();
  }
  const auto new_days = static_cast<double>(days.size() - before.size());
  const double span = new_days / static_cast<double>(days.size()) * weeks(work);
  // A trend has half of its rise on the average of its days; what is told is the rise to now.
  const double a_week = static_cast<double>(newer) / std::max(span, 1.0 / 7) / 3'600;
  about.lost =
      WeeklyLoss{std::max(0.0, drift.low) * a_week, drift.rise * a_week, drift.high * a_week};
  const bool large = drift.rise >= kLeastDrift * drift.before && drift.rise >= 1;
  if (!large || about.lost->usual < kLeastWeeklyHours) return;
  const Cycle& first = work.cycles[days[drift.first].cycles.front()];
  about.since = first.range.from;
  about.last_true = work.cycles[days.back().cycles.back()].range.to;
  about.sentence = fmt::format(
      "A cycle of {} executes {} longer than it did: {} {}, now about {}.", program,
      duration_words(Duration::milliseconds(std::llround(drift.rise * 1'000))),
      duration_words(Duration::milliseconds(std::llround(drift.before * 1'000))),
      drift.at_once ? "before" : "four weeks ago",
      duration_words(Duration::milliseconds(std::llround((drift.before + drift.rise) * 1'000))));
  about.caution =
      "What changed (program text, tool, override, coolant, material) the times do not say.";
  about.by_chance = drift.by_chance;
  const double usual = signals::deviation(before);
  about.effect = usual > 0 ? drift.rise / usual : 0;
  about.of_days = false;
  for (const DayCycles& day : days) about.of += day.cycles.size();
  about.seen = newer;
  // The last ones of how it is, and the last of how it was.
  const std::size_t was = drift.at_once ? drift.first - 1 : 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& now = days.back().cycles;
    if (i < now.size())
      about.evidence.push_back(cycle_evidence(work.cycles[now.end()[-1 - std::ptrdiff_t(i)]]));
    const auto& then = days[was].cycles;
    if (i < then.size())
      about.evidence.push_back(cycle_evidence(work.cycles[then.end()[-1 - std::ptrdiff_t(i)]]));
  }
  found.candidates.push_back(std::move(about));
}

/// A section of a program, as its load is followed.
struct Section {
  std::string program, tool;
  std::uint32_t use = 1;
  bool again = false;  ///< Whether the program mostly uses the tool more than once.
};

std::string ordinal(std::uint32_t number) {
  constexpr std::array<std::string_view, 4> kEndings = {"th", "st", "nd", "rd"};
  const bool teens = number / 10 % 10 == 1;
  const std::size_t last = number % 10;
  return fmt::format("{}{}", number, kEndings.at(teens || last > 3 ? 0 : last));
}

std::string words_of(const Section& of) {
  const std::string use = of.again ? fmt::format(", the {} time,", ordinal(of.use)) : std::string();
  return fmt::format("tool {} in {}{}", of.tool, of.program, use);
}

struct Loads {
  std::vector<double> means;
  std::vector<std::size_t> cycles;
};

void weigh_loads(const MachineWork& work, const Section& section, const Loads& loads,
                 Found& found) {
  if (loads.means.size() < kFewestLoads) return;
  ++found.tests;
  std::vector<signals::TrendPoint> points;
  for (const double mean : loads.means) points.push_back({double(points.size()), mean});
  const auto trend = signals::robust_trend(points, Recommendation::kCertainty);
  if (!trend || trend->slope <= 0) return;
  std::vector<double> off;
  for (const auto& point : points) {
    off.push_back(point.value - trend->level - trend->slope * point.at);
  }
  const double rise = trend->slope * points.back().at;
  const double usual = signals::deviation(off);
  if (rise < kLeastRise * signals::quantile(loads.means, 0.5)) return;
  if (rise < kLeastRiseSpreads * usual) return;
  Recommendation about{.about = Advice::kLoad, .program = section.program, .tool = section.tool};
  if (section.again) about.use = section.use;
  about.sentence = fmt::format(
      "The spindle's load with {} rose from {:.0f} % to {:.0f} % over its last {} cycles. Look at "
      "the tool.",
      words_of(section), trend->level, trend->level + rise, points.size());
  about.caution =
      "A control's load is a share of what its drive can give, no force. A worn edge is one "
      "reason; "
      "material, coolant and changed speeds are others.";
  about.by_chance = trend->by_chance / 2;  // only rising was asked for
  about.effect = usual > 0 ? rise / usual : 0;
  about.of_days = false;
  about.seen = about.of = points.size();
  about.since = work.cycles[loads.cycles.front()].range.from;
  about.last_true = work.cycles[loads.cycles.back()].range.to;
  const auto evidence = [&](std::size_t i) {
    about.evidence.push_back(
        {work.cycles[loads.cycles[i]].range, fmt::format("{:.0f} % load", loads.means[i])});
  };
  for (std::size_t i = 0; i < 3; ++i) {
    evidence(i);
    evidence(points.size() - 1 - i);
  }
  found.candidates.push_back(std::move(about));
}

/// What a program's holds are measured by.
struct HeldProgram {
  std::map<std::string, Duration> lines;  ///< Executing.
  Duration executing;
  /// By line: the first hold of each cycle there. Who stops twice to look stops for one reason.
  std::map<std::string, std::map<std::size_t, const LineHold*>> holds;
  std::size_t cycles = 0;

  std::size_t all_holds() const {
    std::size_t all = 0;
    for (const auto& [line, of_cycles] : holds) all += of_cycles.size();
    return all;
  }
  /// What a line has of the executing time; at least a second a cycle, as it was held there.
  double share(const std::string& line) const {
    const auto at = lines.find(line);
    const double seconds = at == lines.end() ? 0 : at->second.in_seconds();
    return std::min(1.0, std::max(seconds, double(cycles)) / executing.in_seconds());
  }
};

void tell_line(const MachineWork& work, const HeldProgram& held, Recommendation about,
               Found& found) {
  const auto& holds = held.holds.at(about.line);
  std::vector<double> lengths;
  about.of_days = false;
  about.seen = holds.size();
  about.of = held.cycles;
  about.since = holds.begin()->second->range.from;
  for (const auto& [cycle, hold] : holds) {
    lengths.push_back(hours(hold->range.length()));
    about.last_true = hold->range.to;
    about.evidence.push_back({hold->range, "held for " + duration_words(hold->range.length())});
  }
  const auto interval = signals::quantile_interval(lengths, 0.5, Recommendation::kCertainty);
  if (!interval) return;
  const double a_week = static_cast<double>(holds.size()) / weeks(work);
  about.lost =
      WeeklyLoss{interval->low * a_week, interval->value * a_week, interval->high * a_week};
  about.sentence = fmt::format(
      "{} was held at line {} in {} of its {} cycles, usually for {}.", about.program, about.line,
      holds.size(), held.cycles,
      duration_words(Duration::milliseconds(std::llround(interval->value * 3'600'000))));
  about.caution =
      "That it was held there is a fact; why (chips, a look at the cut, a clamp) is not known.";
  found.candidates.push_back(std::move(about));
}

void weigh_program(const MachineWork& work, const std::string& program, const HeldProgram& held,
                   Found& found) {
  const std::size_t all = held.all_holds();
  if (all < kFewestHolds) return;
  ++found.tests;
  for (const auto& [line, holds] : held.holds) {
    if (holds.size() < kFewestHolds) continue;
    if (double(holds.size()) < kLeastHoldShare * double(held.cycles)) continue;
    const double share = held.share(line);
    Recommendation about{.about = Advice::kHolds, .program = program, .line = line};
    // Were it held anywhere with the same chance, so many would seldom meet at one of its lines.
    const double chance = signals::binomial_tail(holds.size(), all, share);
    about.by_chance = std::min(1.0, chance * double(std::max<std::size_t>(held.lines.size(), 1)));
    about.effect = double(holds.size()) / (share * double(all));
    tell_line(work, held, std::move(about), found);
  }
}

}  // namespace

void find_drift(const MachineWork& work, Random& random, Found& found) {
  for (const auto& [program, cycles] : by_program(work)) {
    const std::vector<DayCycles> days = days_of(work, cycles);
    if (days.size() < kFewestDays) continue;
    ++found.tests;
    std::vector<double> medians;
    for (const DayCycles& day : days) medians.push_back(signals::quantile(day.seconds, 0.5));
    const Drift drift = drift_of(medians, random);
    if (drift.rise > 0) tell_drift(work, program, days, drift, found);
  }
}

void find_load(const MachineWork& work, Found& found) {
  std::map<std::tuple<std::string, std::string, std::uint32_t>, Loads> all;
  for (const ToolLoad& load : work.loads) {
    const std::string& program = work.cycles[load.cycle].program;
    if (program.empty() || load.tool.empty()) continue;
    Loads& loads = all[{program, load.tool, load.use}];
    loads.means.push_back(load.mean);
    loads.cycles.push_back(load.cycle);
  }
  const auto count = [&](const std::string& program, const std::string& tool, std::uint32_t use) {
    const auto found = all.find({program, tool, use});
    return found == all.end() ? 0 : found->second.means.size();
  };
  std::set<std::pair<std::string, std::string>> again;
  for (const auto& [of, loads] : all) {
    const auto& [program, tool, use] = of;
    if (2 * count(program, tool, 2) > count(program, tool, 1)) again.emplace(program, tool);
  }
  for (auto& [of, loads] : all) {
    if (loads.means.size() > kMostLoads) {
      const auto surplus = static_cast<std::ptrdiff_t>(loads.means.size() - kMostLoads);
      loads.means.erase(loads.means.begin(), loads.means.begin() + surplus);
      loads.cycles.erase(loads.cycles.begin(), loads.cycles.begin() + surplus);
    }
    const auto& [program, tool, use] = of;
    weigh_loads(work, {program, tool, use, use > 1 || again.contains({program, tool})}, loads,
                found);
  }
}

void find_holds(const MachineWork& work, Found& found) {
  std::map<std::string, HeldProgram> programs;
  for (const LineTime& line : work.lines) {
    HeldProgram& held = programs[line.program];
    held.lines[line.line] += line.executing;
    held.executing += line.executing;
  }
  for (const LineHold& hold : work.holds) {
    HeldProgram& held = programs[work.cycles[hold.cycle].program];
    held.holds[hold.line].emplace(hold.cycle, &hold);
  }
  const auto cycles = by_program(work);
  for (auto& [program, held] : programs) {
    const auto own = cycles.find(program);
    if (own == cycles.end() || held.executing <= Duration()) continue;
    held.cycles = own->second.size();
    weigh_program(work, program, held, found);
  }
}

}  // namespace heed::machines
