// The keys of one silo's subjects: a file of the key ring whose slots are overwritten to forget.
//
//   <keys>/organizations/<id>.subjects    slot n, 64 bytes, at 64 · n; slot 0 is the header
//     never given    zeros
//     key            1 u8 | 0 u24 | nonce 12 | key sealed under the organization's key, 48
//     erased         2 u8 | 0 u24 | number u64 | tag 16 | at i64 | mac 16 | zeros
//     locked         3 u8 | until u24, days since 1970 | nonce 12 | key sealed under the
//                    organization's key and a code that only the subject has, 48
//
// What a subject is the owner of is sealed under the subject's key, in the database, its log and
// every backup. Overwriting the slot and syncing it makes all of that unreadable at once. A slot
// lies in one sector, so no crash leaves half of one. What stands in an erased slot is an entry of
// the erasure ledger: it says that somebody was forgotten and when, and not who. The tag tells it
// of a subject id that is at hand: a keyed hash.
//
// A slot is never given twice, whatever is restored beside it. Keys are made ahead, 63 or 64 at a
// time, so that most new subjects cost no sync.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/base.h"
#include "base/sync.h"

namespace heed::silo {

/// One entry of the erasure ledger.
struct Erasure {
  std::uint32_t slot = 0;
  std::uint64_t number = 0;  ///< From 1, without holes, in the order of erasing.
  Bytes tag;                 ///< 16 bytes: SubjectKeys::tag_of()
  Time at;
  bool operator==(const Erasure&) const = default;
};

/// Thread-safe.
class SubjectKeys {
  struct Opened {};  // only open() can name it

 public:
  class OpenFile;
  static constexpr std::size_t kSlotSize = 64;
  static constexpr std::size_t kTagSize = 16;
  static constexpr std::uint32_t kMadeAhead = 64;

  SubjectKeys(Opened, std::string path, OrganizationId organization, BytesView organization_key,
              Random& random);
  ~SubjectKeys();
  SubjectKeys(const SubjectKeys&) = delete;
  SubjectKeys& operator=(const SubjectKeys&) = delete;
  /// Makes the file when there is none. Reads it whole, and so finds every erasure. kCorrupt, with
  /// the mend, when it is of another organization or an entry of the ledger is not what was
  /// written.
  static Result<std::unique_ptr<SubjectKeys>> open(std::string path, OrganizationId organization,
                                                   BytesView organization_key, Random& random);

  /// A slot with a key, durable, that was never given before.
  Result<std::uint32_t> take();
  /// The 32 bytes in it; nothing when it was erased or is locked. kCorrupt when it does not open.
  Result<std::optional<Bytes>> key(std::uint32_t slot) const;
  /// Overwrites the slot with what does not open without `code` (kCodeSize bytes) and syncs: for
  /// who may come back until `until`. An erased or locked one is left as it is.
  Result<void> lock(std::uint32_t slot, BytesView code, std::int32_t until);
  /// Gives the slot its key back; durable. kInvalid if the code is not the one it was locked with.
  Result<void> unlock(std::uint32_t slot, BytesView code);
  static constexpr std::size_t kCodeSize = 20;
  /// Until which day a slot is locked; nothing if it is not.
  std::optional<std::int32_t> locked_until(std::uint32_t slot) const;
  bool any_locked() const { return any_locked_; }

  /// Overwrites the slot with a ledger's entry and syncs. An erased one is left as it is.
  Result<Erasure> erase(std::uint32_t slot, BytesView tag, Time at);
  /// What another copy of the ledger says was erased.
  Result<void> erase_again(const Erasure& erasure);

  /// A keyed hash of the id, the same as long as the organization's key is.
  Bytes tag_of(SubjectId subject) const;
  bool is_erased(SubjectId subject) const;
  /// In the order of numbers.
  std::vector<Erasure> erasures() const;

  // The ledger, as backups carry it -------------------------------------------------------------

  /// All entries, each with its MAC.
  Bytes ledger() const;
  /// How many entries a ledger has. kCorrupt if it is none of this organization or was changed.
  Result<std::uint64_t> check_ledger(BytesView ledger) const;
  /// Erases what the ledger says was erased and is not here; how many slots that were.
  Result<std::uint64_t> apply_ledger(BytesView ledger);

 private:
  Result<void> load();
  Result<void> make_block() HEED_REQUIRES(mutex_);
  Result<void> write_slots(std::uint32_t first, BytesView bytes) const;
  Bytes key_slot(std::uint32_t slot, BytesView key) const;
  Bytes locking_key(BytesView code) const;
  Bytes locked_name(std::uint32_t slot, std::int32_t until) const;
  Bytes erased_slot(const Erasure& erasure) const;
  Result<std::vector<Erasure>> read_ledger(BytesView ledger) const;
  Result<Erasure> read_erased(std::uint32_t slot, BytesView bytes) const;
  void remember(const Erasure& erasure) HEED_REQUIRES(mutex_);

  const std::string path_;
  const OrganizationId organization_;
  const Bytes wrapping_key_;
  const Bytes ledger_key_;
  Random& random_;
  /// Open as long as this is: finding the file anew would be a third of what a key costs.
  std::unique_ptr<const OpenFile> reading_;
  mutable Mutex mutex_;
  std::uint32_t next_ HEED_GUARDED_BY(mutex_) = 0;
  std::uint32_t end_ HEED_GUARDED_BY(mutex_) = 0;  ///< Slots that the file has.
  std::vector<Erasure> erasures_ HEED_GUARDED_BY(mutex_);
  std::unordered_set<std::uint32_t> erased_slots_ HEED_GUARDED_BY(mutex_);
  std::unordered_map<std::uint32_t, std::int32_t> locked_ HEED_GUARDED_BY(mutex_);
  std::atomic<bool> any_locked_ = false;
  std::unordered_set<Bytes> erased_tags_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo
