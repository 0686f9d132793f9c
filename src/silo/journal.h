// The journal of one silo: numbered, sealed entries in a hash chain, so that a changed, missing or
// reordered entry shows. The chain is confined to chain_hash(); an RFC 6962 tree can take its
// place.
//
//   family journal: number u64 → hash 32 | sealed entry       meta "journal.head": sealed head
#pragma once

#include <memory>

#include "base/sync.h"
#include "silo/sealer.h"
#include "silo/silo.h"

namespace heed::silo {

/// Thread-safe.
class Journal {
  struct Opened {};  // only open() can name it

 public:
  Journal(Opened, kv::Database& database, Sealer& sealer, const Clock& clock)
      : database_(database), sealer_(sealer), clock_(clock) {}
  static constexpr std::size_t kLongestWord = 128;      ///< Bytes of an actor or a what
  static constexpr std::size_t kLongestDetail = 4'096;  ///< Bytes of a detail

  /// kCorrupt if the head does not open.
  static Result<std::unique_ptr<Journal>> open(kv::Database& database, Sealer& sealer,
                                               const Clock& clock);
  /// kInvalid if a word is too long or empty, or `detail_json` is no JSON object.
  Result<void> append(std::string_view actor, std::string_view what, std::string_view detail_json,
                      kv::Sync sync);
  Result<std::vector<JournalEntry>> read(std::uint64_t from, std::size_t limit) const;
  Result<JournalHead> verify() const;
  JournalHead head() const;

 private:
  Result<void> load_head();

  kv::Database& database_;
  Sealer& sealer_;
  const Clock& clock_;
  mutable Mutex mutex_;
  JournalHead head_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::silo
