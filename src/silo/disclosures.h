// The disclosure ledger: what of whom went to whom; and the notices that call it back.
//
//   family indexes: 'd' | subject 16 | entry u64              → front (sized) | body
//                   'v' | recipient's hash 16 | entry u64 | subject 16   → nothing
//   meta "recall." number u64 → sealed recall
//   meta "recalls" → u64: the last number that was given
//
// The front, recipient and package, is sealed under the organization's key: when the person is
// erased the recipients must still be told, and no more than that. All else is sealed under the
// person's key, and unreadable from then on.
#pragma once

#include <span>

#include "base/sync.h"
#include "silo/disclosure.h"
#include "silo/record_marks.h"
#include "silo/sealer.h"
#include "silo/subjects.h"

namespace heed::silo {

/// Thread-safe.
class Disclosures {
 public:
  /// All outlive it.
  struct Ground {
    kv::Database& database;
    Sealer& sealer;
    Subjects& subjects;
    const MarkKey& marks;
    const Clock& clock;
  };
  explicit Disclosures(Ground ground) : ground_(ground) {}
  Result<void> load();

  /// Puts into `changes` the line of one person; nil for what is about nobody. Called while nobody
  /// erases them.
  Result<void> put(const Disclosed& disclosed, kv::Changes& changes);
  /// What of `subject` went out, from the line of entry `from` on; at most `limit`.
  Result<std::vector<Disclosed>> of(SubjectId subject, std::uint64_t from, std::size_t limit) const;
  /// What this recipient got of those who are still here, likewise.
  Result<std::vector<Disclosed>> to(std::string_view recipient, std::uint64_t from,
                                    std::size_t limit) const;

  /// Tells all who got something of `subject`; how many.
  Result<std::uint64_t> recall(SubjectId subject, Recall::Why why);
  /// The same, and the ledger's lines about them go with it. Their key may be gone.
  Result<std::uint64_t> forget(SubjectId subject);
  /// Puts into `changes` the notice that a contract has ended.
  Result<void> put_recall(Recall recall, kv::Changes& changes);
  Result<std::vector<Recall>> recalls(std::uint64_t after, std::size_t limit) const;
  /// Whether there was one.
  Result<bool> settle(std::uint64_t number);

 private:
  struct Front;
  Result<Front> front_of(BytesView key, BytesView value) const;
  Result<std::optional<Disclosed>> line(BytesView key, BytesView value) const;
  Result<std::uint64_t> tell(SubjectId subject, Recall::Why why, bool and_forget);
  Bytes recipient_key(std::string_view recipient) const;
  Result<std::uint64_t> next_recall();

  const Ground ground_;
  Mutex mutex_;
  std::uint64_t last_recall_ HEED_GUARDED_BY(mutex_) = 0;
};

}  // namespace heed::silo
