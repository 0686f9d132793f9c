#include "machines/oee_reading.h"

#include <algorithm>

#include "machines/evidence.h"
#include "machines/figures.h"
#include "machines/over_time.h"
#include "machines/parts_reading.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);
constexpr TimeRange kSensible{Time(), Time::from_seconds(7'258'118'400)};  // 1970 to 2200

std::unexpected<policy::Withheld> wrong(std::string message, std::string mend) {
  return std::unexpected<policy::Withheld>(
      Error{ErrorKind::kInvalid, std::move(message), std::move(mend)});
}

/// Around the range as much as a micro-stop at its edge needs; the first one from where it began.
Governed<std::vector<Activity>> load_around(const Reading& reading, TimeRange range,
                                            Duration around) {
  ASSIGN_OR_RETURN(auto activities,
                   load_activities(reading, {range.from - around, range.to + around}));
  if (activities.empty()) return activities;
  ASSIGN_OR_RETURN(const auto begun, load_standing(reading, activities.front().range.from));
  if (begun) activities.front().range.from = std::min(activities.front().range.from, begun->at);
  return activities;
}

Duration longest_micro_stop(const Dated<Duration>& micro_stop) {
  Duration longest;
  for (const auto& since : micro_stop.all()) longest = std::max(longest, since.value);
  return longest;
}

Duration production_in(const std::vector<Activity>& activities, TimeRange range) {
  Duration production;
  for (const Activity& activity : activities) {
    if (activity.standing.bucket != Bucket::kProduction) continue;
    const TimeRange both{std::max(activity.range.from, range.from),
                         std::min(activity.range.to, range.to)};
    if (!both.empty()) production += both.length();
  }
  return production;
}

/// The conditions that were active when an activity began, remembered for the next rule.
class ConditionsThen {
 public:
  explicit ConditionsThen(const Reading& reading) : reading_(reading) {}
  const std::vector<Condition>& at(Time at) {
    if (at_ == at || failed_) return active_;
    at_ = at;
    active_.clear();
    auto loaded = load_conditions(reading_, at);
    if (loaded) {
      active_ = *std::move(loaded);
    } else {
      failed_ = std::move(loaded).error();
    }
    return active_;
  }
  const std::optional<policy::Withheld>& failed() const { return failed_; }

 private:
  const Reading& reading_;
  std::optional<Time> at_;
  std::vector<Condition> active_;
  std::optional<policy::Withheld> failed_;
};

/// What rules there are, or might be.
struct Rules {
  Dated<ProductionGoal> goal;
  Dated<ReasonTree> reasons;
  CalendarBook::OverTime calendars;
};

Governed<Rules> load_rules(const Reading& reading, const OeeSources& sources,
                           const OeeQuestion& question) {
  ASSIGN_OR_RETURN(auto goal, sources.said.goal(reading.access, reading.machine, question.known));
  ASSIGN_OR_RETURN(auto reasons, sources.said.reasons(reading.access, question.known));
  ASSIGN_OR_RETURN(auto calendars,
                   sources.calendars.find(reading.access, sources.location, question.known));
  Rules rules{std::move(goal), std::move(reasons), std::move(calendars)};
  const Proposal* proposal = question.proposal;
  if (proposal == nullptr) return rules;
  if (proposal->goal) rules.goal = *proposal->goal;
  if (proposal->reasons) rules.reasons = *proposal->reasons;
  if (proposal->calendar) rules.calendars = proposal->calendar;
  return rules;
}

Governed<std::vector<ReasonSpan>> load_reasons(const Reading& reading, const OeeSources& sources,
                                               const OeeInput& input, const Rules& rules) {
  ASSIGN_OR_RETURN(const auto tags,
                   sources.said.tags(reading.access, reading.machine, input.range));
  const auto micro = micro_stops(input.activities, input.micro_stop);
  const Dated<TimeZone> zones = zones_of(rules.calendars);
  ConditionsThen conditions(reading);
  auto spans = resolve_reasons(
      {rules.reasons, input.activities, micro, tags, sources.location, zones,
       [&](Time at) -> const std::vector<Condition>& { return conditions.at(at); }});
  if (conditions.failed()) return std::unexpected(*conditions.failed());
  return spans;
}

/// The item that counts each kind of time best.
std::array<const Directory::Entry*, 3> counters_of(const Directory& directory) {
  std::array<const Directory::Entry*, 3> counters{};
  std::array<std::size_t, 3> ranks{};
  for (const auto& [key, entry] : directory.observed) {
    const auto counter = control_counter(entry.item);
    if (!counter) continue;
    const auto at = static_cast<std::size_t>(counter->time);
    if (counters.at(at) != nullptr && ranks.at(at) <= counter->rank) continue;
    counters.at(at) = &entry;
    ranks.at(at) = counter->rank;
  }
  return counters;
}

}  // namespace

Governed<void> check_range(TimeRange range, Duration longest) {
  if (range.empty() || range.from < kSensible.from || range.to > kSensible.to) {
    return wrong("from: the range is empty, or not between 1970 and 2200",
                 "Let it end after it begins.");
  }
  if (range.length() > longest) {
    return wrong("from: the range is too long", "Ask for a shorter one.");
  }
  return {};
}

TimeRange until_known(const Reading& reading, TimeRange range) {
  const Time last = reading.now.tracker.instant().value_or(range.from);
  const Time end = reading.now.recording ? last : std::max(last, reading.clock);
  return {range.from, std::max(range.from, std::min(range.to, end))};
}

Governed<Oee> load_oee(const Reading& reading, const OeeSources& sources,
                       const OeeQuestion& question) {
  if (auto sensible = check_range(question.range, Figures::kLongestOee); !sensible) {
    return std::unexpected(sensible.error());
  }
  OeeInput input;
  input.range = until_known(reading, question.range);
  ASSIGN_OR_RETURN(const Rules rules, load_rules(reading, sources, question));
  input.ideal = rules.goal.map([](const ProductionGoal& goal) { return goal.ideal; });
  input.micro_stop = rules.goal.map([](const ProductionGoal& goal) { return goal.micro_stop; });
  ASSIGN_OR_RETURN(input.activities,
                   load_around(reading, input.range, longest_micro_stop(input.micro_stop)));
  if (question.proposal != nullptr && question.proposal->runs) {
    input.activities = activities_with(input.activities, *question.proposal->runs);
  }
  input.shifts = shifts_over_time(rules.calendars, input.range);
  ASSIGN_OR_RETURN(input.reasons, load_reasons(reading, sources, input, rules));
  ASSIGN_OR_RETURN(PartsMade made,
                   load_parts(reading, input.range, production_in(input.activities, input.range)));
  input.parts = std::move(made.steps);
  input.source = made.source;
  input.confidence = made.confidence;
  ASSIGN_OR_RETURN(input.scrap, sources.said.scrap(reading.access, reading.machine, input.range));
  return compute_oee(std::move(input));
}

Governed<PartsAgreement> load_parts_agreement(const Reading& reading, TimeRange range) {
  if (auto sensible = check_range(range, Figures::kLongestOee); !sensible) {
    return std::unexpected(sensible.error());
  }
  const TimeRange known = until_known(reading, range);
  ASSIGN_OR_RETURN(const auto activities, load_around(reading, known, Duration()));
  return load_parts_agreement(reading, known, production_in(activities, known));
}

Governed<SelfAudit> load_self_audit(const Reading& reading, const OeeSources& sources,
                                    TimeRange range) {
  if (auto sensible = check_range(range, Figures::kLongestAudit); !sensible) {
    return std::unexpected(sensible.error());
  }
  const auto counters = counters_of(*reading.now.directory);
  if (counters.front() == nullptr) return SelfAudit();
  AuditInput input;
  input.range = until_known(reading, range);
  ASSIGN_OR_RETURN(const auto calendars, sources.calendars.find(reading.access, sources.location));
  input.zone = zones_of(calendars).at(input.range.to);
  ASSIGN_OR_RETURN(input.activities, load_around(reading, input.range, Duration()));
  const std::array values = {&input.automatic, &input.cutting, &input.power_on};
  for (std::size_t i = 0; i < counters.size(); ++i) {
    if (counters[i] == nullptr) continue;
    ASSIGN_OR_RETURN(*values[i], load_counter(reading, *counters[i], input.range));
  }
  return audit(input);
}

Governed<ShiftPlan> load_shifts(const Access& access, const OeeSources& sources, TimeRange range) {
  if (auto sensible = check_range(range, Figures::kLongestOee); !sensible) {
    return std::unexpected(sensible.error());
  }
  ASSIGN_OR_RETURN(const auto calendars, sources.calendars.find(access, sources.location));
  auto shifts = shifts_over_time(calendars, range);
  if (!shifts) return ShiftPlan();
  const auto& last = calendars.at(range.to - kInstant);
  return ShiftPlan{true, last ? last->location : std::string(), zones_of(calendars).at(range.to),
                   *std::move(shifts)};
}

}  // namespace heed::machines
