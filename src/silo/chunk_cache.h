// Decoded chunks that were read lately. Decoding a day of 33,000 samples takes 23 ms, and a board
// that asks for last values and plots asks for the same days again and again.
//
// A run is found by what it was decoded from, not by where that lay: the name holds the tag of the
// sealed chunk, so a chunk that was written anew under its key is another one.
#pragma once

#include <list>
#include <map>
#include <memory>

#include "base/base.h"
#include "base/sync.h"
#include "silo/run.h"

namespace heed::silo {

/// Shared by all silos of a store, bounded in bytes: what was used longest ago makes room.
/// Thread-safe.
class ChunkCache {
 public:
  struct Name {
    OrganizationId organization;
    Time deadline;
    Bytes chunk;  ///< Key, kind and authentication tag of the sealed chunk
    auto operator<=>(const Name&) const = default;
  };

  /// `bytes` may be 0: then nothing is kept.
  explicit ChunkCache(std::size_t bytes) : most_bytes_(bytes) {}

  /// nullptr if it is not kept.
  std::shared_ptr<const Run> find(const Name& name);
  /// Keeps nothing that would take more than a quarter of the whole, or that is expired.
  void put(const Name& name, std::shared_ptr<const Run> run);
  /// Lets go of what is due at `now`; a reader that began earlier can't bring it back.
  void forget_expired(OrganizationId organization, Time now);
  /// Lets go of everything of a silo, which is being closed.
  void forget(OrganizationId organization);
  std::size_t bytes() const;

 private:
  struct Entry {
    Name name;
    std::shared_ptr<const Run> run;
    std::size_t bytes = 0;
  };
  using Entries = std::list<Entry>;  // the one used last in front

  void erase(Entries::iterator entry) HEED_REQUIRES(mutex_);

  const std::size_t most_bytes_;
  mutable Mutex mutex_;
  Entries entries_ HEED_GUARDED_BY(mutex_);
  std::map<Name, Entries::iterator> by_name_ HEED_GUARDED_BY(mutex_);
  std::map<OrganizationId, Time> expired_through_ HEED_GUARDED_BY(mutex_);
  std::size_t bytes_ HEED_GUARDED_BY(mutex_) = 0;
};

}  // namespace heed::silo
