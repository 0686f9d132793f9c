#include "machines/inside.h"

#include "machines/board.h"

namespace heed::machines {
namespace {

/// A viewer sees "last seen" move at least this often, even if nothing else changes.
constexpr Duration kSeenInterval = Duration::seconds(5);

}  // namespace

std::shared_ptr<Recorder> Inside::recorder(MachineId machine) {
  const Lock lock(mutex);
  auto& known = recorders[machine];
  if (!known) {
    known = std::make_shared<Recorder>(silo, own, machine, ring);
    announced[machine];
    glances.meet(machine);
  }
  return known;
}

void Inside::card_changed(MachineId machine) {
  feed->card_changed(machine, [this, machine] { return own_card(machine); });
}

std::optional<Card> Inside::own_card(MachineId machine) {
  const auto found = registry.find(own, machine);
  if (!found) return {};
  auto made = card(own, *found, own_glance(machine));
  if (!made) return {};
  const Lock lock(mutex);
  if (const auto told = announced.find(machine); told != announced.end()) {
    told->second = {made->since ? std::optional(made->standing) : std::nullopt, made->last_seen};
  }
  return *std::move(made);
}

Governed<Card> Inside::card(const Access& access, const Machine& machine, Glance glance) {
  ASSIGN_OR_RETURN(const auto now, recorder(machine.id)->now());
  return make_card({*silo, access, machine.id, *now, clock.now()}, machine,
                   zone_of(machine.location), std::move(glance));
}

Glance Inside::own_glance(MachineId machine) {
  if (const auto known = glances.known(machine)) return *known;
  const Glance kept = glance_book.find(own, machine).value_or(Glance());
  glances.learn(machine, kept);
  return kept;
}

/// What is found is kept for whoever asks, under the asker's access, and told to who looks on.
void Inside::look_back(const Glances::Due& due) {
  const Glance before = own_glance(due.machine);
  Glance after = before;
  std::optional<AuditLook> audit;
  std::optional<ForecastLook> forecast;
  const auto look = [&](const Reading& r, const OeeSources& sources) -> Governed<void> {
    if (due.audit) {
      ASSIGN_OR_RETURN(audit, look_at_audit(r, sources));
      after.audit = audit->told;
      if (auto put = glance_book.put(own, due.machine, after.audit); !put) return put;
    }
    if (due.forecast) {
      ASSIGN_OR_RETURN(forecast, look_at_batch(r, sources, due.before));
      after.forecast = forecast->told;
    }
    if (after.forecast == before.forecast) return {};
    return glance_book.put(own, due.machine, after.forecast);
  };
  if (!figures(own, due.machine, look)) return glances.failed(due);
  glances.looked(due, audit, forecast);
  glances.learn(due.machine, after);
  if (after != before) card_changed(due.machine);
}

TimeZone Inside::zone_of(std::string_view location) {
  const Lock lock(mutex);
  auto found = zones.find(location);
  if (found == zones.end()) found = zones.find(std::string_view());
  return found == zones.end() ? TimeZone::utc() : found->second;
}

/// A policy of before there were calendars has no word for them: then there is none.
void Inside::learn_zones() {
  const auto known = calendars.list(own);
  const Lock lock(mutex);
  zones.clear();
  if (!known) return;
  for (const ShiftCalendar& calendar : *known) zones.emplace(calendar.location, calendar.zone);
}

void Inside::calendars_changed() {
  learn_zones();
  glances.rules_changed();
  std::vector<MachineId> there;
  {
    const Lock lock(mutex);
    for (const auto& [machine, told] : announced) there.push_back(machine);
  }
  for (const MachineId machine : there) card_changed(machine);
}

/// Announces a machine whose state changed by time alone, or that was only seen.
void Inside::look_at(MachineId machine) {
  const auto shown = recorder(machine)->now();
  if (!shown) return;
  const Now& now = **shown;
  std::optional<Standing> standing;
  StateTracker tracker = now.tracker;
  std::vector<Transition> changes;
  if (!now.recording) tracker.advance(clock.now(), changes);
  if (tracker.current()) standing = tracker.current()->standing;
  {
    const Lock lock(mutex);
    const auto entry = announced.find(machine);
    if (entry == announced.end()) return;
    const Announced& told = entry->second;
    const bool seen =
        now.last_seen && (!told.last_seen || *now.last_seen - *told.last_seen >= kSeenInterval);
    if (told.standing == standing && !seen) return;
  }
  card_changed(machine);
}

}  // namespace heed::machines
