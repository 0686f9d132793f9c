#include "machines/cycle_reading.h"

#include <algorithm>
#include <array>

#include "machines/cycle_items.h"
#include "machines/cycle_judge.h"
#include "machines/cycle_split.h"
#include "machines/cycle_tracker.h"
#include "machines/figures.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);
/// A run may have begun so long before the first that is compared with.
constexpr Duration kLongestRun = Duration::days(1);

/// About fifty a minute, day and night, of the longest range.
constexpr std::size_t kMostHeard = 8'000'000;

std::unexpected<policy::Withheld> withheld(ErrorKind kind, std::string message) {
  return std::unexpected<policy::Withheld>(
      Error{kind, std::move(message), "Ask for a shorter range."});
}

struct Source {
  CycleItem item;
  const Directory::Entry* entry;
  /// If not, an item that the access may not see is as if it had never been said.
  bool needed;
};

struct Heard {
  Time at;
  CycleItem item;
  std::optional<std::string> text;
};

Time earlier(Time time, Duration by) {
  return time < Time::min() + by ? Time::min() : time - by;
}

Time later(Time time, Duration by) {
  return time > Time::max() - by ? Time::max() : time + by;
}

/// What held at the window's beginning, and all that was said in it.
class Listener {
 public:
  Listener(const Reading& reading, TimeRange window) : reading_(reading), window_(window) {}

  Governed<void> hear(const Source& source) {
    if (source.entry == nullptr) return {};
    auto heard = read(source.item, *source.entry);
    if (!heard && heard.error().refusal() && !source.needed) return {};
    if (heard && count_ > kMostHeard) {
      return withheld(ErrorKind::kExhausted, "too much was said in this range to find its cycles");
    }
    return heard;
  }

  Governed<void> hear_offline() {
    ASSIGN_OR_RETURN(const auto activities, load_activities(reading_, window_));
    bool offline = false;
    for (const Activity& activity : activities) {
      const bool now_offline = activity.standing.state == State::kOffline;
      if (now_offline != offline) {
        of(CycleItem::kOffline)
            .push_back({activity.range.from, CycleItem::kOffline, now_offline ? "1" : "0"});
      }
      offline = now_offline;
    }
    return {};
  }

  /// Tells the tracker all of it.
  void tell(CycleTracker& tracker) {
    for (const Heard& held : held_) tracker.observe(held.item, held.text, held.at);
    tracker.forget_run();
    std::array<std::size_t, kCycleItems> next{};
    while (const auto* first = earliest(next)) {
      ++next.at(static_cast<std::size_t>(first->item));
      tracker.observe(first->item, first->text, first->at);
    }
  }

 private:
  Governed<void> read(CycleItem item, const Directory::Entry& entry) {
    if (window_.from > Time::min()) {
      ASSIGN_OR_RETURN(const auto before, reading_.silo.last_at(reading_.access, entry.series,
                                                                window_.from - kInstant));
      if (before) held_.push_back({window_.from, item, before->value});
    }
    std::vector<Heard>& heard = of(item);
    const auto keep = [&](const silo::SampleView& view) {
      heard.push_back(
          {view.at, item, view.gap ? std::nullopt : std::optional<std::string>(view.text)});
      return ++count_ <= kMostHeard;
    };
    return reading_.silo.read(reading_.access, entry.series, window_, keep);
  }

  std::vector<Heard>& of(CycleItem item) { return heard_.at(static_cast<std::size_t>(item)); }

  /// Of what has not been told yet; nothing at the end.
  const Heard* earliest(const std::array<std::size_t, kCycleItems>& next) const {
    const Heard* first = nullptr;
    for (std::size_t i = 0; i < kCycleItems; ++i) {
      if (next.at(i) == heard_.at(i).size()) continue;
      const Heard& heard = heard_.at(i)[next.at(i)];
      if (first == nullptr || heard.at < first->at) first = &heard;
    }
    return first;
  }

  const Reading& reading_;
  const TimeRange window_;
  std::vector<Heard> held_;
  std::array<std::vector<Heard>, kCycleItems> heard_;  ///< By item, each in the order of time.
  std::size_t count_ = 0;
};

Governed<void> hear_all(const Reading& reading, Listener& listener) {
  const Directory& directory = *reading.now.directory;
  const StateTracker& states = reading.now.tracker;
  const CycleItems items = cycle_items(directory);
  const auto role = [&](Role its) { return directory.find(states.item_of(its)); };
  const std::array<Source, 5> sources = {
      Source{CycleItem::kExecution, role(Role::kExecution), true},
      Source{CycleItem::kMode, role(Role::kControllerMode), true},
      Source{CycleItem::kProgram, items.program, false},
      Source{CycleItem::kTool, items.tool, false},
      Source{CycleItem::kPartCount, items.part_count, false}};
  for (const Source& source : sources) {
    if (auto heard = listener.hear(source); !heard) return heard;
  }
  return listener.hear_offline();
}

}  // namespace

Governed<CycleList> load_cycles(const Reading& reading, TimeRange range) {
  if (range.empty() || range.to > later(range.from, Figures::kLongestCycleRange)) {
    return withheld(ErrorKind::kInvalid, "cycles are told of a range of at most 100 days");
  }
  Listener listener(
      reading, {earlier(range.from, kPeersWithin + kLongestRun), later(range.to, kPeersWithin)});
  if (auto heard = hear_all(reading, listener); !heard) return std::unexpected(heard.error());
  CycleTracker tracker;
  listener.tell(tracker);
  tracker.finish();
  std::vector<Cycle> cycles;
  for (const MachineRun& run : tracker.take_runs()) {
    std::ranges::move(split_run(run), std::back_inserter(cycles));
  }
  judge_cycles(cycles);
  CycleList list;
  for (Cycle& cycle : cycles) {
    if (range.contains(cycle.range.from)) list.cycles.push_back(std::move(cycle));
  }
  if (list.cycles.size() > Figures::kMostCycles) {
    return withheld(ErrorKind::kExhausted, "more than 10,000 cycles began in this range");
  }
  for (const UnseenParts& unseen : tracker.take_unseen_parts()) {
    if (range.contains(unseen.at)) list.unseen_parts += unseen.parts;
  }
  return list;
}

}  // namespace heed::machines
