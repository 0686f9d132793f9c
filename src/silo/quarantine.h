// Chunks that are set aside: their bytes are there and do not open. A rotten chunk costs its own
// samples and nothing else: reads leave it out, later samples of its day start a new part beside
// it, and it goes when its deadline has come.
//
// It is tried again at each reading, so that a misread or a lost key that came back heals by
// itself; what is remembered is only that it was told.
//
//   family meta: "aside/" chunk key → sealed time of the first failure
#pragma once

#include <map>

#include "base/log.h"
#include "base/sync.h"
#include "silo/journal.h"
#include "silo/series.h"

namespace heed::silo {

/// Of one silo. Thread-safe.
class Quarantine {
  struct Opened {};  // only open() can name it

 public:
  /// All outlive it.
  struct Ground {
    OrganizationId organization;
    kv::Database& database;
    Sealer& sealer;
    Journal& journal;
    Log& log;
    const Clock& clock;
  };
  Quarantine(Opened, const Ground& ground) : ground_(ground) {}
  static Result<std::unique_ptr<Quarantine>> open(const Ground& ground);

  /// What lies under `key` does not open. The first time it is noted in the journal ("chunk.
  /// quarantined", with the series' number and the day) and told in the log.
  void set_aside(BytesView key, const Error& why);
  /// What lies under `key` opens; if it was set aside, that is over, and noted likewise.
  void opened(BytesView key);
  /// It was removed.
  void removed(BytesView key);
  Damage damage(SeriesId series, TimeRange range) const;
  std::uint64_t chunks() const;

 private:
  Result<void> load();
  void note(std::string_view what, BytesView key);
  void forget(BytesView key) HEED_REQUIRES(mutex_);

  const Ground ground_;
  mutable Mutex mutex_;
  /// By series and day; a key that is none of a chunk stands under series 0, which nobody has.
  std::multimap<std::pair<std::uint32_t, std::int32_t>, Bytes> aside_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo
