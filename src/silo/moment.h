// A moment of a silo's records: reads that are given it see them as they were then, over many pages
// and while others write. What was erased since, or is past its deadline by now, is not seen, and
// nothing that was removed can leave the files while a moment still shows it: so a moment ends by
// itself.
#pragma once

#include <list>
#include <memory>

#include "base/base.h"
#include "base/sync.h"

namespace heed::silo {

namespace kv {
class Database;
class Snapshot;
}  // namespace kv

/// Made by Silo::moment(). Thread-safe. Let go of it as soon as it is not needed, and before its
/// silo.
class Moment {
 public:
  Moment(std::shared_ptr<const kv::Snapshot> snapshot, Duration begun)
      : begun_(begun), snapshot_(std::move(snapshot)) {}
  /// kConflict once it has ended.
  Result<std::shared_ptr<const kv::Snapshot>> snapshot() const;
  void end() const;
  /// By the clock that never steps.
  Duration begun() const { return begun_; }

 private:
  const Duration begun_;
  mutable Mutex mutex_;
  mutable std::shared_ptr<const kv::Snapshot> snapshot_ HEED_GUARDED_BY(mutex_);
};

/// Those of one silo. Thread-safe.
class Moments {
 public:
  /// How long one lasts at the most.
  static constexpr Duration kLongest = Duration::minutes(10);

  Moments(const kv::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  std::shared_ptr<const Moment> make();
  void end_old() { end(clock_.steady() - kLongest); }
  /// Before files are written anew.
  void end_all() { end(Duration::max()); }

 private:
  void end(Duration begun_until);

  const kv::Database& database_;
  const Clock& clock_;
  Mutex mutex_;
  std::list<std::weak_ptr<const Moment>> made_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo
