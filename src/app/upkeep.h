// What each silo needs again and again while the server runs: sealing, purging, scrubbing, and
// somebody who says so when removal is late.
#pragma once

#include <functional>
#include <set>
#include <string_view>
#include <thread>

#include "base/base.h"
#include "base/log.h"
#include "base/sync.h"
#include "silo/silo.h"

namespace heed::app {

/// Says when removal becomes late in a silo and when it no longer is, once each. For one thread.
class LatenessAlarm {
 public:
  explicit LatenessAlarm(Log& log) : log_(log) {}
  void tell(OrganizationId organization, const silo::SiloStatistics& now);

 private:
  Log& log_;
  std::set<OrganizationId> late_;
};

/// For one thread. All references outlive it.
class Upkeep {
 public:
  static constexpr Duration kSealEvery = Duration::minutes(1);  ///< Past days
  /// Twice within silo::kLateAfter, so that what is only due is never called late.
  static constexpr Duration kPurgeEvery = Duration::minutes(5);
  /// At the least; a short bound is looked after more often.
  static constexpr Duration kScrubEvery = Duration::minutes(5);

  /// `purge_within` is the store's (StoreOptions).
  Upkeep(silo::Store& store, Duration purge_within, const Clock& clock, Log& log);
  /// Does what is due by now, for every silo. Purges at the first call.
  void tend();

 private:
  struct Work {
    Duration every;
    Duration last;  ///< By the steady clock
  };
  bool due(Work& work) const;
  void each(std::string_view trouble, const std::function<Result<void>(silo::Silo&)>& work);

  silo::Store& store_;
  const Clock& clock_;
  Log& log_;
  LatenessAlarm alarm_;
  Work seal_, purge_, scrub_;
};

/// Seals what is full of every silo. Apart from Upkeep, whose work may take longer than a head
/// takes to fill twice. What fails is tried again, and told, when Upkeep seals.
void seal_full_heads(silo::Store& store);

/// Work that nobody waits for: it gets at most a tenth of a core, so that requests feel nothing.
/// For one thread.
class Leisurely {
 public:
  static constexpr std::int64_t kRest = 9;  ///< For each second of work.

  /// `work` does one piece, and says whether there was any.
  Leisurely(std::function<bool()> work, const Clock& clock)
      : work_(std::move(work)), clock_(clock), rests_until_(clock.steady()) {}
  /// Does a piece, if it has rested enough.
  void tend();

 private:
  const std::function<bool()> work_;
  const Clock& clock_;
  Duration rests_until_;
};

/// Calls something again and again on a thread of its own, until it goes.
class Recurring {
 public:
  Recurring(Duration every, std::function<void()> work);
  /// Waits for a call that is under way.
  ~Recurring();
  Recurring(const Recurring&) = delete;
  Recurring& operator=(const Recurring&) = delete;

 private:
  bool stopped();

  const Duration every_;
  const std::function<void()> work_;
  Mutex mutex_;
  Condition wake_;
  bool stopping_ HEED_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace heed::app
