#include "machines/glances.h"

#include <algorithm>

namespace heed::machines {

void Glances::meet(MachineId machine) {
  const Lock lock(mutex_);
  entries_[machine];
}

void Glances::forget(MachineId machine) {
  const Lock lock(mutex_);
  entries_.erase(machine);
}

void Glances::rules_changed(std::optional<MachineId> machine) {
  const Lock lock(mutex_);
  for (auto& [id, entry] : entries_) {
    if (machine && *machine != id) continue;
    entry.audit_due = entry.forecast_due = Time::min();
    entry.batch.reset();
    ++entry.changes;
  }
}

void Glances::placed(MachineId machine, Time earliest) {
  const Lock lock(mutex_);
  const auto found = entries_.find(machine);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  entry.earliest = std::min(entry.earliest, earliest);
  if (!entry.checked || earliest >= entry.audited.to) return;
  entry.audit_due = std::min(entry.audit_due, *entry.checked + kAuditsApart);
}

std::optional<Glances::Due> Glances::due() {
  const Time now = clock_.now();
  const Lock lock(mutex_);
  std::optional<Due> first;
  Time waits_since = now;
  for (const auto& [machine, entry] : entries_) {
    const Time since = std::min(entry.audit_due, entry.forecast_due);
    if (since > now || (first && since >= waits_since)) continue;
    waits_since = since;
    first = Due{.machine = machine,
                .audit = entry.audit_due <= now,
                .forecast = entry.forecast_due <= now,
                .before = entry.batch,
                .changes = entry.changes};
  }
  if (first) entries_[first->machine].earliest = Time::max();
  return first;
}

void Glances::looked(const Due& due, const std::optional<AuditLook>& audit,
                     const std::optional<ForecastLook>& forecast) {
  const Time now = clock_.now();
  const Lock lock(mutex_);
  const auto found = entries_.find(due.machine);
  if (found == entries_.end()) return;
  Entry& entry = found->second;
  if (entry.changes != due.changes) return;
  if (audit) {
    entry.audited = audit->range;
    entry.checked = now;
    entry.audit_due =
        entry.earliest < audit->range.to ? now + kAuditsApart : audit->next.value_or(Time::max());
  }
  if (forecast) {
    entry.batch = forecast;
    entry.forecast_due = forecast->next;
  }
}

void Glances::failed(const Due& due) {
  const Time later = clock_.now() + kTryAgain;
  const Lock lock(mutex_);
  const auto found = entries_.find(due.machine);
  if (found == entries_.end()) return;
  if (due.audit) found->second.audit_due = later;
  if (due.forecast) found->second.forecast_due = later;
}

std::optional<Glance> Glances::known(MachineId machine) const {
  const Lock lock(mutex_);
  const auto found = entries_.find(machine);
  return found == entries_.end() ? std::nullopt : found->second.known;
}

void Glances::learn(MachineId machine, Glance glance) {
  const Lock lock(mutex_);
  const auto found = entries_.find(machine);
  if (found != entries_.end()) found->second.known = std::move(glance);
}

}  // namespace heed::machines
