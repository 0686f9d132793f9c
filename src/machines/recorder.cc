#include "machines/recorder.h"

#include <algorithm>

#include "machines/report_taker.h"

namespace heed::machines {
namespace {

/// Whether a reader of the machine's model must read it anew.
bool describes_otherwise(const Now& before, const Now& now) {
  if ((before.link.since == Time()) != (now.link.since == Time())) return true;
  if (before.directory == now.directory) return false;
  return before.directory->observed.size() != now.directory->observed.size() ||
         before.directory->model != now.directory->model;
}

}  // namespace

Governed<Recorder::Taken> Recorder::record(const Access& access, const Report& report,
                                           bool gather_values) {
  if (auto checked = check_report(report); !checked) return std::unexpected(checked.error());
  const Lock lock(turn_);
  if (auto loaded = ensure_loaded(); !loaded) return std::unexpected(loaded.error());
  if (report.number <= ledger_->last_report) {
    return Taken{.recorded = {.duplicate = true, .last = ledger_->last_report}};
  }
  const bool gathers = gather_values || ring_->wants();
  ReportTaker taker(*silo_, access, *ledger_, report, gathers);
  auto filled = taker.run();
  auto appended = filled ? silo_->append(access, taker.batch()) : std::unexpected(filled.error());
  if (!appended || appended->duplicate) ledger_.reset();
  if (!appended) return std::unexpected(appended.error());
  if (appended->duplicate) return Taken{.recorded = {.duplicate = true, .last = report.number}};
  show();
  Taken taken{taker.recorded(), taker.shown(), taker.take_values(), taker.stored_from()};
  tell(report, taken.values);
  if (!gather_values) taken.values.clear();
  return taken;
}

// Within the machine's turn, so that the ring has what was stored in the order of storing.
void Recorder::tell(const Report& report, const std::vector<ItemValue>& values) {
  if (!ring_->wants()) return;
  const bool down = report.link && !report.link->up;
  if (report.link && report.link->up) ring_->resume(machine_, standings(report.arrival));
  ring_->take(machine_, values);
  if (down) ring_->suspend(machine_, report.arrival);
}

std::vector<ItemValue> Recorder::standings(std::optional<Time> at) const {
  std::vector<ItemValue> all;
  std::vector<Condition> active = ledger_->course.tracker().conditions().active();
  if (ledger_->link.since != Time()) {
    all.push_back({std::string(kLinkItem),
                   ledger_->link.up ? std::optional<std::string>("AVAILABLE") : std::nullopt,
                   at.value_or(ledger_->link.since)});
  }
  for (const auto& [key, said] : ledger_->items) {
    if (!said.observed) continue;
    const bool stands = std::ranges::any_of(
        active, [&](const Condition& condition) { return condition.item == key; });
    // Of a condition the last word may be that one of several is over.
    if (said.entry.condition && stands) continue;
    all.push_back({key, said.value, at.value_or(said.at), said.entry.condition,
                   said.entry.item.is_set() && !said.entry.condition});
  }
  for (Condition& one : active) {
    std::string value = condition_value(one);
    all.push_back({std::move(one.item), std::move(value), at.value_or(one.since), true});
  }
  return all;
}

Governed<void> Recorder::tell_base() {
  const Lock lock(turn_);
  if (auto loaded = ensure_loaded(); !loaded) return loaded;
  const bool cut_off = ledger_->link.since != Time() && !ledger_->link.up;
  std::vector<ItemValue> all = standings({});
  if (cut_off) {
    for (ItemValue& one : all) one = {one.item, {}, ledger_->link.since, one.condition, one.set};
  }
  ring_->base(machine_, all);
  if (cut_off) ring_->suspend(machine_, ledger_->link.since);
  return {};
}

Governed<Resume> Recorder::resume() {
  const Lock lock(turn_);
  if (auto loaded = ensure_loaded(); !loaded) return std::unexpected(loaded.error());
  return Resume{ledger_->last_report, ledger_->cursor};
}

Governed<std::shared_ptr<const Now>> Recorder::now() {
  {
    const Lock lock(mutex_);
    if (now_) return now_;
  }
  const Lock turn(turn_);
  if (auto loaded = ensure_loaded(); !loaded) return std::unexpected(loaded.error());
  const Lock lock(mutex_);
  return now_;
}

Governed<void> Recorder::ensure_loaded() {
  if (ledger_) return {};
  ASSIGN_OR_RETURN(ledger_, load_ledger(*silo_, own_, machine_));
  show();
  return {};
}

void Recorder::show() {
  auto now = std::make_shared<Now>();
  now->tracker = ledger_->course.tracker();
  now->link = ledger_->link;
  now->last_seen = ledger_->last_seen;
  now->recording = ledger_->recording;
  now->correction = ledger_->course.correction();
  now->clock_changed = ledger_->clock_changed;
  now->directory = ledger_->directory;
  bool described_anew = false;
  {
    const Lock lock(mutex_);
    described_anew = now_ && describes_otherwise(*now_, *now);
    now_ = std::move(now);
  }
  if (described_anew) ring_->model_changed();
}

}  // namespace heed::machines
