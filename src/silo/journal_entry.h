// One entry of a journal, and the bytes of it that the tree hashes (docs/JOURNAL.md §2).
#pragma once

#include "base/base.h"

namespace heed::silo {

/// As it is read back.
struct JournalEntry {
  std::uint64_t number = 0;  ///< From 1, without holes.
  Time at;
  std::string actor;
  std::string what;    ///< "policy.activated", "read.refused", "series.purged", …
  std::string detail;  ///< JSON object; never personal values.
  /// Whom it is about, sealed under a key of that subject's own; empty when it is about nobody.
  /// The tree hashes these bytes as they are: once the key is gone nobody can open them, and every
  /// proof still holds.
  Bytes sealed_subject;
  bool operator==(const JournalEntry&) const = default;
};

/// The same entry always gives the same bytes, and no two entries give the same.
Bytes encode_entry(const JournalEntry& entry);
/// kCorrupt if they are not what encode_entry() gives.
Result<JournalEntry> decode_entry(BytesView bytes);

}  // namespace heed::silo
