#include "machines/course.h"


namespace heed::machines {

Result<Course> Course::from(const Memory& memory) {
  Course course;
  course.placement_ = Placement(memory.placement);
  course.clock_ = SourceClock(memory.correction);
  ASSIGN_OR_RETURN(course.tracker_, StateTracker::read(memory.tracker, memory.instant));
  return course;
}

Course::Memory Course::memory() const {
  return {placement_.memory(), clock_.correction(), tracker_.instant(), tracker_.write()};
}

void Course::begin(const Report& report, CourseChanges& changes) {
  if (report.recording) return;
  if (report.link && report.link->up) {
    tracker_.link(true, report.arrival, changes.transitions);
    clock_.connected();
  }
  if (report.source_clock) measure(report.arrival, report.arrival - *report.source_clock, changes);
}

Placement::Place Course::take(const Report& report, const Observation& observation, Role role,
                              CourseChanges& changes) {
  Duration correction;
  if (!report.recording && observation.device) {
    const Duration offset = report.arrival - *observation.device;
    const bool fresh = heard_ && report.arrival - *heard_ <= SourceClock::kFresh;
    const bool ahead = offset < -SourceClock::kTolerance;
    const bool told = report.source_clock.has_value();
    if (ahead || (!told && !report.initial && fresh)) measure(report.arrival, offset, changes);
    correction = clock_.correction();
  }
  heard_ = report.arrival;
  const bool old = report.initial && !report.recording;
  const Placement::Place place =
      placement_.place(observation.device.value_or(report.arrival), correction, old);
  tracker_.observe({observation.item, role, observation.condition, observation.value}, place,
                   changes.transitions);
  return place;
}

void Course::end(const Report& report, CourseChanges& changes) {
  heard_ = report.arrival;
  if (report.recording || !report.link || report.link->up) return;
  tracker_.link(false, report.arrival, changes.transitions);
}

StateTracker Course::at(Time now) const {
  StateTracker then = tracker_;
  std::vector<Transition> unused;
  then.advance(now, unused);
  return then;
}

void Course::measure(Time arrival, Duration offset, CourseChanges& changes) {
  if (const auto change = clock_.sample(arrival, offset)) changes.clock.push_back(*change);
}

}  // namespace heed::machines
