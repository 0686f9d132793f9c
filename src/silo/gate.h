// The gate: every public operation of a silo passes it before anything is touched.
#pragma once

#include <memory>

#include "base/sync.h"
#include "silo/declarations.h"
#include "silo/journal.h"

namespace heed::silo {

/// Thread-safe.
class Gate {
 public:
  /// Refusals noted at once; a reader that is refused more often is counted, not written down, so
  /// that nobody can fill the disk by asking.
  static constexpr int kNotesAtOnce = 20;
  /// One more note for each such stretch.
  static constexpr Duration kNoteEvery = Duration::seconds(1);

  Gate(std::shared_ptr<const policy::Table> policy, const Declarations& kinds, Journal& journal,
       const Clock& clock)
      : policy_(std::move(policy)), kinds_(kinds), journal_(journal), clock_(clock) {}

  /// The kind, if `access` may touch all of it.
  Governed<const DeclaredKind*> check(const Access& access, KindId kind, policy::Shape shape) const;
  /// The same for the journal itself.
  Governed<void> check_journal(const Access& access) const;

 private:
  void note(const Access& access, const policy::Refusal& refusal) const;
  /// How many refusals went unnoted since the last note; nothing if this one must too.
  std::optional<std::uint64_t> take_note_permit() const;

  const std::shared_ptr<const policy::Table> policy_;
  const Declarations& kinds_;
  Journal& journal_;
  const Clock& clock_;
  mutable Mutex mutex_;
  mutable int permits_ HEED_GUARDED_BY(mutex_) = kNotesAtOnce;
  mutable Duration refilled_ HEED_GUARDED_BY(mutex_) = clock_.steady();
  mutable std::uint64_t unnoted_ HEED_GUARDED_BY(mutex_) = 0;
};

}  // namespace heed::silo
