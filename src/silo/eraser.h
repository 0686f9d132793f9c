// Erases a person from a silo, and the remains of what was removed from its files.
//
//   meta "receipt." number u64 → sealed receipt
//   meta "postponed." subject 16 → sealed reason: an erasure that a hold stops
//   meta "postponing." subject 16 → nothing: what no hold keeps of them may be there yet
//   meta "suspended." subject 16 → sealed reason: an erasure that they may take back
//   meta "remains" → since i64: removed bytes may lie in files since then
//
// An erasure overwrites the person's key first, with one sync: from then on nothing of theirs opens
// anywhere. What the database still holds of them is removed after that, in batches whose last one
// is synced; a crash between is made up for when the silo is opened. Of who has more than a few
// records that are theirs alone and change nothing elsewhere, those are counted and their rows left
// to upkeep: nobody sees them any more. The bytes themselves go when the files are written anew, at
// the latest when the store's bound is half over.
#pragma once

#include "silo/disclosures.h"
#include "silo/holds.h"
#include "silo/noting.h"
#include "silo/records.h"
#include "silo/series_store.h"

namespace heed::silo {

/// Thread-safe.
class Eraser {
 public:
  static constexpr std::size_t kLongestReason = 200;  ///< Bytes
  /// Records that one batch removes.
  static constexpr std::size_t kBatch = 1'000;
  /// Records somebody's alone that an erasure removes before it returns; of more, none.
  static constexpr std::size_t kMostAtOnce = 200;
  /// Records that one batch of upkeep removes: writers of them wait meanwhile, for some 5 ms.
  static constexpr std::size_t kLateBatch = 200;

  /// All outlive it.
  struct Ground {
    OrganizationId organization;
    kv::Database& database;
    Sealer& sealer;
    Subjects& subjects;
    SubjectKeys& keys;
    Records& records;
    Holds& holds;
    Noting& noting;
    SeriesStore& series;
    Disclosures& disclosures;
    const Clock& clock;
    Random& random;
    Duration bound;  ///< Within which removed bytes are gone from every file.
    /// Told of each erasure once it is durable; may be empty.
    std::function<void(OrganizationId)> erased = {};
  };
  explicit Eraser(Ground ground) : ground_(ground) {}
  /// Finishes what a crash cut short, and what an older database has not heard of.
  Result<void> load(const Rulings& rulings);

  /// Erases what the ledger says and what is still here.
  Result<void> replay(const Rulings& rulings, BytesView ledger);

  /// What is held about `subject`, by kind.
  Result<std::vector<Holding>> holdings(const Rulings& rulings, SubjectId subject) const;
  /// kNotFound if nothing was ever stored about them. Said again, it gives the first receipt.
  Result<ErasureReceipt> forget(const Rulings& rulings, SubjectId subject, std::string_view reason,
                                std::string_view actor);
  /// Locks their key until the end of a day, and gives the code that unlocks it. kConflict while a
  /// hold wants them read, or when they have gone already.
  Result<Suspension> suspend(SubjectId subject, std::string_view reason, std::string_view actor,
                             Time until);
  /// kInvalid for a wrong code; kNotFound if they have not gone.
  Result<void> come_back(SubjectId subject, std::string_view code);
  /// Forgets who has not come back in time; how many.
  Result<std::uint64_t> forget_stayed_away(const Rulings& rulings);
  /// Of ledger number `number`, and its journal entry's proof.
  Result<std::optional<ErasureReceipt>> receipt(std::uint64_t number) const;
  Result<std::optional<ErasureReceipt>> receipt_of(SubjectId subject) const;
  /// Kinds of which something is held about `subject`.
  Result<std::vector<KindId>> kinds_held(const Rulings& rulings, SubjectId subject) const;
  /// Removes the rows that erasures left; how many persons'.
  Result<std::uint64_t> remove_left(const Rulings& rulings);
  /// Erasures that a hold stopped and none stops any more; what a hold kept of others, too.
  Result<std::uint64_t> resume_postponed(const Rulings& rulings);

  /// Something was removed: its bytes must go within the bound.
  Result<void> leave_remains();
  /// Since when removed bytes may lie in files; nothing when none do.
  std::optional<Time> remains_since() const;
  /// When files were last written anew; nothing since the silo was opened.
  std::optional<Time> scrubbed() const;
  Result<Standing> standing(SubjectId subject) const;
  bool is_scrub_due(bool now_at_once) const;
  /// Writes anew what holds removed bytes, if half of the bound is over or `now_at_once`; whether
  /// it did. Writers go on meanwhile.
  Result<bool> scrub(const Rulings& rulings, bool now_at_once);

 private:
  Result<void> finish_all(const Rulings& rulings) HEED_REQUIRES(erasing_);
  Result<bool> clean(const Rulings& rulings, SubjectId subject, Records::Gone& gone);
  Result<ErasureReceipt> finish(const Rulings& rulings, const Erasure& erasure,
                                std::optional<SubjectId> subject, std::string_view reason,
                                std::string_view actor);
  Result<ErasureReceipt> postpone(const Rulings& rulings, SubjectId subject,
                                  std::string_view reason, const std::vector<Hold>& holds);
  Result<void> leave_unspared(const Rulings& rulings, SubjectId subject, Records::Gone& gone);
  std::vector<ErasureCount> counts_of(const Rulings& rulings, const Records::Gone& gone) const;
  Result<void> put_receipt(const ErasureReceipt& receipt, kv::Changes& changes) const;
  Result<void> write_remains(Time since, kv::Sync sync) const;
  Result<std::optional<Time>> begin_scrub(bool now_at_once);
  Result<void> complete_receipts(Time gone_since);

  const Ground ground_;
  /// One scrub at a time. Taken before erasing_.
  Mutex scrubbing_;
  /// One erasure at a time. Taken before all else.
  Mutex erasing_;
  mutable Mutex mutex_;
  std::optional<Time> remains_ HEED_GUARDED_BY(mutex_);
  std::optional<Time> scrubbed_ HEED_GUARDED_BY(mutex_);
  /// More was removed since the scrub that runs began.
  bool left_meanwhile_ HEED_GUARDED_BY(mutex_) = false;
};

}  // namespace heed::silo
