#include "machines/glance_reading.h"

#include <algorithm>

#include "machines/forecast_reading.h"
#include "machines/over_time.h"

namespace heed::machines {
namespace {

/// A forecast is made anew about twenty times until its batch is done, within these bounds.
constexpr Duration kSoonest = Duration::minutes(5);
constexpr Duration kLatest = Duration::hours(1);
constexpr std::int64_t kTimes = 20;

std::optional<Transition> current_of(const Reading& reading) {
  StateTracker tracker = reading.now.tracker;
  std::vector<Transition> changes;
  if (!reading.now.recording) tracker.advance(reading.clock, changes);
  return tracker.current();
}

bool batch_runs(const Reading& reading, const Transition& current) {
  return current.standing.in_cycle || now_of(reading) - current.at < ForecastGlance::kRests;
}

Time next_look(const Reading& reading, const std::optional<ForecastGlance>& told) {
  const Duration left = told ? told->to - told->told : Duration();
  return reading.clock + std::clamp(left / kTimes, kSoonest, kLatest);
}

}  // namespace

Governed<AuditLook> look_at_audit(const Reading& reading, const OeeSources& sources) {
  ASSIGN_OR_RETURN(const auto calendars, sources.calendars.find(reading.access, sources.location));
  const Time now = now_of(reading);
  const TimeZone zone = zones_of(calendars).at(now);
  AuditLook look;
  // Nothing is added to a recording's last day by waiting.
  look.range.to = reading.now.recording ? zone.day_end(now) : zone.day_start(now);
  look.range.from = std::max(Time(), zone.day_start(look.range.to - AuditGlance::kLookBack));
  if (!reading.now.recording) look.next = zone.day_end(now);
  if (look.range.empty()) return look;
  ASSIGN_OR_RETURN(const SelfAudit audit, load_self_audit(reading, sources, look.range));
  if (const AuditDay* day = audit.last()) {
    look.told = AuditGlance{.day = day->day,
                            .ours = day->ours,
                            .theirs = day->theirs,
                            .differs = *day->differs,
                            .drifts = audit.drifts(),
                            .checked = reading.clock};
  }
  return look;
}

Governed<ForecastLook> look_at_batch(const Reading& reading, const OeeSources& sources,
                                     const std::optional<ForecastLook>& before) {
  ASSIGN_OR_RETURN(const ForecastAnswer batch, load_batch(reading, {}));
  ForecastLook look{.told = {},
                    .question = {.made = batch.made, .goal = batch.goal},
                    .next = next_look(reading, {})};
  const auto current = current_of(reading);
  // What goes on there nobody knows until it is heard again; what was foreseen has its age.
  if (before && current && current->standing.state == State::kOffline) {
    look.told = before->told;
    return look;
  }
  const bool to_make = batch.goal && batch.made && *batch.goal > *batch.made;
  if (!to_make || !current || !batch_runs(reading, *current)) return look;
  look.question.refused = true;
  if (before && before->question == look.question) return look;
  look.question = {.made = batch.made, .goal = batch.goal, .now = now_of(reading)};
  if (before && before->question == look.question) {
    look.told = before->told;
    return look;
  }
  ASSIGN_OR_RETURN(const ForecastAnswer answer, load_forecast(reading, sources, {}));
  if (!answer.told) {
    look.question.now.reset();
    look.question.refused = true;
    return look;
  }
  const Forecast& told = *answer.told;
  look.told = ForecastGlance{.from = told.from,
                             .at = told.at,
                             .to = told.to,
                             .parts_to_go = told.parts_to_go,
                             .goal = *batch.goal,
                             .told = *look.question.now};
  look.next = next_look(reading, look.told);
  return look;
}

}  // namespace heed::machines
