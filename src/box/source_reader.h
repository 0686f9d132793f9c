// One machine being read: its driver, what the policy takes out, and the way into the spool.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/sync.h"
#include "box/class_filter.h"
#include "box/driver.h"
#include "box/source.h"

namespace heed::box {

/// Lives on the loop's thread; status() may be asked from any.
class SourceReader final : public DriverListener {
 public:
  /// Takes a report on its way to the spool; its machine is filled in, its number not.
  using Sink = std::function<void(machines::Report)>;
  SourceReader(Source source, const Endpoint& endpoint, DriverPlace place,
               std::shared_ptr<const policy::Table> policy, Sink sink);

  /// The ingest has answered: reading begins where the stream goes on.
  void start(const std::string& cursor);
  void pause(bool paused);
  /// Says that reading ends. Nothing follows.
  void stop(const std::string& words);
  /// Link and last bytes; the rest is not known here.
  SourceStatus status() const;

  void on_step(const std::string&, bool) override {}
  void on_heard() override;
  void on_up(const std::string& words) override;
  void on_down(const std::string& words) override;
  void on_report(machines::Report report) override;

 private:
  void tell_link(bool up, const std::string& words);

  const Source source_;
  const Endpoint endpoint_;
  const DriverPlace place_;
  const Sink sink_;
  ClassFilter filter_;
  std::unique_ptr<Driver> driver_;
  std::string cursor_;
  std::optional<bool> told_up_;
  bool paused_ = false;

  mutable Mutex mutex_;
  SourceStatus status_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::box
