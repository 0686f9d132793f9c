#include "machines/over_time.h"

#include <algorithm>

namespace heed::machines {
namespace {

using Calendars = Dated<std::optional<ShiftCalendar>>;

TimeRange both(TimeRange one, TimeRange other) {
  return {std::max(one.from, other.from), std::min(one.to, other.to)};
}

void cut(ShiftTime& shift, TimeRange to) {
  shift.range = both(shift.range, to);
  for (ShiftTime::Break& pause : shift.breaks) pause.range = both(pause.range, to);
  std::erase_if(shift.breaks, [](const auto& pause) { return pause.range.empty(); });
}

/// A shift that the next calendar has too is one; so is a break.
void join(std::vector<ShiftTime>& all, ShiftTime next) {
  ShiftTime* last = all.empty() ? nullptr : &all.back();
  const bool same = last != nullptr && last->name == next.name && last->day == next.day &&
                    last->range.to == next.range.from;
  if (!same) {
    all.push_back(std::move(next));
    return;
  }
  last->range.to = next.range.to;
  for (ShiftTime::Break& pause : next.breaks) {
    const bool goes_on = !last->breaks.empty() && last->breaks.back().name == pause.name &&
                         last->breaks.back().range.to == pause.range.from;
    if (goes_on) {
      last->breaks.back().range.to = pause.range.to;
    } else {
      last->breaks.push_back(std::move(pause));
    }
  }
}

Standing standing_of(std::optional<bool> runs) {
  if (!runs) return {State::kUnknown, Bucket::kNone, false, false};
  if (*runs) return {State::kInCycle, Bucket::kProduction, true, true};
  return {State::kWaiting, Bucket::kIdle, false, false};
}

/// The row of docs/STATES.md §3 that would have decided.
std::uint8_t rule_of(std::optional<bool> runs) {
  constexpr std::uint8_t kRuns = 6, kWaits = 10, kElse = 12;
  if (!runs) return kElse;
  return *runs ? kRuns : kWaits;
}

void push(std::vector<Activity>& all, Activity next) {
  if (next.range.empty()) return;
  if (!all.empty() && all.back().standing == next.standing &&
      all.back().range.to == next.range.from) {
    all.back().range.to = next.range.to;
  } else {
    all.push_back(std::move(next));
  }
}

std::string code_of(const Oee& oee, const OeePiece& piece) {
  return piece.reason ? oee.reasons[*piece.reason].code : std::string();
}

}  // namespace

Dated<TimeZone> zones_of(const Calendars& calendars) {
  return calendars.map([](const std::optional<ShiftCalendar>& calendar) {
    return calendar ? calendar->zone : TimeZone::utc();
  });
}

std::optional<std::vector<ShiftTime>> shifts_over_time(const Calendars& calendars,
                                                       TimeRange range) {
  bool any = false;
  std::size_t parts = 0;
  calendars.split(range, [&](TimeRange, const auto& calendar) {
    any = any || calendar.has_value();
    ++parts;
  });
  if (!any) return {};
  std::vector<ShiftTime> all;
  calendars.split(range, [&](TimeRange part, const std::optional<ShiftCalendar>& calendar) {
    if (!calendar) {
      join(all, {"", TimeZone::utc().wall(part.from).day, part, {}});
      return;
    }
    // Only where another calendar begins or ends; the range itself cuts no shift.
    TimeRange valid;
    if (part.from > range.from) valid.from = part.from;
    if (part.to < range.to) valid.to = part.to;
    for (ShiftTime& shift : shifts_in(*calendar, part)) {
      if (parts > 1) cut(shift, valid);
      join(all, std::move(shift));
    }
  });
  return all;
}

std::vector<Activity> activities_with(const std::vector<Activity>& activities,
                                      const std::vector<RunsSince>& runs) {
  std::vector<Activity> all;
  for (const Activity& activity : activities) {
    if (activity.standing.state == State::kOffline || runs.empty()) {
      push(all, activity);
      continue;
    }
    auto next = std::ranges::upper_bound(runs, activity.range.from, {}, &RunsSince::at);
    Activity piece = activity;
    while (!piece.range.empty()) {
      piece.range.to = std::min(activity.range.to, next == runs.end() ? Time::max() : next->at);
      if (next != runs.begin()) {
        piece.standing = standing_of(std::prev(next)->runs);
        piece.rule = rule_of(std::prev(next)->runs);
      }
      push(all, piece);
      piece.range = {piece.range.to, activity.range.to};
      if (next != runs.end()) ++next;
    }
  }
  return all;
}

std::vector<ChangedPiece> changed_pieces(const Oee& before, const Oee& after) {
  std::vector<ChangedPiece> changed;
  auto old = before.pieces.begin();
  auto now = after.pieces.begin();
  while (old != before.pieces.end() && now != after.pieces.end()) {
    ChangedPiece piece{both(old->range, now->range), old->use, now->use, code_of(before, *old),
                       code_of(after, *now)};
    const bool differs = piece.before != piece.after || piece.code_before != piece.code_after;
    if (differs && !piece.range.empty()) {
      ChangedPiece* last = changed.empty() ? nullptr : &changed.back();
      ChangedPiece same = piece;
      if (last != nullptr) same.range = last->range;
      if (last != nullptr && *last == same && last->range.to == piece.range.from) {
        last->range.to = piece.range.to;
      } else {
        changed.push_back(std::move(piece));
      }
    }
    const Time end = std::min(old->range.to, now->range.to);
    if (old->range.to == end) ++old;
    if (now->range.to == end) ++now;
  }
  return changed;
}

std::vector<RuleCatch> caught_by_rules(const Oee& oee, std::size_t rules) {
  std::vector<RuleCatch> caught(rules);
  std::optional<std::size_t> last;
  for (const OeePiece& piece : oee.pieces) {
    if (!piece.reason) continue;
    const auto rule = oee.reasons[*piece.reason].rule;
    if (!rule || *rule >= rules) continue;
    RuleCatch& of_rule = caught[*rule];
    of_rule.time += piece.range.length();
    // A stop that a shift's end cuts is one.
    if (last == piece.reason) {
      of_rule.longest.back().to = piece.range.to;
      continue;
    }
    last = piece.reason;
    ++of_rule.stops;
    of_rule.longest.push_back(piece.range);
  }
  for (RuleCatch& of_rule : caught) {
    std::ranges::sort(of_rule.longest, std::ranges::greater(), &TimeRange::length);
    if (of_rule.longest.size() > RuleCatch::kMostExamples) {
      of_rule.longest.resize(RuleCatch::kMostExamples);
    }
  }
  return caught;
}

}  // namespace heed::machines
