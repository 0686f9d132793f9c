// The series of one silo: appends to a head that the log protects, sealing into chunks, reading.
//
// An append takes a position in the log under the lock, is sealed and made durable outside of it
// (so that concurrent appends share a sync), and enters the head in the order of positions. Sealing
// takes the head as a whole, encodes it outside the lock, and commits chunks, the position up to
// which the log is used up, and the senders' numbers in one transaction.
#pragma once

#include <map>
#include <memory>
#include <set>

#include "base/sync.h"
#include "silo/batch_sections.h"
#include "silo/chunk_store.h"
#include "silo/log.h"
#include "silo/record_locks.h"
#include "silo/series_view.h"
#include "silo/subjects.h"

namespace heed::silo {

/// Decides nothing about access: that is the gate's. Thread-safe.
class SeriesStore {
  struct Opened {};  // only open() can name it

 public:
  struct Environment {
    OrganizationId organization;
    kv::Database& database;
    Sealer& sealer;
    ChunkCache& cache;
    const CurrentRulings& rulings;
    SeriesLog& log;
    Journal& journal;
    Subjects& subjects;
    RecordLocks& locks;  ///< Of whom something is written
    Log& told;           ///< Where the program says what went wrong
    const Clock& clock;
    std::size_t head_samples;  ///< The head is full when it has so many,
    std::size_t head_bytes;    ///< or its texts come to so much
  };
  /// A chunk of fewer samples is hardly worth its making: with less to a series, a head is full
  /// only later,
  static constexpr std::size_t kShortRun = 32;
  /// but at the latest with so many times its samples.
  static constexpr std::size_t kWidest = 4;

  SeriesStore(Opened, const Environment& environment, std::unique_ptr<SeriesRegistry> registry,
              std::unique_ptr<Quarantine> quarantine)
      : env_(environment),
        registry_(std::move(registry)),
        quarantine_(std::move(quarantine)),
        chunks_(environment.organization, environment.database, environment.sealer,
                environment.cache, *quarantine_) {}
  /// Replays the log.
  static Result<std::unique_ptr<SeriesStore>> open(const Environment& environment);

  SeriesRegistry& registry() { return *registry_; }
  const SeriesRegistry& registry() const { return *registry_; }

  /// The numbers of `names`, of somebody or (nil) of nobody; made at the first call. kConflict if
  /// they were erased.
  Result<std::vector<SeriesId>> ensure(KindId kind, SubjectId subject,
                                       const std::vector<std::string>& names);
  /// Under the version of the policy that allowed it.
  Result<Appended> append(const Batch& batch, std::uint32_t version);
  std::uint64_t last_batch(std::string_view sender) const;
  /// What of the series lies on the days of `range` and the pass admits.
  SeriesView view(SeriesId series, const SeriesOf& of, Pass pass, TimeRange range) const;

  /// What of the series does not open, as far as it was read.
  Damage damage(SeriesId series, TimeRange range) const {
    return quarantine_->damage(series, range);
  }

  Result<void> seal(bool all);
  Result<void> seal_if_full();
  /// Removes what is past its deadline and not spared; how many chunks of each kind.
  using Spared = std::function<bool(KindId kind, SubjectId subject)>;
  Result<std::map<KindId, std::uint64_t>> purge(const Spared& spared);
  /// When the chunk that is due longest, and that nothing spares, was due; Time::max() when none
  /// is.
  Result<Time> first_due(const Spared& spared) const;

  // What an erasure does to them (silo/eraser.h) ------------------------------------------------

  struct Held {
    std::uint64_t samples = 0;
    Time oldest = Time::max();  ///< The day of its first sample
    Time until = Time::min();
  };
  /// What there is of somebody, by kind.
  Result<std::map<KindId, Held>> held(SubjectId subject) const;
  /// Removes all series that are sealed under this key, which is erased; how many samples of each
  /// kind. Not synced. Can be done again.
  Result<std::map<KindId, std::uint64_t>> forget(std::uint32_t slot);
  /// The same of all series about `subject` that are not spared, whose key stays.
  Result<std::map<KindId, std::uint64_t>> forget_unspared(SubjectId subject, const Spared& spared);
  /// Lets go of all chunks that were opened lately.
  void let_go() const { chunks_.forget_all(); }
  /// Writes anew the files that hold bytes of what forget() removed.
  Result<void> scrub();

  /// head_samples, sealed_* and damaged_chunks.
  SiloStatistics statistics() const;

 private:
  struct Frozen {
    std::shared_ptr<const Parts> parts;
    std::uint64_t through = 0;
    std::map<std::string, std::uint64_t, std::less<>> senders;
  };
  /// A batch on its way into the log.
  struct Ticket {
    std::uint64_t position = 0;
    Time stored;
    bool duplicate = false;
    std::uint32_t version = 0;
  };

  Result<void> load();
  Result<void> load_senders();
  Result<void> replay();
  void leave_out_who_waits(BatchSections& sections) const;
  Result<void> make_room();
  Ticket take_ticket(const Batch& batch, std::uint32_t version);
  Result<void> make_durable(const Batch& batch, BatchSections& sections, const Ticket& ticket);
  void apply(const Batch& batch, const BatchSections& sections, const Ticket& ticket, bool durable);
  Result<std::map<KindId, std::uint64_t>> forget(const SeriesRegistry::Which& which);
  /// Puts into `changes` that the days of removed chunks must be written anew.
  Result<void> put_left_days(std::pair<std::int32_t, std::int32_t> days, kv::Changes& changes);
  /// Whether the head is so many times full.
  bool full(std::size_t times) const HEED_EXCLUDES(mutex_);
  bool freeze(bool all);
  Result<void> commit_frozen();
  Result<void> write_frozen(const Frozen& frozen, kv::Changes& changes, ChunkTotals& totals) const;
  Result<void> put_state(std::uint64_t through, const ChunkTotals& totals,
                         kv::Changes& changes) const;
  /// Both outlive it.
  ChunkStore::Due due_by(const Rulings& rulings, const Spared& spared) const;
  bool any_live_expired() const;

  const Environment env_;
  const std::unique_ptr<SeriesRegistry> registry_;
  const std::unique_ptr<Quarantine> quarantine_;
  const ChunkStore chunks_;

  /// One sealing or purge at a time. Taken before mutex_.
  Mutex sealing_;
  mutable Mutex mutex_;
  Condition moved_;
  Head head_ HEED_GUARDED_BY(mutex_);
  std::unique_ptr<const Frozen> frozen_ HEED_GUARDED_BY(mutex_);
  std::map<std::string, std::uint64_t, std::less<>> senders_ HEED_GUARDED_BY(mutex_);
  std::map<std::string, std::uint64_t, std::less<>> unsealed_senders_ HEED_GUARDED_BY(mutex_);
  std::set<std::string, std::less<>> sending_ HEED_GUARDED_BY(mutex_);
  std::uint64_t next_ HEED_GUARDED_BY(mutex_) = 1;     ///< Position of the next append
  std::uint64_t applied_ HEED_GUARDED_BY(mutex_) = 0;  ///< Position up to which the head is
  std::uint64_t sealed_through_ HEED_GUARDED_BY(mutex_) = 0;
  ChunkTotals totals_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo
