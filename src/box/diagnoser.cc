#include "box/diagnoser.h"

#include <algorithm>

namespace heed::box {
namespace {

// A source that talks without end fills no memory.
constexpr std::size_t kMostSteps = 40;

}  // namespace

Diagnoser::Diagnoser(Reading reading, DriverPlace place,
                     std::shared_ptr<const policy::InForce> policy)
    : reading_(std::move(reading)),
      place_(place),
      began_(place.clock.steady()),
      filter_(std::move(policy)),
      until_(began_ + facts_of(reading_.protocol).look_limit) {}

void Diagnoser::start() {
  on_step("connecting to " + reading_.endpoint.text(), true);
  driver_ = make_driver(reading_, "", place_, *this);
  driver_->start();
}

Diagnosis Diagnoser::wait() {
  const Lock lock(mutex_);
  while (place_.clock.steady() < until_) changed_.wait_for(mutex_, until_ - place_.clock.steady());
  diagnosis_.ok = !values_.empty();
  if (!diagnosis_.ok && (diagnosis_.steps.empty() || diagnosis_.steps.back().ok)) {
    const Duration limit = facts_of(reading_.protocol).look_limit;
    say("it said nothing within " + std::to_string(limit.count_milliseconds() / 1000) + " s",
        false);
  }
  for (auto& [item, value] : values_) {
    if (diagnosis_.sample.size() < kDiagnosisValues) diagnosis_.sample.push_back(std::move(value));
  }
  return std::move(diagnosis_);
}

void Diagnoser::say(const std::string& words, bool ok) {
  if (diagnosis_.steps.size() >= kMostSteps) return;
  diagnosis_.steps.push_back({place_.clock.steady() - began_, words, ok});
}

void Diagnoser::on_step(const std::string& words, bool ok) {
  const Lock lock(mutex_);
  say(words, ok);
}

void Diagnoser::on_down(const std::string& words) {
  const Lock lock(mutex_);
  say(words, false);
  until_ = place_.clock.steady();
  changed_.wake_all();
}

void Diagnoser::on_report(machines::Report report) {
  filter_.apply(report);
  const Lock lock(mutex_);
  if (!report.model.empty()) {
    say("its model has " + std::to_string(report.model.size()) + " items", true);
    diagnosis_.model = std::move(report.model);
  }
  for (const machines::Gap& gap : report.gaps) {
    if (gap.reason == machines::Gap::Reason::kMalformed) say("not understood: " + gap.note, false);
  }
  if (report.observations.empty()) return;
  if (values_.empty()) {
    say("the first values came", true);
    until_ = std::min(until_, place_.clock.steady() + kDiagnosisAfterFirst);
    changed_.wake_all();
  }
  for (machines::Observation& one : report.observations) {
    if (values_.size() >= 4 * kDiagnosisValues && !values_.contains(one.item)) continue;
    values_[one.item] = {one.item, std::move(one.value), one.device};
  }
}

}  // namespace heed::box
