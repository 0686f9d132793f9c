#include "machines/advice_reading.h"

#include <algorithm>
#include <array>
#include <set>

#include "machines/cycle_reading.h"
#include "machines/held_over.h"
#include "machines/said_words.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);
/// So that whoever asks twice is told the same.
constexpr std::uint64_t kSeed = 0x686565642d616476;
/// Of one item in four weeks: three a second, day and night.
constexpr std::size_t kMostHeard = 8'000'000;
/// Lines of programs that are told apart; what comes beyond them is not looked at.
constexpr std::size_t kMostLines = 50'000;
/// With a tool for less, a load says nothing of its cut.
constexpr Duration kLeastLoaded = Duration::seconds(2);

constexpr std::array<std::string_view, 6> kLoadKeys = {"Sload",   "S1load",       "S_load",
                                                       "S1_load", "spindle_load", "SpindleLoad"};
constexpr std::array<std::string_view, 4> kLineTypes = {"LINE_NUMBER", "LINE", "LINE_LABEL",
                                                        "BLOCK"};
constexpr std::array<std::string_view, 4> kLineKeys = {"line", "p1line", "Block_Number", "block"};

bool among(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view one) { return same_word(word, one); });
}

/// Of two spindles the first one's: cycle and tool say nothing of which of them cuts.
bool is_spindle_load(const DataItem& item) {
  if (among(item.key, kLoadKeys) || among(item.name, kLoadKeys)) return true;
  if (item.type == "SPINDLE_LOAD") return true;
  return item.type == "LOAD" && item.component.contains("pindle");
}
bool is_line(const DataItem& item) {
  return item.type.empty() ? among(item.key, kLineKeys) : among(item.type, kLineTypes);
}

const Directory::Entry* item_of(const Directory& directory, bool (*is)(const DataItem&)) {
  for (const auto& [key, entry] : directory.observed) {
    if (!entry.condition && is(entry.item)) return &entry;
  }
  return nullptr;
}

/// A stretch of a complete cycle, and what is known of it.
struct Stretch {
  TimeRange range;
  std::size_t cycle = 0;
  std::size_t tool = 0;  ///< Into the cycle's tools.
  Standing standing;
};

std::vector<TimeRange> ranges_of(const std::vector<Stretch>& stretches) {
  std::vector<TimeRange> ranges;
  for (const Stretch& stretch : stretches) ranges.push_back(stretch.range);
  return ranges;
}

TimeRange common(TimeRange a, TimeRange b) {
  return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

/// The activities of complete cycles, cut to them.
std::vector<Stretch> stretches_of(const MachineWork& work) {
  std::vector<Stretch> stretches;
  std::size_t cycle = 0;
  for (const Activity& activity : work.activities) {
    while (cycle < work.cycles.size() && work.cycles[cycle].range.to <= activity.range.from) {
      ++cycle;
    }
    for (std::size_t i = cycle;
         i < work.cycles.size() && work.cycles[i].range.from < activity.range.to; ++i) {
      const TimeRange part = common(activity.range, work.cycles[i].range);
      if (work.cycles[i].complete && !part.empty()) {
        stretches.push_back({part, i, 0, activity.standing});
      }
    }
  }
  return stretches;
}

/// Those of them that execute, by tool.
std::vector<Stretch> tool_stretches(const MachineWork& work, const std::vector<Stretch>& all) {
  std::vector<Stretch> with_tool;
  for (const Stretch& stretch : all) {
    if (!stretch.standing.executing) continue;
    const auto& tools = work.cycles[stretch.cycle].tools;
    for (std::size_t i = 0; i < tools.size(); ++i) {
      const TimeRange part = common(stretch.range, tools[i].range);
      if (!part.empty()) with_tool.push_back({part, stretch.cycle, i, stretch.standing});
    }
  }
  std::ranges::sort(with_tool, {}, [](const Stretch& one) { return one.range.from; });
  return with_tool;
}

/// Tells `over` all that the item said in the range, and what held when it began. False: the access
/// may not see it, which is as if it had never been said.
template <class Value, class Read>
Governed<bool> hear(const Reading& reading, const Directory::Entry& entry, TimeRange range,
                    HeldOver<Value>& over, Read value_of) {
  const auto before = reading.silo.last_at(reading.access, entry.series, range.from - kInstant);
  if (!before && before.error().refusal()) return false;
  if (!before) return std::unexpected(before.error());
  const Time from = *before ? (*before)->at : range.from;
  std::size_t count = 0;
  const auto keep = [&](const silo::SampleView& view) {
    over.say(view.at, view.gap ? std::optional<Value>() : value_of(view));
    return ++count <= kMostHeard;
  };
  if (auto read = reading.silo.read(reading.access, entry.series, {from, range.to}, keep); !read) {
    return std::unexpected(read.error());
  }
  if (count > kMostHeard) {
    return std::unexpected<policy::Withheld>(
        Error{ErrorKind::kExhausted, "too much was said in four weeks to look through", {}});
  }
  over.finish();
  return true;
}

std::optional<double> number_of(const silo::SampleView& view) {
  return view.number;
}
std::optional<std::string> text_of(const silo::SampleView& view) {
  return std::string(view.text);
}

/// Whether the item was there to be looked at.
Governed<bool> read_slowed(const Reading& reading, const std::vector<Stretch>& all,
                           MachineWork& work) {
  const auto* entry = reading.now.directory->find(reading.now.tracker.item_of(Role::kFeedOverride));
  if (entry == nullptr) return false;
  std::vector<Stretch> cutting;
  std::ranges::copy_if(all, std::back_inserter(cutting), [](const Stretch& one) {
    return one.standing.executing && one.standing.state != State::kNotCutting;
  });
  HeldOver<double> over(ranges_of(cutting), [&](std::size_t at, TimeRange part, double percent) {
    if (percent <= 0 || percent >= 100) return;
    // Ten seconds in, the state becomes SLOWED; that divides nothing here.
    if (!work.slowed.empty()) {
      SlowedStretch& last = work.slowed.back();
      const bool goes_on = last.range.to == part.from && last.cycle == cutting[at].cycle;
      if (goes_on && last.override_percent == percent) {
        last.range.to = part.to;
        return;
      }
    }
    work.slowed.push_back({part, percent, cutting[at].cycle});
  });
  return hear(reading, *entry, work.range, over, number_of);
}

/// Which of its tool's uses it is.
std::uint32_t use_of(const std::vector<ToolUse>& tools, std::size_t at) {
  const auto end = tools.begin() + static_cast<std::ptrdiff_t>(at) + 1;
  return static_cast<std::uint32_t>(
      std::ranges::count(tools.begin(), end, tools[at].tool, &ToolUse::tool));
}

Governed<bool> read_loads(const Reading& reading, const std::vector<Stretch>& all,
                          MachineWork& work) {
  const auto* entry = item_of(*reading.now.directory, is_spindle_load);
  if (entry == nullptr) return false;
  const std::vector<Stretch> stretches = tool_stretches(work, all);
  struct Sum {
    double area = 0;
    Duration time;
  };
  std::map<std::pair<std::size_t, std::size_t>, Sum> sums;  // by cycle and place in its tools
  HeldOver<double> over(ranges_of(stretches), [&](std::size_t at, TimeRange part, double load) {
    const Stretch& stretch = stretches[at];
    Sum& sum = sums[{stretch.cycle, stretch.tool}];
    sum.area += load * part.length().in_seconds();
    sum.time += part.length();
  });
  ASSIGN_OR_RETURN(const bool heard, hear(reading, *entry, work.range, over, number_of));
  for (const auto& [of, sum] : sums) {
    if (sum.time < kLeastLoaded) continue;
    const auto& tools = work.cycles[of.first].tools;
    work.loads.push_back({of.first, tools[of.second].tool, use_of(tools, of.second),
                          sum.area / sum.time.in_seconds()});
  }
  return heard;
}

Governed<bool> read_lines(const Reading& reading, const std::vector<Stretch>& all,
                          MachineWork& work) {
  const auto* entry = item_of(*reading.now.directory, is_line);
  if (entry == nullptr) return false;
  std::vector<Stretch> stretches;
  std::ranges::copy_if(all, std::back_inserter(stretches), [&](const Stretch& one) {
    const bool told = one.standing.executing || one.standing.state == State::kHeld;
    return told && !work.cycles[one.cycle].program.empty();
  });
  std::map<std::pair<std::string, std::string>, Duration> lines;
  std::set<std::size_t> told;
  const auto visit = [&](std::size_t at, TimeRange part, const std::string& line) {
    const Stretch& stretch = stretches[at];
    const bool held = stretch.standing.state == State::kHeld;
    // What the line was when it was held; a control may say it again later.
    if (held && told.insert(at).second) work.holds.push_back({line, stretch.range, stretch.cycle});
    if (held) return;
    const std::pair key{work.cycles[stretch.cycle].program, line};
    if (lines.size() < kMostLines || lines.contains(key)) lines[key] += part.length();
  };
  HeldOver<std::string> over(ranges_of(stretches), visit);
  ASSIGN_OR_RETURN(const bool heard, hear(reading, *entry, work.range, over, text_of));
  for (const auto& [of, executing] : lines) {
    work.lines.push_back({of.first, of.second, executing});
  }
  return heard;
}

TimeRange looked_at(const Reading& reading) {
  const Time last = reading.now.tracker.instant().value_or(reading.clock);
  const Time now = reading.now.recording ? last : std::max(last, reading.clock);
  return {now - Recommendation::kLookBack, now};
}

Governed<AdviceBasis> read_work(const Reading& reading, const OeeSources& sources,
                                MachineWork& work) {
  AdviceBasis basis{.range = work.range};
  ASSIGN_OR_RETURN(CycleList list, load_cycles(reading, work.range));
  work.cycles = std::move(list.cycles);
  std::erase_if(work.cycles, [&](const Cycle& one) { return one.range.to > work.range.to; });
  ASSIGN_OR_RETURN(work.activities, load_activities(reading, work.range));
  ASSIGN_OR_RETURN(ShiftPlan plan, load_shifts(reading.access, sources, work.range));
  work.zone = plan.zone;
  basis.calendar = plan.has_calendar;
  if (plan.has_calendar) work.shifts = std::move(plan.shifts);
  const std::vector<Stretch> all = stretches_of(work);
  ASSIGN_OR_RETURN(basis.feed_override, read_slowed(reading, all, work));
  ASSIGN_OR_RETURN(basis.load, read_loads(reading, all, work));
  ASSIGN_OR_RETURN(basis.line, read_lines(reading, all, work));
  std::set<Day> days;
  for (const Cycle& cycle : work.cycles) {
    if (!cycle.complete) continue;
    ++basis.cycles;
    days.insert(work.zone.wall(cycle.range.from).day);
  }
  basis.days = days.size();
  return basis;
}

}  // namespace

Governed<AdviceList> load_advice(const Reading& reading, const OeeSources& sources,
                                 const AdviceBook& book) {
  AdviceList list;
  ASSIGN_OR_RETURN(list.hour, book.hour(reading.access));
  ASSIGN_OR_RETURN(const auto dismissed, book.dismissals(reading.access, reading.machine));
  MachineWork work{.range = looked_at(reading)};
  ASSIGN_OR_RETURN(list.basis, read_work(reading, sources, work));
  SeededRandom random(kSeed);
  std::vector<Advised> behind;
  for (Recommendation& one : recommend(work, signals::AlarmBudget(), random)) {
    const auto told = dismissed.find(one.id);
    if (told == dismissed.end()) {
      list.items.push_back({std::move(one), {}});
    } else {
      behind.push_back({std::move(one), told->second});
    }
  }
  std::ranges::move(behind, std::back_inserter(list.items));
  return list;
}

}  // namespace heed::machines
