#include "box/source_reader.h"

namespace heed::box {

SourceReader::SourceReader(Source source, const Endpoint& endpoint, DriverPlace place,
                           std::shared_ptr<const policy::Table> policy, Sink sink)
    : source_(std::move(source)),
      endpoint_(endpoint),
      place_(place),
      sink_(std::move(sink)),
      filter_(std::move(policy)) {
  status_.link = {false, "waiting for the store to say where this machine's data ends"};
  status_.since = place_.clock.now();
}

void SourceReader::start(const std::string& cursor) {
  cursor_ = cursor;
  {
    const Lock lock(mutex_);
    status_.link.words = "connecting to " + endpoint_.text();
  }
  driver_ = make_driver(source_.protocol, endpoint_, cursor, place_, *this);
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
  sink_(std::move(report));
}

}  // namespace heed::box
