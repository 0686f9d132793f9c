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

/// While this many reports of a machine wait for the ingest, what follows within kGather is put
/// into one report: a source that talks faster than its silo can sync a report at a time is then
/// stored in fewer, larger ones. They share the first one's arrival.
constexpr std::uint64_t kBusy = 4;
constexpr Duration kGather = Duration::milliseconds(20);

/// Lives on the loop's thread; status() may be asked from any.
class SourceReader final : public DriverListener {
 public:
  /// Takes a report on its way to the spool; its machine is filled in, its number not.
  using Sink = std::function<void(machines::Report)>;
  /// How many of its reports wait for the ingest.
  using Queued = std::function<std::uint64_t()>;
  SourceReader(Source source, Reading reading, DriverPlace place,
               std::shared_ptr<const policy::InForce> policy, Sink sink, Queued queued);

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
  bool gather(machines::Report& report);
  void hand_on_gathered();

  const Source source_;
  const Reading reading_;
  const DriverPlace place_;
  const Sink sink_;
  const Queued queued_;
  ClassFilter filter_;
  std::unique_ptr<Driver> driver_;
  std::optional<machines::Report> gathered_;
  Timer gathering_;
  std::string cursor_;
  std::optional<bool> told_up_;
  bool paused_ = false;

  mutable Mutex mutex_;
  SourceStatus status_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::box
