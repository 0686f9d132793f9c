// Time that counts: all of it, or what a calendar plans. Pure.
#pragma once

#include <optional>
#include <vector>

#include "machines/shift_calendar.h"

namespace heed::machines {

class PlannedTime {
 public:
  /// Nothing: there is no calendar, and every moment is planned.
  explicit PlannedTime(const std::optional<std::vector<ShiftTime>>& shifts);
  /// How much of the range is planned. O(log n + spans in it).
  Duration within(TimeRange range) const;
  bool contains(Time at) const;
  /// When so much of planned time has passed since `from`; nothing beyond the last shift.
  std::optional<Time> after(Time from, Duration planned) const;
  /// Whether a pause of the plan that is as long as `least` begins in the range and ends in it.
  bool divided(TimeRange range, Duration least) const;
  /// How much planned time is left at `from` until each such pause; none of one that it lies in.
  std::vector<Duration> until_pauses(Time from, Duration least) const;

 private:
  std::vector<TimeRange>::const_iterator first_ending_after(Time at) const;
  bool all_ = false;
  std::vector<TimeRange> spans_;  ///< In order, without overlap; shifts less their breaks.
};

}  // namespace heed::machines
