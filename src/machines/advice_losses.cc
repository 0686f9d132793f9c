// Recommendations that lose time day by day: overrides, waiting, warm-up. A day is the location's.
#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "machines/advice_parts.h"

namespace heed::machines {
namespace {

/// A day on which the machine was in cycle for less was no day of work.
constexpr Duration kLeastWork = Duration::minutes(30);
/// A longer stop between two cycles is no wait for somebody who is there: another job, no work.
constexpr Duration kLongestWait = Duration::hours(1);
/// Waiting that takes less of a day's work than this is usual.
constexpr double kUsualWaiting = 0.15;
/// The machine stood for at least as long before a day begins.
constexpr Duration kNight = Duration::hours(3);
/// Longer, the day began with something else than warming up.
constexpr Duration kLongestWarmUp = Duration::hours(4);
/// What of the best quarter is compared with.
constexpr double kBest = 0.25;
/// Of mornings there are too few for a quarter: it would leave a test nothing to find.
constexpr double kBestMorning = 0.1;

Day day_of(const MachineWork& work, Time at) {
  return work.zone.wall(at).day;
}

/// By day, the time in complete cycles.
std::map<Day, Duration> worked_days(const MachineWork& work) {
  std::map<Day, Duration> days;
  for (const Cycle& cycle : work.cycles) {
    if (cycle.complete) days[day_of(work, cycle.range.from)] += cycle.in_cycle;
  }
  std::erase_if(days, [](const auto& day) { return day.second < kLeastWork; });
  return days;
}

struct Wait {
  TimeRange range;
  Duration planned;
  Day day;
};

std::vector<Wait> waits_of(const MachineWork& work, const std::map<Day, Duration>& days) {
  const PlannedTime plan(work.shifts);
  std::vector<Wait> waits;
  for (std::size_t i = 0; i + 1 < work.cycles.size(); ++i) {
    const Cycle& cycle = work.cycles[i];
    const TimeRange between{cycle.range.to, work.cycles[i + 1].range.from};
    const Day day = day_of(work, between.from);
    if (!cycle.complete || between.length() > kLongestWait || !days.contains(day)) continue;
    // What a break or the night has of it nobody could have used.
    if (plan.within(between) < between.length()) continue;
    waits.push_back({between, between.length(), day});
  }
  return waits;
}

/// The largest first.
void keep_largest(std::vector<std::pair<double, AdviceEvidence>>& seen,
                  Recommendation& recommendation) {
  std::ranges::sort(seen, std::greater<>(),
                    [](const auto& one) { return std::pair(one.first, one.second.range.from); });
  for (auto& [size, evidence] : seen) {
    if (recommendation.evidence.size() == Recommendation::kMostEvidence) return;
    recommendation.evidence.push_back(std::move(evidence));
  }
}

struct Morning {
  Day day;
  TimeRange range;  ///< From the beginning of the day's work to the first complete cycle.
};

/// When a day's work was to begin: by the plan, else when the machine woke.
std::optional<Time> wake_before(const MachineWork& work, Time quiet_since, Time first) {
  if (work.shifts) {
    std::optional<Time> begin;
    for (const ShiftTime& shift : *work.shifts) {
      if (shift.range.from >= quiet_since && shift.range.from <= first) {
        begin = begin ? begin : std::optional(shift.range.from);
      }
    }
    return begin;
  }
  for (const Activity& activity : work.activities) {
    if (activity.range.from < quiet_since || activity.range.from > first) continue;
    if (activity.standing.executing) return activity.range.from;
  }
  return {};
}

std::vector<Morning> mornings_of(const MachineWork& work, const std::map<Day, Duration>& days) {
  std::vector<Morning> mornings;
  const Cycle* last = nullptr;
  for (const Cycle& cycle : work.cycles) {
    if (!cycle.complete) continue;
    const Day day = day_of(work, cycle.range.from);
    if (last != nullptr && cycle.range.from - last->range.to >= kNight && days.contains(day)) {
      const auto woke = wake_before(work, last->range.to, cycle.range.from);
      if (woke && cycle.range.from - *woke <= kLongestWarmUp) {
        mornings.push_back({day, {*woke, cycle.range.from}});
      }
    }
    last = &cycle;
  }
  return mornings;
}

}  // namespace

void find_override(const MachineWork& work, Found& found) {
  DayLosses losses;
  for (const auto& [day, worked] : worked_days(work)) losses[day].enough = kLeastDayHours;
  std::vector<std::pair<double, AdviceEvidence>> seen;
  Recommendation about{.about = Advice::kOverride};
  std::map<std::string, double> programs;
  for (const SlowedStretch& slowed : work.slowed) {
    const auto day = losses.find(day_of(work, slowed.range.from));
    if (day == losses.end()) continue;
    const Duration length = slowed.range.length();
    const double lost = hours(length) * (1 - slowed.override_percent / 100);
    day->second.hours += lost;
    programs[work.cycles[slowed.cycle].program] += lost;
    about.since = about.since == Time() ? slowed.range.from : about.since;
    about.last_true = slowed.range.to;
    seen.push_back({lost,
                    {slowed.range, fmt::format("{} at {:.0f} % feed", duration_words(length),
                                               slowed.override_percent)}});
  }
  keep_largest(seen, about);
  const auto most = std::ranges::max_element(programs, {}, [](auto& one) { return one.second; });
  if (most != programs.end()) {
    const auto more = programs.size() > 1 ? ", most of it in " + program_words(most->first) : "";
    about.sentence =
        fmt::format("The feed override was left below 100 % while parts were cut{}.", more);
  }
  about.caution =
      "At most this much: rapid moves and dwells take as long at any override. Whether the cut "
      "bears 100 % only somebody at the machine can say.";
  weigh_days(work, losses, std::move(about), found);
}

void find_waiting(const MachineWork& work, Found& found) {
  const auto days = worked_days(work);
  const std::vector<Wait> waits = waits_of(work, days);
  if (waits.empty()) return;
  std::vector<double> lengths;
  for (const Wait& wait : waits) lengths.push_back(wait.planned.in_seconds());
  const double best = signals::quantile(lengths, kBest);
  DayLosses losses;
  for (const auto& [day, worked] : days) losses[day] = {0, hours(worked)};
  std::vector<std::pair<double, AdviceEvidence>> seen;
  Recommendation about{.about = Advice::kWaiting};
  for (const Wait& wait : waits) {
    DayLoss& day = losses[wait.day];
    day.enough += hours(wait.planned);
    const double over = wait.planned.in_seconds() - best;
    if (over <= 0) continue;
    day.hours += over / 3'600;
    about.since = about.since == Time() ? wait.range.from : about.since;
    about.last_true = wait.range.to;
    seen.push_back({over, {wait.range, duration_words(wait.planned) + " to the next start"}});
  }
  // So far `enough` is the day's work and waits together.
  for (auto& [day, loss] : losses) {
    loss.enough = std::max(kLeastDayHours, kUsualWaiting * loss.enough);
  }
  keep_largest(seen, about);
  about.sentence = fmt::format(
      "Between two cycles the machine usually stood for {}; one time in four it was {} or less.",
      duration_words(Duration::seconds(std::llround(signals::quantile(lengths, 0.5)))),
      duration_words(Duration::seconds(std::llround(best))));
  about.caution =
      "The hours are what the longer stops lasted beyond that. Stops above an hour, breaks and "
      "nights are left out. Why it stood (measuring, loading, nobody there) the control cannot "
      "say.";
  weigh_days(work, losses, std::move(about), found);
}

void find_warm_up(const MachineWork& work, Found& found) {
  const std::vector<Morning> mornings = mornings_of(work, worked_days(work));
  if (mornings.empty()) return;
  std::vector<double> lengths;
  for (const Morning& one : mornings) lengths.push_back(one.range.length().in_seconds());
  const double best = signals::quantile(lengths, kBestMorning);
  DayLosses losses;
  Recommendation about{.about = Advice::kWarmUp};
  for (const Morning& one : mornings) {
    const double over = std::max(0.0, one.range.length().in_seconds() - best);
    DayLoss& day = losses[one.day];
    day.hours += over / 3'600;
    day.enough = kLeastDayHours;
    if (over / 3'600 <= kLeastDayHours) continue;
    about.since = about.since == Time() ? one.range.from : about.since;
    about.last_true = one.range.to;
    about.evidence.push_back(
        {one.range, duration_words(one.range.length()) + " until the first complete cycle"});
  }
  about.sentence = fmt::format(
      "From the {} to the first complete cycle it usually took {}; on one day in ten it was {} or "
      "less.",
      work.shifts ? "beginning of the shift" : "first program of the day",
      duration_words(Duration::seconds(std::llround(signals::quantile(lengths, 0.5)))),
      duration_words(Duration::seconds(std::llround(best))));
  about.caution = "Warming up, measuring in and setting up for the day's job look the same here.";
  weigh_days(work, losses, std::move(about), found);
}

}  // namespace heed::machines
