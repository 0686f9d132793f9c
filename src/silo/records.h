// Records of one silo: typed documents, sealed, with their label and deadline.
//
//   family records:   kind u16 | id → label (sized) | body (silo/record_body.h)
//   family deadlines: deadline i64 | kind u16 | id → nothing
//   family indexes:   silo/record_marks.h
#pragma once

#include <functional>
#include <map>
#include <span>

#include "silo/blobs.h"
#include "silo/event_clocks.h"
#include "silo/record_body.h"
#include "silo/record_locks.h"
#include "silo/rulings.h"
#include "silo/silo.h"

namespace heed::silo {

constexpr std::size_t kLongestId = 128;           ///< Bytes
constexpr std::size_t kLongestSource = 64;        ///< Bytes
constexpr std::size_t kLargestRecord = 1U << 20;  ///< Bytes of all fields, encoded

/// Decides nothing about access: that is the gate's. Thread-safe.
class Records {
 public:
  /// All outlive it.
  struct Ground {
    kv::Database& database;
    BodySeals seals;
    const MarkKey& marks;
    const EventClocks& clocks;
    Blobs& blobs;
    const Clock& clock;
  };
  explicit Records(Ground ground) : ground_(ground) {}

  /// Whether a record with this label is to be given.
  using Admit = std::function<bool(const Label& label)>;
  /// Returns false to stop.
  using Visitor = std::function<bool(Record record)>;

  /// A record that replaces a live one keeps the version which that was collected under. `by` is
  /// who corrects.
  Result<void> commit(const Rulings& rulings, std::span<const Change> changes, std::string_view by);
  /// As it was `at` that moment, or is now; so for all that read.
  Result<std::optional<Record>> find(const Rulings& rulings, const DeclaredKind& kind,
                                     std::string_view id, const kv::Snapshot* at = nullptr) const;
  /// The label alone, of a record that is not past its deadline.
  Result<std::optional<Label>> find_label(const Rulings& rulings, const DeclaredKind& kind,
                                          std::string_view id) const;
  Result<bool> remove(const Rulings& rulings, const DeclaredKind& kind, std::string_view id);
  /// Those that are not admitted are counted in Page::withheld, and not opened.
  Result<Page> scan(const Rulings& rulings, const DeclaredKind& kind, std::string_view prefix,
                    std::string_view after, std::size_t limit, const Admit& admit,
                    const kv::Snapshot* at = nullptr) const;
  Result<Page> query(const Rulings& rulings, const DeclaredKind& kind, const Query& query,
                     const Admit& admit, const kv::Snapshot* at = nullptr) const;
  /// As silo/silo.h has them.
  Result<void> put_blob(const Rulings& rulings, const DeclaredKind& kind, const BlobPlace& place,
                        std::string_view by, const BlobSource& source);
  /// Whether there was one.
  Result<bool> read_blob(const Rulings& rulings, const DeclaredKind& kind, const BlobPlace& place,
                         std::uint64_t from, const BlobSink& sink) const;
  /// All records of the kind that are admitted.
  Result<void> visit(const Rulings& rulings, const DeclaredKind& kind, const Admit& admit,
                     const Visitor& visit) const;
  /// Whether there is any, live or not.
  Result<bool> any(KindId kind) const;
  /// Removes what is past its deadline and not spared; how many of each kind.
  using Spared = std::function<bool(const Label& label)>;
  Result<std::map<KindId, std::uint64_t>> purge(const Rulings& rulings, const Spared& spared);
  /// When the record that is due longest was due; Time::max() when none is.
  Result<Time> first_due(const Rulings& rulings, const Spared& spared) const;

  // What an erasure does to them (silo/eraser.h) ------------------------------------------------

  /// Records that are about `subject` in any way, from the first after `after`; at most `limit`.
  Result<std::vector<Bytes>> keys_about(SubjectId subject, BytesView after,
                                        std::size_t limit) const;
  struct Gone {
    std::map<KindId, std::uint64_t> removed;
    std::map<KindId, std::uint64_t> emptied;
    std::map<KindId, std::uint64_t> left_to_others;  ///< Shared: another owner keeps it.
  };
  /// Kinds of which something is there about `subject` that is not past its deadline.
  Result<std::vector<KindId>> kinds_about(const Rulings& rulings, SubjectId subject) const;
  struct Leaving {
    /// What others could see of, and what is theirs alone if it is at most `most_alone`.
    std::vector<Bytes> at_once;
    /// How many are theirs alone, where they are more.
    std::map<KindId, std::uint64_t> later;
  };
  /// Sorts records about `subject`, who is erased: those that are theirs alone and that no other
  /// leads to with an effect cannot be seen any more, whether or not they are removed.
  Result<Leaving> leaving(const Rulings& rulings, SubjectId subject, std::size_t most_alone) const;
  /// Removes of them at most `limit`, the first after `after`. The key of the last one; empty when
  /// there are no more. What somebody else has stored under their ids meanwhile stays.
  Result<Bytes> remove_leaving(const Rulings& rulings, SubjectId subject, BytesView after,
                               std::size_t limit);
  /// Who goes, and what a hold says to it.
  struct Going {
    SubjectId subject;
    /// A hold stops their erasure: what is spared stays as it is, and only the rest goes.
    bool waits = false;
    const Spared& spared;
  };
  /// Puts into `changes` what must become of these records now that somebody goes, and of those
  /// that lead to them: of these, what is spared stays until remove_led(). Nobody may change
  /// records meanwhile: hold all_records().
  Result<void> erase_from(const Rulings& rulings, const Going& going,
                          std::span<const Bytes> record_keys, kv::Changes& changes,
                          Gone& gone) const;
  /// Removes what led to erased records and is spared no more, unless it was written anew since;
  /// how many. Durable when it returns.
  Result<std::uint64_t> remove_led(const Rulings& rulings, const Spared& spared);
  RecordLocks& locks() { return locks_; }
  /// Gives records that are there the deadlines that an event set: those about `subject`, or all
  /// when it is nil. How many were shortened.
  Result<std::uint64_t> apply_clocks(const Rulings& rulings, SubjectId subject);

 private:
  class Erasing;
  struct Planned;
  /// With the stored values of its blobs.
  Result<std::optional<Record>> find_stored(const Rulings& rulings, const DeclaredKind& kind,
                                            std::string_view id,
                                            const kv::Snapshot* at = nullptr) const;
  /// Replaces blobs as readers see them by what is stored. kInvalid for another than it has.
  Result<void> keep_blobs(const Rulings& rulings, const DeclaredKind& kind, BytesView key,
                          const std::optional<Bytes>& old, std::vector<FieldValue>& fields) const;
  Result<void> take_blob(const Rulings& rulings, const BlobPlace& place, std::size_t index,
                         const Bytes& stored, std::string_view by);
  Result<void> write(const Rulings& rulings, std::span<const Planned> all, kv::Changes made);
  bool names_who_waits(const Planned& planned, const StoredLabel* before) const;
  Result<std::vector<Planned>> plan(const Rulings& rulings, std::span<const Change> changes,
                                    std::string_view by) const;
  Result<Planned> plan_put(const Rulings& rulings, const Put& put) const;
  Result<Planned> plan_patch(const Rulings& rulings, const Patch& patch, std::string_view by) const;
  Result<Planned> plan_removal(const Rulings& rulings, const Removal& removal) const;
  Result<std::uint64_t> shorten(const Rulings& rulings, std::span<const Bytes> record_keys);
  Result<std::vector<Bytes>> keys_of_kind(KindId kind, BytesView after, std::size_t limit) const;
  Result<bool> purge_one(const Rulings& rulings, BytesView deadline_key, Time now,
                         const Spared& spared);

  const Ground ground_;
  RecordLocks locks_;
};

/// kind u16 | id
Bytes record_key(KindId kind, std::string_view id);
KindId kind_of_key(BytesView record_key);

}  // namespace heed::silo
