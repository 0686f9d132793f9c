// The gate: every public operation of a silo passes it before anything is touched.
#pragma once

#include "base/sync.h"
#include "silo/noting.h"
#include "silo/pass.h"
#include "silo/tally.h"

namespace heed::silo {

/// Thread-safe.
class Gate {
 public:
  /// Refusals noted at once; a reader that is refused more often is counted, not written down, so
  /// that nobody can fill the disk by asking.
  static constexpr int kNotesAtOnce = 20;
  /// One more note for each such stretch.
  static constexpr Duration kNoteEvery = Duration::seconds(1);

  Gate(const CurrentRulings& rulings, Noting& noting, Tally& tally, const Clock& clock)
      : rulings_(rulings), noting_(noting), tally_(tally), clock_(clock) {}

  /// For what touches no stored item, or a series' names: the whole kind or nothing.
  Governed<Pass> check(const Access& access, KindId kind, policy::Shape shape) const;
  /// For items that are read next: refused where no item could be allowed. Each is then held
  /// against the pass, and told here: counted() once per page or item, refused() when it is not to
  /// be given.
  Governed<Pass> check_items(const Access& access, KindId kind, policy::Shape shape) const;
  /// For a record that is to be stored. kInvalid for a source that the policy does not declare.
  Governed<Pass> check_put(const Access& access, const Record& record) const;
  /// For samples that are to be appended; the access says through which source they came.
  Governed<Pass> check_append(const Access& access, KindId kind) const;
  /// For records whose fields are decided one by one: refuses nothing yet.
  Governed<Pass> look(const Access& access, KindId kind) const;
  /// The same for the journal itself.
  Governed<void> check_journal(const Access& access) const;

  void counted(const Pass& pass, std::string_view source, std::uint32_t version) const {
    tally_.count(pass, pass.conditions(source), version);
  }
  /// Notes and counts that an item was refused.
  policy::Withheld refused(const Pass& pass, std::string_view source, std::uint32_t version) const;
  /// Notes a refusal that was counted already.
  void note(const Access& access, const policy::Refusal& refusal) const;

 private:
  Governed<Pass> whole(Pass pass, std::string_view source) const;
  /// Taking something in is decided on its own, by the surface it comes through (O1, O5), whatever
  /// the writer wants it for.
  Governed<void> check_intake(const Pass& writing, std::string_view source) const;
  /// How many refusals went unnoted since the last note; nothing if this one must too.
  std::optional<std::uint64_t> take_note_permit() const;

  const CurrentRulings& rulings_;
  Noting& noting_;
  Tally& tally_;
  const Clock& clock_;
  mutable Mutex mutex_;
  mutable int permits_ HEED_GUARDED_BY(mutex_) = kNotesAtOnce;
  mutable Duration refilled_ HEED_GUARDED_BY(mutex_) = clock_.steady();
  mutable std::uint64_t unnoted_ HEED_GUARDED_BY(mutex_) = 0;
};

}  // namespace heed::silo
