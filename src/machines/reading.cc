#include "machines/reading.h"

#include <algorithm>
#include <deque>

#include "machines/figures.h"
#include "machines/history.h"
#include "machines/timeline.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);

/// Until when the last activity lasts.
Time end_of(const Reading& reading) {
  const Time last = reading.now.tracker.instant().value_or(Time::min());
  return reading.now.recording ? last : std::max(last, reading.clock);
}

/// What only time brings about until now.
std::vector<Transition> due_changes(const Reading& reading) {
  std::vector<Transition> changes;
  if (reading.now.recording) return changes;
  StateTracker tracker = reading.now.tracker;
  tracker.advance(reading.clock, changes);
  return changes;
}

std::optional<Transition> transition_of(const silo::SampleView& view) {
  if (!view.number) return {};
  const SampleFlags flags = SampleFlags::from(view.flags);
  return read_standing(view.at, *view.number, static_cast<std::uint8_t>(flags.placed));
}

/// All transitions from the one that holds at the range's start on.
template <class Visit>
Governed<void> read_transitions(const Reading& reading, TimeRange range, const Visit& visit) {
  const auto& series = reading.now.directory->states;
  if (!series) return {};
  const auto each = [&](const silo::SampleView& view) {
    if (const auto transition = transition_of(view)) visit(*transition);
    return true;
  };
  ASSIGN_OR_RETURN(const auto first, reading.silo.last_at(reading.access, *series, range.from));
  const Time from = first ? first->at : range.from;
  if (auto read = reading.silo.read(reading.access, *series, {from, range.to}, each); !read) {
    return read;
  }
  for (const Transition& change : due_changes(reading)) {
    if (change.at < range.to) visit(change);
  }
  return {};
}

Governed<void> read_happenings(const Reading& reading, Time from,
                               const std::function<void(Time, const Happening&)>& visit) {
  const auto& series = reading.now.directory->history;
  if (!series) return {};
  return read_texts(reading.silo, reading.access, *series, {from, Time::max()},
                    [&](const TextStamp& stamp, std::string_view text) {
                      if (const auto told = read_happening(text)) visit(stamp.at, *told);
                      return true;
                    });
}

SampleRow row_of(const silo::SampleView& view) {
  return {view.at, view.device, view.arrival, view.gap ? std::nullopt : std::optional(view.text),
          SampleFlags::from(view.flags).placed};
}

void add_sample(Plot& plot, Time at, bool gap, std::optional<double> number,
                std::string_view text) {
  plot.points.push_back({at, number, number, number});
  plot.words.push_back({at, gap ? std::nullopt : std::optional<std::string>(text)});
  if (!gap && !number) plot.numeric = false;
}

/// What held when the range began.
Governed<void> add_before(const Reading& reading, const Directory::Entry& entry, Time from,
                          Plot& plot) {
  if (from == Time::min()) return {};
  const TimeRange before{Time::min(), from};
  ASSIGN_OR_RETURN(const auto last,
                   reading.silo.last_at(reading.access, entry.series, from - kInstant));
  if (!last || !before.contains(last->at)) return {};
  return reading.silo.read(reading.access, entry.series, {last->at, last->at + kInstant},
                           [&](const silo::SampleView& view) {
                             plot.points.clear();
                             plot.words.clear();
                             add_sample(plot, view.at, view.gap, view.number, view.text);
                             return true;
                           });
}

void add_bucket(Plot& plot, const silo::Bucket& bucket) {
  plot.count += bucket.count;
  plot.points.push_back({bucket.from, bucket.last, bucket.minimum, bucket.maximum});
  const bool gap = bucket.count == bucket.gaps;
  plot.words.push_back({bucket.from, gap ? std::nullopt : std::optional(bucket.last_text)});
  if (!gap && !bucket.minimum) plot.numeric = false;
}

/// Only one of the two is told, and only if it says anything.
void settle(Plot& plot) {
  const auto told = [](const Plot::Point& point) { return point.minimum.has_value(); };
  plot.numeric = plot.numeric && std::ranges::any_of(plot.points, told);
  if (plot.numeric) {
    plot.words.clear();
  } else {
    plot.points.clear();
  }
}

Governed<ItemView> view_item(const Reading& reading, const Directory::Entry& entry) {
  ItemView view{entry.item, {}, {}};
  if (reading.now.tracker.item_of(entry.role) == entry.item.key) view.role = word(entry.role);
  ASSIGN_OR_RETURN(const auto last,
                   reading.silo.last_at(reading.access, entry.series, Time::max()));
  if (!last) return view;
  view.last = ItemView::Last{last->at, last->device, last->arrival, last->value,
                             SampleFlags::from(last->flags).placed};
  return view;
}

template <class Visit>
Governed<Ending> scan(const Reading& reading, TimeRange range, const Visit& visit) {
  bool any = false;
  TimelineBuilder builder(range, [&](const Activity& activity) {
    any = true;
    visit(activity);
  });
  const auto add = [&](const Transition& transition) { builder.add(transition); };
  if (auto read = read_transitions(reading, range, add); !read) {
    return std::unexpected(read.error());
  }
  const Time end = end_of(reading);
  std::move(builder).finish(end);
  return Ending{.open = !reading.now.recording && any && range.to >= end};
}

}  // namespace

Governed<Ending> scan_activities(const Reading& reading, TimeRange range,
                                 const ActivityVisitor& visit) {
  return scan(reading, range, visit);
}

Governed<std::vector<Activity>> load_activities(const Reading& reading, TimeRange range) {
  std::vector<Activity> activities;
  // silo/run.h says why not push_back().
  const auto add = [&](const Activity& activity) { activities.emplace_back() = activity; };
  if (auto scanned = scan(reading, range, add); !scanned) return std::unexpected(scanned.error());
  return activities;
}

Governed<std::vector<Gap>> load_gaps(const Reading& reading, TimeRange range) {
  std::vector<Gap> gaps;
  const auto keep_gap = [&](Time, const Happening& told) {
    const Gap* gap = std::get_if<Gap>(&told);
    if (gap && gap->to >= range.from && gap->from < range.to) gaps.push_back(*gap);
  };
  if (auto read = read_happenings(reading, range.from, keep_gap); !read) {
    return std::unexpected(read.error());
  }
  return gaps;
}

Governed<Timeline> load_timeline(const Reading& reading, TimeRange range) {
  Timeline timeline;
  const auto add = [&](const Activity& activity) { add_activity(timeline, activity); };
  ASSIGN_OR_RETURN(const Ending ending, scan(reading, range, add));
  timeline.open = ending.open;
  ASSIGN_OR_RETURN(timeline.gaps, load_gaps(reading, range));
  return timeline;
}

Governed<std::optional<Transition>> load_standing(const Reading& reading, Time at) {
  std::optional<Transition> holds;
  const auto keep = [&](const Transition& transition) {
    if (!holds || holds->standing != transition.standing) holds = transition;
  };
  const TimeRange until{at, at == Time::max() ? at : at + kInstant};
  if (auto read = read_transitions(reading, until, keep); !read) {
    return std::unexpected(read.error());
  }
  // A change that was taken back in no time stands in the series; what it interrupted began before.
  while (holds) {
    const TimeRange before{holds->at - kInstant, holds->at};
    std::optional<Transition> earlier;
    const auto& series = reading.now.directory->states;
    ASSIGN_OR_RETURN(const auto last, reading.silo.last_at(reading.access, *series, before.from));
    if (!last) break;
    const TimeRange there{last->at, last->at + kInstant};
    const auto see = [&](const silo::SampleView& view) {
      earlier = transition_of(view);
      return true;
    };
    if (auto read = reading.silo.read(reading.access, *series, there, see); !read) {
      return std::unexpected(read.error());
    }
    if (!earlier || earlier->standing != holds->standing) break;
    holds = earlier;
  }
  return holds;
}

Governed<std::vector<ItemView>> load_items(const Reading& reading) {
  std::vector<ItemView> views;
  const Directory& directory = *reading.now.directory;
  const auto add = [&](const Directory::Entry& entry) -> Governed<void> {
    auto view = view_item(reading, entry);
    if (!view && view.error().refusal()) return {};  // a class that this access may not see
    if (!view) return std::unexpected(view.error());
    views.push_back(*std::move(view));
    return {};
  };
  for (const DataItem& item : directory.model) {
    const Directory::Entry* entry = directory.find(item.key);
    if (entry == nullptr) {
      views.push_back({item, {}, {}});
    } else if (auto added = add(*entry); !added) {
      return std::unexpected(added.error());
    }
  }
  for (const auto& [key, entry] : directory.observed) {
    if (std::ranges::find(directory.model, key, &DataItem::key) != directory.model.end()) continue;
    if (auto added = add(entry); !added) return std::unexpected(added.error());
  }
  return views;
}

Governed<Plot> load_plot(const Reading& reading, std::string_view item, TimeRange range,
                         std::size_t points) {
  ASSIGN_OR_RETURN(const auto* const entry, find_item(reading, item));
  Plot plot{.item = entry->item, .numeric = true, .exact = true};
  if (auto read = add_before(reading, *entry, range.from, plot); !read) {
    return std::unexpected(read.error());
  }
  const auto begin = plot.points.size();
  const auto add = [&](const silo::SampleView& view) {
    plot.exact = ++plot.count <= points;
    if (plot.exact) add_sample(plot, view.at, view.gap, view.number, view.text);
    return plot.exact;
  };
  if (auto read = reading.silo.read(reading.access, entry->series, range, add); !read) {
    return std::unexpected(read.error());
  }
  if (!plot.exact) {
    plot.points.resize(begin);
    plot.words.resize(begin);
    plot.count = 0;
    ASSIGN_OR_RETURN(const auto buckets,
                     reading.silo.downsample(reading.access, entry->series, range, points));
    for (const silo::Bucket& bucket : buckets) add_bucket(plot, bucket);
  }
  ASSIGN_OR_RETURN(plot.damage, reading.silo.damage(reading.access, entry->series, range));
  settle(plot);
  return plot;
}

Governed<void> scan_item(const Reading& reading, std::string_view item, TimeRange range,
                         const RowVisitor& visit) {
  ASSIGN_OR_RETURN(const auto* const entry, find_item(reading, item));
  return reading.silo.read(reading.access, entry->series, range,
                           [&](const silo::SampleView& view) { return visit(row_of(view)); });
}

Governed<std::vector<HeldValue>> load_held(const Reading& reading, std::string_view item,
                                           TimeRange range) {
  ASSIGN_OR_RETURN(const auto* const entry, find_item(reading, item));
  const Time end = std::min(range.to, end_of(reading));
  std::vector<HeldValue> values;
  std::optional<std::pair<Time, double>> last;
  const auto hold_until = [&](Time until) {
    if (last && until > last->first) {
      values.push_back({last->second, until - last->first, last->first.utc_day()});
    }
  };
  const auto keep = [&](const silo::SampleView& view) {
    const Time at = std::max(view.at, range.from);
    hold_until(at);
    last.reset();
    if (view.number) last = {at, *view.number};
    return values.size() <= Figures::kMostSignalValues;
  };
  ASSIGN_OR_RETURN(const auto before,
                   reading.silo.last_at(reading.access, entry->series, range.from));
  const TimeRange from_then{before ? before->at : range.from, end};
  if (auto read = reading.silo.read(reading.access, entry->series, from_then, keep); !read) {
    return std::unexpected(read.error());
  }
  if (values.size() > Figures::kMostSignalValues) {
    return std::unexpected<policy::Withheld>(Error{
        ErrorKind::kExhausted, "the item said too much in this range", "Ask for a shorter range."});
  }
  hold_until(end);
  return values;
}

Governed<LinkHistory> load_link_history(const Reading& reading, std::size_t limit) {
  std::deque<LinkHistory::Change> changes;
  std::deque<Gap> gaps;
  const auto keep = [&](Time at, const Happening& told) {
    if (const Link* link = std::get_if<Link>(&told))
      changes.push_front({at, link->up, link->words});
    if (const Gap* gap = std::get_if<Gap>(&told)) gaps.push_front(*gap);
    if (changes.size() > limit) changes.pop_back();
    if (gaps.size() > limit) gaps.pop_back();
  };
  if (auto read = read_happenings(reading, Time::min(), keep); !read) {
    return std::unexpected(read.error());
  }
  return LinkHistory{{changes.begin(), changes.end()}, {gaps.begin(), gaps.end()}};
}

Governed<const Directory::Entry*> find_item(const Reading& reading, std::string_view item) {
  const Directory::Entry* entry = reading.now.directory->find(item);
  if (entry != nullptr) return entry;
  return std::unexpected<policy::Withheld>(
      Error{ErrorKind::kNotFound, "the machine has said nothing of that name", {}});
}

}  // namespace heed::machines
