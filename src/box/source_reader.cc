#include "box/source_reader.h"

#include "box/report_builder.h"

namespace heed::box {

SourceReader::SourceReader(Source source, Reading reading, DriverPlace place,
                           std::shared_ptr<const policy::InForce> policy, Sink sink, Queued queued)
    : source_(std::move(source)),
      reading_(std::move(reading)),
      place_(place),
      sink_(std::move(sink)),
      queued_(std::move(queued)),
      filter_(std::move(policy)),
      gathering_(place.net) {
  status_.link = {false, "waiting for the store to say where this machine's data ends"};
  status_.since = place_.clock.now();
}

void SourceReader::start(const std::string& cursor) {
  if (driver_) return;  // asked again for the sake of what the spool holds
  cursor_ = cursor;
  {
    const Lock lock(mutex_);
    status_.link.words = "connecting to " + reading_.endpoint.text();
  }
  driver_ = make_driver(reading_, cursor, place_, *this);
  driver_->pause(paused_);
  driver_->start();
}

void SourceReader::pause(bool paused) {
  paused_ = paused;
  if (driver_) driver_->pause(paused);
}

void SourceReader::stop(const std::string& words) {
  driver_.reset();
  if (told_up_.value_or(false)) tell_link(false, words);
  hand_on_gathered();
}

SourceStatus SourceReader::status() const {
  const Lock lock(mutex_);
  return status_;
}

void SourceReader::on_heard() {
  const Lock lock(mutex_);
  status_.last_bytes = place_.clock.now();
}

void SourceReader::on_up(const std::string& words) {
  tell_link(true, words);
}
void SourceReader::on_down(const std::string& words) {
  tell_link(false, words);
}

// The store is told when the link goes up or down; why it is still down may change every time, and
// is shown only.
void SourceReader::tell_link(bool up, const std::string& words) {
  const Time now = place_.clock.now();
  {
    const Lock lock(mutex_);
    if (told_up_ != up) status_.since = now;
    status_.link = {up, words};
  }
  if (told_up_ == up) return;
  told_up_ = up;
  machines::Report report;
  report.arrival = now;
  report.link = machines::Link{up, words};
  on_report(std::move(report));
}

void SourceReader::on_report(machines::Report report) {
  report.machine = source_.machine;
  report.recording = source_.recording;
  if (report.resume.empty()) {
    report.resume = cursor_;
  } else {
    cursor_ = report.resume;
  }
  filter_.apply(report);
  if (gather(report)) return;
  hand_on_gathered();
  sink_(std::move(report));
}

// Whether the report went, or may go, into a larger one.
bool SourceReader::gather(machines::Report& report) {
  const bool plain = !report.link && report.model.empty() && report.gaps.empty();
  const std::size_t so_far = gathered_ ? gathered_->observations.size() : 0;
  if (!plain || so_far + report.observations.size() > kReportObservations) return false;
  if (!gathered_) {
    if (queued_() < kBusy) return false;
    gathered_ = std::move(report);
    gathering_.set(place_.clock.steady() + kGather, [this] { hand_on_gathered(); });
    return true;
  }
  if (gathered_->initial != report.initial) return false;
  const auto lines = static_cast<std::uint32_t>(gathered_->raw.size());
  for (machines::Observation& one : report.observations) {
    one.raw += lines;
    gathered_->observations.push_back(std::move(one));
  }
  for (std::string& line : report.raw) gathered_->raw.push_back(std::move(line));
  gathered_->source_clock = report.source_clock ? report.source_clock : gathered_->source_clock;
  gathered_->resume = std::move(report.resume);
  return true;
}

void SourceReader::hand_on_gathered() {
  gathering_.clear();
  if (auto report = std::exchange(gathered_, {})) sink_(std::move(*report));
}

}  // namespace heed::box
