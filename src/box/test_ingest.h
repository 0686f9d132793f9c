// An ingest for tests: keeps what it took, and fails when it is told to.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/sync.h"
#include "box/ingest.h"

namespace heed::box {

class TestIngest {
 public:
  using Report = machines::Report;

  Ingest ingest() {
    return {[this](const Report& report) { return take(report); },
            [this](machines::MachineId machine) { return resume(machine); }};
  }
  /// Every take() fails with it from now on; nothing: they succeed again.
  void fail_with(std::optional<Error> error) {
    const Lock lock(mutex_);
    failure_ = std::move(error);
  }
  void refuse(bool refuse) {
    const Lock lock(mutex_);
    refuse_ = refuse;
  }
  std::vector<Report> reports() {
    const Lock lock(mutex_);
    return reports_;
  }
  /// Waits until `enough` holds for what was taken so far; at most thirty seconds.
  bool wait(const std::function<bool(const std::vector<Report>&)>& enough) {
    const Lock lock(mutex_);
    for (int i = 0; i < 3'000 && !enough(reports_); ++i) {
      changed_.wait_for(mutex_, Duration::milliseconds(10));
    }
    return enough(reports_);
  }
  /// Waits for that many observations, and gives them as "item=value" ("-" for no value).
  std::vector<std::string> wait_for_values(std::size_t count) {
    wait([&](const auto& reports) { return values(reports).size() >= count; });
    const Lock lock(mutex_);
    return values(reports_);
  }
  static std::vector<std::string> values(const std::vector<Report>& reports) {
    std::vector<std::string> all;
    for (const Report& report : reports) {
      for (const auto& one : report.observations)
        all.push_back(one.item + "=" + one.value.value_or("-"));
    }
    return all;
  }
  std::vector<machines::Gap> gaps() {
    const Lock lock(mutex_);
    std::vector<machines::Gap> all;
    for (const Report& report : reports_)
      all.insert(all.end(), report.gaps.begin(), report.gaps.end());
    return all;
  }
  bool wait_for_gap(machines::Gap::Reason reason) {
    return wait([&](const auto& reports) {
      for (const Report& report : reports) {
        for (const auto& gap : report.gaps) {
          if (gap.reason == reason) return true;
        }
      }
      return false;
    });
  }
  bool wait_for_link(bool up, std::size_t times = 1) {
    return wait([&](const auto& reports) {
      std::size_t seen = 0;
      for (const Report& report : reports) seen += report.link && report.link->up == up ? 1 : 0;
      return seen >= times;
    });
  }

 private:
  policy::Governed<std::uint64_t> take(const Report& report) {
    const Lock lock(mutex_);
    if (refuse_) return std::unexpected(policy::Refusal{"3.2", "No.", "machine_data"});
    if (failure_) return std::unexpected(*failure_);
    Resume& has = has_[report.machine];
    if (report.number == has.number + 1) {
      reports_.push_back(report);
      has = {report.number, report.resume};
    }
    changed_.wake_all();
    return has.number;
  }
  Result<Resume> resume(machines::MachineId machine) {
    const Lock lock(mutex_);
    return has_[machine];
  }

  Mutex mutex_;
  Condition changed_;
  std::optional<Error> failure_ HEED_GUARDED_BY(mutex_);
  bool refuse_ HEED_GUARDED_BY(mutex_) = false;
  std::vector<Report> reports_ HEED_GUARDED_BY(mutex_);
  std::map<machines::MachineId, Resume> has_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::box
