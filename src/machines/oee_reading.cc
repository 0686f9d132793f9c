#include "machines/oee_reading.h"

#include <algorithm>

#include "machines/evidence.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);
constexpr TimeRange kSensible{Time(), Time::from_seconds(7'258'118'400)};  // 1970 to 2200

std::unexpected<policy::Withheld> wrong(std::string message, std::string mend) {
  return std::unexpected<policy::Withheld>(
      Error{ErrorKind::kInvalid, std::move(message), std::move(mend)});
}

/// Around the range as much as a micro-stop at its edge needs; the first one from where it began.
Governed<std::vector<Activity>> load_activities(const Reading& reading, TimeRange range,
                                                Duration around) {
  ASSIGN_OR_RETURN(Timeline timeline,
                   load_timeline(reading, {range.from - around, range.to + around}));
  auto activities = std::move(timeline.activities);
  if (activities.empty()) return activities;
  ASSIGN_OR_RETURN(const auto begun, load_standing(reading, activities.front().range.from));
  if (begun) activities.front().range.from = std::min(activities.front().range.from, begun->at);
  return activities;
}

/// What an item said as numbers, from what held when the range began.
Governed<std::vector<CounterValue>> load_counter(const Reading& reading,
                                                 const Directory::Entry& entry, TimeRange range) {
  std::vector<CounterValue> values;
  ASSIGN_OR_RETURN(const auto before,
                   reading.silo.last_at(reading.access, entry.series, range.from - kInstant));
  const Time from = before ? before->at : range.from;
  const auto keep = [&](const silo::SampleView& view) {
    values.push_back({view.at, view.gap ? std::nullopt : view.number});
    return true;
  };
  if (auto read =
          reading.silo.read(reading.access, entry.series, {from, range.to + kInstant}, keep);
      !read) {
    return std::unexpected(read.error());
  }
  return values;
}

Governed<std::optional<std::vector<PartStep>>> load_parts(const Reading& reading, TimeRange range) {
  const auto* entry = reading.now.directory->find(reading.now.tracker.item_of(Role::kPartCount));
  if (entry == nullptr) return std::nullopt;
  ASSIGN_OR_RETURN(const auto values, load_counter(reading, *entry, range));
  return steps_of(values);
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

Governed<std::vector<ReasonSpan>> load_reasons(const Reading& reading, const OeeSources& sources,
                                               const OeeInput& input, const TimeZone& zone) {
  ASSIGN_OR_RETURN(const ReasonTree tree, sources.said.reasons(reading.access));
  ASSIGN_OR_RETURN(const auto tags,
                   sources.said.tags(reading.access, reading.machine, input.range));
  const auto micro = micro_stops(input.activities, input.micro_stop);
  ConditionsThen conditions(reading);
  auto spans = resolve_reasons(
      {tree, input.activities, micro, tags, sources.location, zone,
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

Governed<Oee> load_oee(const Reading& reading, const OeeSources& sources, TimeRange range) {
  if (auto sensible = check_range(range, Machines::kLongestOee); !sensible) {
    return std::unexpected(sensible.error());
  }
  OeeInput input;
  input.range = until_known(reading, range);
  ASSIGN_OR_RETURN(const ProductionGoal goal, sources.said.goal(reading.access, reading.machine));
  input.ideal = goal.ideal;
  input.micro_stop = goal.micro_stop;
  ASSIGN_OR_RETURN(input.activities, load_activities(reading, input.range, goal.micro_stop));
  ASSIGN_OR_RETURN(ShiftPlan plan,
                   load_shifts(reading.access, sources.calendars, sources.location, input.range));
  if (plan.has_calendar) input.shifts = std::move(plan.shifts);
  ASSIGN_OR_RETURN(input.reasons, load_reasons(reading, sources, input, plan.zone));
  ASSIGN_OR_RETURN(input.parts, load_parts(reading, input.range));
  ASSIGN_OR_RETURN(input.scrap, sources.said.scrap(reading.access, reading.machine, input.range));
  return compute_oee(std::move(input));
}

Governed<SelfAudit> load_self_audit(const Reading& reading, const OeeSources& sources,
                                    TimeRange range) {
  if (auto sensible = check_range(range, Machines::kLongestAudit); !sensible) {
    return std::unexpected(sensible.error());
  }
  const auto counters = counters_of(*reading.now.directory);
  if (counters.front() == nullptr) return SelfAudit();
  AuditInput input;
  input.range = until_known(reading, range);
  ASSIGN_OR_RETURN(const ShiftPlan plan, load_shifts(reading.access, sources.calendars,
                                                     sources.location, {range.from, range.from}));
  input.zone = plan.zone;
  ASSIGN_OR_RETURN(input.activities, load_activities(reading, input.range, Duration()));
  const std::array values = {&input.automatic, &input.cutting, &input.power_on};
  for (std::size_t i = 0; i < counters.size(); ++i) {
    if (counters[i] == nullptr) continue;
    ASSIGN_OR_RETURN(*values[i], load_counter(reading, *counters[i], input.range));
  }
  return audit(input);
}

Governed<ShiftPlan> load_shifts(const Access& access, const CalendarBook& calendars,
                                std::string_view location, TimeRange range) {
  if (!range.empty()) {
    if (auto sensible = check_range(range, Machines::kLongestOee); !sensible) {
      return std::unexpected(sensible.error());
    }
  }
  ASSIGN_OR_RETURN(const auto calendar, calendars.find(access, location));
  if (!calendar) return ShiftPlan();
  return ShiftPlan{true, calendar->location, calendar->zone, shifts_in(*calendar, range)};
}

}  // namespace heed::machines
