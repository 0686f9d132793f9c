#include "machines/self_audit.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "machines/said_words.h"

namespace heed::machines {
namespace {

struct Row {
  std::string_view key, type, sub_type;
  ControlTime time;
};
// Mazak's agents say x:AUTO and so on, as ACCUMULATED_TIME has no sub types of its own; the
// equipment's timers are MTConnect's since 1.4. The process timer begins anew with each part.
constexpr std::array kCounters = {
    Row{"auto_time", "ACCUMULATED_TIME", "AUTO", ControlTime::kAutomatic},
    Row{"cut_time", "ACCUMULATED_TIME", "CUT", ControlTime::kCutting},
    Row{"total_time", "ACCUMULATED_TIME", "TOTAL", ControlTime::kPowerOn},
    Row{"", "EQUIPMENT_TIMER", "WORKING", ControlTime::kAutomatic},
    Row{"", "EQUIPMENT_TIMER", "LOADED", ControlTime::kCutting},
    Row{"", "EQUIPMENT_TIMER", "POWERED", ControlTime::kPowerOn},
    Row{"", "PROCESS_TIMER", "PROCESS", ControlTime::kAutomatic}};

/// Stretches between which nothing was heard for too long.
std::vector<TimeRange> heard_stretches(const AuditInput& input) {
  std::vector<Time> said;
  for (const auto* counter : {&input.automatic, &input.cutting, &input.power_on}) {
    for (const CounterValue& value : *counter) {
      if (input.range.contains(value.at)) said.push_back(value.at);
    }
  }
  std::ranges::sort(said);
  std::vector<TimeRange> stretches;
  for (const Time at : said) {
    if (stretches.empty() || at - stretches.back().to > SelfAudit::kSilence) {
      stretches.push_back({at, at});
    } else {
      stretches.back().to = at;
    }
  }
  return stretches;
}

class Days {
 public:
  explicit Days(const TimeZone& zone) : zone_(zone) {}
  AuditDay& of(Time at) {
    const Day day = zone_.wall(at).day;
    AuditDay& found = days_[day];
    found.day = day;
    return found;
  }
  /// Calls `each` with the parts of the range that lie in one day.
  template <class Each>
  void split(TimeRange range, Each each) {
    while (!range.empty()) {
      const Time next = std::min(zone_.day_end(range.from), range.to);
      each(of(range.from), next - range.from);
      range.from = next;
    }
  }
  std::vector<AuditDay> take() && {
    std::vector<AuditDay> all;
    for (auto& [day, audited] : days_) all.push_back(std::move(audited));
    return all;
  }

 private:
  const TimeZone& zone_;
  std::map<Day, AuditDay> days_;
};

void add_ours(const AuditInput& input, const std::vector<TimeRange>& stretches, Days& days) {
  auto activity = input.activities.begin();
  for (const TimeRange& stretch : stretches) {
    days.split(stretch, [](AuditDay& day, Duration part) { day.heard += part; });
    while (activity != input.activities.end() && activity->range.to <= stretch.from) ++activity;
    for (auto in = activity; in != input.activities.end() && in->range.from < stretch.to; ++in) {
      if (!in->standing.in_cycle) continue;
      const TimeRange both{std::max(in->range.from, stretch.from),
                           std::min(in->range.to, stretch.to)};
      days.split(both, [](AuditDay& day, Duration part) { day.ours += part; });
    }
  }
}

/// Rises between two values of one stretch.
template <class Add>
void add_rises(const std::vector<CounterValue>& values, const std::vector<TimeRange>& stretches,
               Add add) {
  const auto stretch_of = [&](Time at) {
    return std::ranges::lower_bound(stretches, at, {}, &TimeRange::to);
  };
  std::optional<CounterValue> before;
  for (const CounterValue& said : values) {
    const auto here = stretch_of(said.at);
    const bool heard = here != stretches.end() && here->from <= said.at;
    if (!said.value || !heard) {
      before.reset();
      continue;
    }
    if (before && stretch_of(before->at) == here && *said.value > *before->value) {
      add(said.at, Duration::nanoseconds(std::llround((*said.value - *before->value) * 1e9)));
    }
    before = said;
  }
}

void compare(AuditDay& day) {
  if (day.ours < SelfAudit::kLeast && day.theirs < SelfAudit::kLeast) return;
  const double apart = (day.ours - day.theirs).magnitude().in_seconds();
  const double theirs = day.theirs.in_seconds();
  day.differs = theirs > 0 ? apart / theirs : 1;
}

}  // namespace

std::optional<ControlCounter> control_counter(const DataItem& item) {
  std::string_view sub_type = item.sub_type;
  if (sub_type.starts_with("x:")) sub_type.remove_prefix(2);
  for (std::size_t rank = 0; rank < kCounters.size(); ++rank) {
    const Row& row = kCounters.at(rank);
    const bool same = item.type.empty() ? !row.key.empty() && same_word(item.key, row.key)
                                        : item.type == row.type && sub_type == row.sub_type;
    if (same) return ControlCounter{row.time, rank};
  }
  return {};
}

bool AuditDay::agrees() const {
  return differs && *differs <= SelfAudit::kTolerance;
}

const AuditDay* SelfAudit::last() const {
  const auto found = std::find_if(days.rbegin(), days.rend(),
                                  [](const AuditDay& day) { return day.differs.has_value(); });
  return found == days.rend() ? nullptr : &*found;
}

bool SelfAudit::drifts() const {
  return last() != nullptr && !last()->agrees();
}

SelfAudit audit(const AuditInput& input) {
  SelfAudit made{.counts = !input.automatic.empty()};
  if (!made.counts) return made;
  const std::vector<TimeRange> stretches = heard_stretches(input);
  Days days(input.zone);
  add_ours(input, stretches, days);
  add_rises(input.automatic, stretches,
            [&](Time at, Duration rise) { days.of(at).theirs += rise; });
  add_rises(input.cutting, stretches, [&](Time at, Duration rise) {
    AuditDay& day = days.of(at);
    day.cutting = day.cutting.value_or(Duration()) + rise;
  });
  made.days = std::move(days).take();
  for (AuditDay& day : made.days) compare(day);
  return made;
}

}  // namespace heed::machines
