#include "machines/course.h"

namespace heed::machines {
namespace {

/// 1970 to 2100. A clock outside of it tells nothing that could be repaired, and differences of
/// such times would not fit a Duration.
constexpr TimeRange kReadable{Time(), Time::from_seconds(4'102'444'800)};

std::optional<Time> readable(std::optional<Time> device) {
  return device && kReadable.contains(*device) ? device : std::nullopt;
}

}  // namespace

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
  const auto source = readable(report.source_clock);
  if (source) measure(report.arrival, report.arrival - *source, changes);
}

Placement::Place Course::take(const Report& report, const Observation& observation, Role role,
                              CourseChanges& changes) {
  const auto device = readable(observation.device);
  if (observation.asset) return placement_.file(device.value_or(report.arrival));
  Duration correction;
  if (!report.recording && device) {
    const Duration offset = report.arrival - *device;
    const bool fresh = heard_ && report.arrival - *heard_ <= SourceClock::kFresh;
    const bool ahead = offset < -SourceClock::kTolerance;
    const bool told = report.source_clock.has_value();
    if (ahead || (!told && !report.initial && fresh)) measure(report.arrival, offset, changes);
    correction = clock_.correction();
  }
  heard_ = report.arrival;
  const bool old = report.initial && !report.recording;
  const Placement::Place place = placement_.place(device.value_or(report.arrival), correction, old);
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
