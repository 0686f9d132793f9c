// Whom a silo knows: where each subject's key is, who was erased, and who may be read for legal
// purposes alone because a hold stops their erasure.
//
//   family subjects: 'a' | subject 16        → slot u32
//                    'e' | number u64        → slot u32 | tag 16 | at i64 | cleaned u8
//                    'r' | subject 16        → nothing: restricted
//                    'l' | subject 16        → erasure's number u64: rows of theirs are left
//
// The rows of erasures are a second copy of the ring's ledger (silo/subject_keys.h): whichever of
// database and ring is older is brought up to the other when the silo is opened.
#pragma once

#include <atomic>
#include <shared_mutex>
#include <unordered_map>
#include <unordered_set>

#include "base/sync.h"
#include "silo/kv.h"
#include "silo/subject_keys.h"

namespace heed::silo {

/// Thread-safe.
class Subjects {
 public:
  Subjects(kv::Database& database, SubjectKeys& keys) : database_(database), keys_(keys) {}
  /// Brings the key ring up to the database, and learns who is restricted.
  Result<void> load();

  /// Where the subject's key is, made at the first call. kConflict if it was erased: what is about
  /// somebody who was forgotten is stored no more.
  Result<std::uint32_t> slot_for(SubjectId subject);
  /// Nothing if nothing was ever stored about it, or it was erased.
  Result<std::optional<std::uint32_t>> find(SubjectId subject) const;
  bool is_erased(SubjectId subject) const { return keys_.is_erased(subject); }
  /// Until which day they may come back; nothing if they have not gone (silo/eraser.h).
  Result<std::optional<std::int32_t>> locked_until(SubjectId subject) const;
  bool is_locked(SubjectId subject) const {
    const auto until = locked_until(subject);
    return !until || until->has_value();
  }
  /// Those whose last day to come back is before `today`.
  Result<std::vector<SubjectId>> stayed_away(std::int32_t today) const;

  /// Makes all that is sealed under the subject's key unreadable, for good. Nothing if there never
  /// was such a subject.
  Result<std::optional<Erasure>> erase(SubjectId subject, Time at);
  /// Lets go of what is at hand of slots, as some were erased from outside.
  void forget_slots() {
    const Lock lock(mutex_);
    slots_.clear();
  }
  /// Erasures whose rows, index entries and copies are not removed yet, and of whom, as far as the
  /// database still tells.
  struct Unclean {
    Erasure erasure;
    std::optional<SubjectId> subject;
  };
  /// Whoever is here under another key than the one that was overwritten, too: where a backup is
  /// restored from before they came, they come anew and get another one, and both are in backups.
  /// That key is overwritten first, and is an erasure of its own.
  Result<std::vector<Unclean>> unclean();
  /// Puts into `changes` that everything of it is removed, but for rows that nobody can see.
  void put_cleaned(const Erasure& erasure, std::optional<SubjectId> subject, bool rows_are_left,
                   kv::Changes& changes) const;

  /// Of whom rows may be there that nobody is to see any more: from their erasure on.
  bool any_leaving() const { return any_leaving_; }
  void leave(SubjectId subject);
  void gone(SubjectId subject);
  /// Those whose erasure is told and whose rows are left, with its number.
  Result<std::vector<std::pair<SubjectId, std::uint64_t>>> rows_left() const;
  /// Puts into `changes` that none are.
  static void put_gone(SubjectId subject, kv::Changes& changes) {
    changes.remove(kv::Family::kSubjects, leaving_key(subject));
  }

  bool any_restricted() const { return any_restricted_; }
  bool is_restricted(SubjectId subject) const {
    if (!any_restricted_) return false;
    const Lock lock(mutex_);
    return restricted_.contains(subject);
  }
  /// From now on they are read for legal purposes alone. Durable, with `beside`, when it returns.
  /// put_cleaned() ends it, for those who open the database later: a read that has opened something
  /// of theirs already is still told.
  Result<void> restrict(SubjectId subject, kv::Changes beside);

 private:
  static Bytes alive_key(SubjectId subject) { return "a" + subject.bytes(); }
  static Bytes leaving_key(SubjectId subject) { return "l" + subject.bytes(); }
  static Bytes erased_key(const Erasure& erasure);
  static Bytes erased_row(const Erasure& erasure, bool cleaned);
  Result<void> load_erasures();

  kv::Database& database_;
  SubjectKeys& keys_;
  mutable Mutex mutex_;
  mutable std::unordered_map<SubjectId, std::uint32_t, SubjectId::Hash> slots_
      HEED_GUARDED_BY(mutex_);
  std::unordered_set<SubjectId, SubjectId::Hash> restricted_ HEED_GUARDED_BY(mutex_);
  std::atomic<bool> any_restricted_ = false;
  std::unordered_set<SubjectId, SubjectId::Hash> leaving_ HEED_GUARDED_BY(mutex_);
  std::atomic<bool> any_leaving_ = false;
};

}  // namespace heed::silo
