// A first look at a source, for whoever adds a machine: what happened, the model, a few values.
#pragma once

#include <map>
#include <memory>

#include "base/sync.h"
#include "box/class_filter.h"
#include "box/driver.h"
#include "box/source.h"

namespace heed::box {

/// A look ends so long after the first value; without one, after its protocol's look_limit.
constexpr Duration kDiagnosisAfterFirst = Duration::seconds(1);
constexpr std::size_t kDiagnosisValues = 50;

class Diagnoser final : public DriverListener {
 public:
  Diagnoser(Reading reading, DriverPlace place, std::shared_ptr<const policy::InForce> policy);

  // The loop's thread.
  void start();
  void stop() { driver_.reset(); }
  // Any other: waits until it is over, then tells. Call stop() on the loop's thread afterwards.
  Diagnosis wait();

  void on_step(const std::string& say, bool ok) override;
  void on_heard() override {}
  void on_up(const std::string& words) override { on_step(words, true); }
  void on_down(const std::string& words) override;
  void on_report(machines::Report report) override;

 private:
  void say(const std::string& words, bool ok) HEED_REQUIRES(mutex_);

  const Reading reading_;
  const DriverPlace place_;
  const Duration began_;
  ClassFilter filter_;
  std::unique_ptr<Driver> driver_;

  Mutex mutex_;
  Condition changed_;
  Diagnosis diagnosis_ HEED_GUARDED_BY(mutex_);
  std::map<std::string, SampleValue> values_ HEED_GUARDED_BY(mutex_);
  Duration until_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::box
