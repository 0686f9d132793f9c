// One machine's way through time: its clock, the places of its observations, its states.
// Pure: what comes out depends only on what went in, in its order, however it was cut into reports.
#pragma once

#include <optional>
#include <vector>

#include "machines/observation.h"
#include "machines/placement.h"
#include "machines/source_clock.h"
#include "machines/state_tracker.h"

namespace heed::machines {

/// What a report changed.
struct CourseChanges {
  std::vector<Transition> transitions;
  std::vector<SourceClock::Change> clock;
};

class Course {
 public:
  /// What must be kept for read() to go on where this one was.
  struct Memory {
    Placement::Memory placement;
    Duration correction;
    std::optional<Time> instant;
    Bytes tracker;
    auto operator<=>(const Memory&) const = default;
  };

  Course() = default;
  static Result<Course> from(const Memory& memory);
  Memory memory() const;

  /// Before the report's observations: a link that came up, the source's own clock.
  void begin(const Report& report, CourseChanges& changes);
  Placement::Place take(const Report& report, const Observation& observation, Role role,
                        CourseChanges& changes);
  /// After them: a link that went down.
  void end(const Report& report, CourseChanges& changes);

  const StateTracker& tracker() const { return tracker_; }
  const Placement::Memory& placement() const { return placement_.memory(); }
  Duration correction() const { return clock_.correction(); }
  /// The tracker as it will be at `now` if nothing more is heard.
  StateTracker at(Time now) const;

 private:
  void measure(Time arrival, Duration offset, CourseChanges& changes);
  Placement placement_;
  SourceClock clock_;
  StateTracker tracker_;
  std::optional<Time> heard_;  ///< Arrival of the last thing that was received.
};

}  // namespace heed::machines
