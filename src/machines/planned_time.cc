#include "machines/planned_time.h"

#include <algorithm>

namespace heed::machines {

PlannedTime::PlannedTime(const std::optional<std::vector<ShiftTime>>& shifts) : all_(!shifts) {
  if (all_) return;
  for (const ShiftTime& shift : *shifts) {
    Time from = shift.range.from;
    for (const ShiftTime::Break& pause : shift.breaks) {
      if (from < pause.range.from) spans_.push_back({from, pause.range.from});
      from = std::max(from, pause.range.to);
    }
    if (from < shift.range.to) spans_.push_back({from, shift.range.to});
  }
}

Duration PlannedTime::within(TimeRange range) const {
  if (range.empty()) return {};
  if (all_) return range.length();
  Duration sum;
  for (auto span = first_ending_after(range.from); span != spans_.end() && span->from < range.to;
       ++span) {
    sum += std::min(span->to, range.to) - std::max(span->from, range.from);
  }
  return sum;
}

bool PlannedTime::contains(Time at) const {
  if (all_) return true;
  const auto span = first_ending_after(at);
  return span != spans_.end() && span->contains(at);
}

std::optional<Time> PlannedTime::after(Time from, Duration planned) const {
  if (all_) return from + planned;
  for (auto span = first_ending_after(from); span != spans_.end(); ++span) {
    const Time begin = std::max(span->from, from);
    if (planned <= span->to - begin) return begin + planned;
    planned -= span->to - begin;
  }
  return {};
}

bool PlannedTime::divided(TimeRange range, Duration least) const {
  if (all_) return false;
  auto span = first_ending_after(range.from);
  if (span == spans_.end()) return false;
  // What begins in a pause was told before it.
  Time end = span->from > range.from ? range.from : span->to;
  if (span->from <= range.from) ++span;
  for (; span != spans_.end() && span->from <= range.to; ++span) {
    if (span->from - end >= least) return true;
    end = span->to;
  }
  return false;
}

std::vector<Duration> PlannedTime::until_pauses(Time from, Duration least) const {
  std::vector<Duration> left;
  Duration until;
  auto span = first_ending_after(from);
  if (span != spans_.end() && span->from > from) {
    const Time begun = span == spans_.begin() ? from : std::prev(span)->to;
    if (span->from - begun >= least) left.push_back(until);
  }
  for (; span != spans_.end(); ++span) {
    until += span->to - std::max(span->from, from);
    const auto next = std::next(span);
    if (next != spans_.end() && next->from - span->to >= least) left.push_back(until);
  }
  return left;
}

std::vector<TimeRange>::const_iterator PlannedTime::first_ending_after(Time at) const {
  return std::ranges::upper_bound(spans_, at, {}, &TimeRange::to);
}

}  // namespace heed::machines
