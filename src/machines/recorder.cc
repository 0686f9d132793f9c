#include "machines/recorder.h"

#include "machines/report_taker.h"

namespace heed::machines {

Governed<Recorder::Taken> Recorder::record(const Access& access, const Report& report,
                                           bool gather_values) {
  if (auto checked = check_report(report); !checked) return std::unexpected(checked.error());
  const Lock lock(turn_);
  if (auto loaded = ensure_loaded(); !loaded) return std::unexpected(loaded.error());
  if (report.number <= ledger_->last_report) {
    return Taken{.recorded = {.duplicate = true, .last = ledger_->last_report}};
  }
  ReportTaker taker(*silo_, access, *ledger_, report, gather_values);
  auto filled = taker.run();
  auto appended = filled ? silo_->append(access, taker.batch()) : std::unexpected(filled.error());
  if (!appended || appended->duplicate) ledger_.reset();
  if (!appended) return std::unexpected(appended.error());
  if (appended->duplicate) return Taken{.recorded = {.duplicate = true, .last = report.number}};
  show();
  return Taken{taker.recorded(), taker.shown(), taker.take_values()};
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
  const Lock lock(mutex_);
  now_ = std::move(now);
}

}  // namespace heed::machines
