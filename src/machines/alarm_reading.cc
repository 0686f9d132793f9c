#include "machines/alarm_reading.h"

#include <algorithm>
#include <tuple>

#include "machines/condition_book.h"
#include "machines/evidence.h"
#include "machines/figures.h"
#include "machines/oee_reading.h"

namespace heed::machines {
namespace {

constexpr Duration kInstant = Duration::nanoseconds(1);

std::vector<TimeRange> unheard_in(const std::vector<Activity>& activities) {
  std::vector<TimeRange> unheard;
  for (const Activity& activity : activities) {
    if (activity.standing.state == State::kOffline) unheard.push_back(activity.range);
  }
  return unheard;
}

/// What the item said of itself in the input's range.
Governed<void> hear(const Reading& reading, const Directory::Entry& entry, AlarmInput& input) {
  bool too_much = false;
  const auto keep = [&](const silo::SampleView& view) {
    if (!SampleFlags::from(view.flags).condition) return true;
    const auto text = view.gap ? std::nullopt : std::optional(view.text);
    input.said.push_back(read_condition(entry.item.key, text, view.at));
    too_much = input.said.size() > Figures::kMostAlarms;
    return !too_much;
  };
  if (auto read = reading.silo.read(reading.access, entry.series, input.range, keep); !read) {
    return read;
  }
  if (!too_much) return {};
  return std::unexpected<policy::Withheld>(Error{ErrorKind::kExhausted,
                                                 "more than 100,000 alarms were told in this range",
                                                 "Ask for a shorter one."});
}

}  // namespace

Governed<std::vector<AlarmSpan>> load_alarms(const Reading& reading, TimeRange range) {
  if (auto sensible = check_range(range, Figures::kLongestOee); !sensible) {
    return std::unexpected(sensible.error());
  }
  const TimeRange known = until_known(reading, range);
  std::vector<AlarmSpan> all;
  if (known.empty()) return all;
  ASSIGN_OR_RETURN(const auto activities, load_activities(reading, known));
  ASSIGN_OR_RETURN(const auto held, load_conditions(reading, known.from - kInstant));
  for (const auto& [key, entry] : reading.now.directory->observed) {
    if (!entry.condition) continue;
    AlarmInput input{.range = known,
                     .goes_on = known.to < range.to,
                     .held = {},
                     .said = {},
                     .unheard = unheard_in(activities)};
    const auto of_item = [&](const Condition& condition) { return condition.item == key; };
    std::ranges::copy_if(held, std::back_inserter(input.held), of_item);
    if (auto heard = hear(reading, entry, input); !heard) {
      if (heard.error().refusal()) continue;
      return std::unexpected(heard.error());
    }
    std::ranges::move(alarm_spans(input), std::back_inserter(all));
  }
  std::ranges::sort(all, {}, [](const AlarmSpan& span) {
    return std::tie(span.range.from, span.item, span.code, span.range.to);
  });
  return all;
}

}  // namespace heed::machines
