// Writes the journal's entries, so that an erasure blinds them and breaks no proof.
//
// The tree hashes an entry's bytes, so nothing in them can be changed later. A person therefore
// stands in an entry under a pseudonym that is made with their own key, and what tells more of them
// is sealed under it. Who may read the journal is told whom a pseudonym stands for, by an index
// that goes when the person is erased; then nobody can make it again, as the key is gone.
//
//   family indexes: 'j' | tag 8                     → id, sealed under the person's key
//                   'o' | subject 16 | number u64   → role u8: entries that are theirs
//                   'o' | subject 16 | 0            → tag 8
//
// A seal of silo/sealer.h says in the clear in which slot its key is, and the erasure ledger says
// who was in it to whoever has an id at hand. An entry is for ever, so it is sealed under a key
// that is derived from the person's, and names no slot.
#pragma once

#include <memory>
#include <unordered_map>

#include "silo/journal.h"
#include "silo/own_entries.h"
#include "silo/record_locks.h"
#include "silo/subjects.h"

namespace heed::silo {

/// Thread-safe.
class Noting {
 public:
  static constexpr std::size_t kTagSize = 8;
  static constexpr std::size_t kLongestRecord = 128;  ///< Bytes
  /// Persons whose pseudonyms are kept at hand.
  static constexpr std::size_t kAtHand = 4'096;
  /// What stands for somebody who has been erased.
  static constexpr std::string_view kErased = "p:erased";

  /// All outlive it.
  struct Ground {
    kv::Database& database;
    Sealer& sealer;
    Subjects& subjects;
    const SubjectKeys& keys;
    RecordLocks& locks;
    Journal& journal;
  };
  explicit Noting(Ground ground) : ground_(ground) {}

  struct Note {
    /// An id is taken for a person's, whether or not anything else is known of them.
    std::string_view actor;
    std::string_view what;
    /// Ids of persons of whom something is stored here may stand in it: they are replaced.
    std::string_view detail;
    NoteAbout about = {};
    /// More whose entry it is. Their ids are replaced whether or not anything is stored of them.
    std::vector<SubjectId> persons = {};
    Journal::Beside beside = {};
  };
  /// The entry's number. Nobody whom it names is erased meanwhile: the caller holds no lock of
  /// RecordLocks. kConflict if whom it is about has been erased.
  Result<std::uint64_t> append(const Note& note, kv::Sync sync);
  Result<void> note(std::string_view actor, std::string_view what, std::string_view detail) {
    auto done = append({actor, what, detail}, kv::Sync::kYes);
    return done ? Result<void>() : std::unexpected(std::move(done).error());
  }

  Result<NamedEntry> name(const JournalEntry& entry) const;
  /// What stands for an actor, and a text with the names put back: for what is kept beside the
  /// journal of who did something.
  Result<std::string> word_for(std::string_view actor);
  Result<std::string> with_names(std::string_view text) const;
  struct Own {
    std::uint64_t number = 0;
    bool theirs = false;
  };
  /// Those numbered `from` and on, at most `limit`. None of who was erased.
  Result<std::vector<Own>> own(SubjectId subject, std::uint64_t from, std::size_t limit) const;

  /// To be called where the person's key is overwritten, with the same lock held.
  void forget(SubjectId subject);
  /// Removes what leads from a person to entries and from pseudonyms to the person.
  Result<void> clean(SubjectId subject);

 private:
  /// What is made of a person's key.
  struct Person {
    Bytes tag;
    Bytes key;
    std::string word() const;
  };
  using Known = std::unordered_map<SubjectId, std::shared_ptr<const Person>, SubjectId::Hash>;

  std::vector<SubjectId> persons_in(const Note& note) const;
  Result<Known> know(const std::vector<SubjectId>& persons);
  Result<std::shared_ptr<const Person>> person(SubjectId subject);
  Result<std::shared_ptr<const Person>> made(SubjectId subject, std::uint32_t slot) const;
  Result<void> file(SubjectId subject, std::uint32_t slot, const Person& person) const;
  Result<SubjectId> whose(BytesView tag) const;
  Result<void> open_subject(BytesView sealed, NamedEntry& named) const;

  const Ground ground_;
  Mutex mutex_;
  Known at_hand_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo
