// What the journal tells of a person: whom a note is about, an entry with its names put back, and
// somebody's own entries with their proofs (docs/JOURNAL.md §7).
#pragma once

#include <string>
#include <vector>

#include "silo/journal_entry.h"
#include "silo/journal_head.h"
#include "silo/merkle.h"

namespace heed::silo {

/// Whom a note is about, and what of theirs: sealed under their key, and gone with it.
struct NoteAbout {
  SubjectId subject;
  std::string record = {};  ///< The id of a record, at most 128 bytes
};

/// An entry as who may read the journal is told it: the ids that its pseudonyms stand for, as long
/// as those persons are here. Not what the tree hashes.
struct NamedEntry {
  std::string actor;
  std::string detail;
  SubjectId subject;   ///< Whom it is about; nil where nobody says or can say any more.
  std::string record;  ///< NoteAbout::record
};

struct OwnEntry {
  JournalEntry entry;   ///< As it is hashed: others stand in it under their pseudonyms.
  bool theirs = false;  ///< They did it; otherwise it is about them.
  std::string record;   ///< NoteAbout::record, where the entry is about them first of all.
  merkle::Proof inclusion;
};

struct OwnEntries {
  SignedHead head;  ///< That the proofs lead to.
  std::vector<OwnEntry> entries;
};

}  // namespace heed::silo
