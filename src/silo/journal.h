// The journal of one silo: numbered, sealed entries that are the leaves of a hash tree
// (silo/merkle.h) whose heads are signed, so that a changed, missing or reordered entry shows, to a
// stranger too. What is hashed, signed and exported is told in docs/JOURNAL.md.
//
//   family journal: number u64 → row of the tree | sealed entry
//   meta "journal.tip": sealed edge of the tree, written with each entry
//   meta "journal.head." number u64 → signed head after that entry
//   meta "journal.given": the newest head that was given away
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "base/sync.h"
#include "silo/sealer.h"
#include "silo/silo.h"

namespace heed::silo {

/// Thread-safe.
class Journal {
  struct Opened {};  // only open() can name it

 public:
  static constexpr std::size_t kLongestWord = 128;      ///< Bytes of an actor or a what
  static constexpr std::size_t kLongestDetail = 4'096;  ///< Bytes of a detail
  static constexpr std::size_t kLongestSubject = 512;   ///< Bytes of a sealed subject
  /// Upkeep keeps no more heads than one in this time.
  static constexpr Duration kHeadEvery = Duration::hours(1);

  /// What it stands on; all but the key outlive it.
  struct Ground {
    OrganizationId organization;
    kv::Database& database;
    Sealer& sealer;
    const Clock& clock;
  };
  Journal(Opened, Ground ground, SigningKey key)
      : ground_(ground), key_(std::move(key)), public_key_(key_.public_key()) {}
  /// kCorrupt if its tip does not open.
  static Result<std::unique_ptr<Journal>> open(Ground ground, SigningKey key);

  /// Puts into `changes` what belongs to entry `number` and is written with it, or not at all. May
  /// not call the journal.
  using Beside = std::function<Result<void>(std::uint64_t number, kv::Changes& changes)>;
  /// As JournalEntry has it.
  struct NewEntry {
    std::string_view actor;
    std::string_view what;
    std::string_view detail;
    BytesView sealed_subject = {};
    Beside beside = {};
  };
  /// All or none. kInvalid if a word is too long, empty or not UTF-8, or a detail no JSON object.
  Result<void> append(std::span<const NewEntry> entries, kv::Sync sync);
  Result<void> append(std::string_view actor, std::string_view what, std::string_view detail_json,
                      kv::Sync sync) {
    const NewEntry entry{actor, what, detail_json};
    return append({&entry, 1}, sync);
  }
  /// The same for one; gives its number.
  Result<std::uint64_t> append_numbered(const NewEntry& entry, kv::Sync sync) {
    return append_all({&entry, 1}, sync);
  }
  Result<std::vector<JournalEntry>> read(std::uint64_t from, std::size_t limit) const;
  std::uint64_t entries() const;

  const PublicKey& key() const { return public_key_; }
  /// Signs receipts too, each under its own purpose.
  const SigningKey& signing_key() const { return key_; }
  /// To be given away: signed now, under the policy of that hash, over entries that survive a power
  /// cut. Otherwise others could take their numbers, and an honest journal would contradict it. Its
  /// time is never before an earlier head's.
  Result<SignedHead> give_head(BytesView policy_hash);
  /// Signs and keeps the head as it is, unless it is kept already. Not synced.
  Result<void> keep_head(BytesView policy_hash);
  /// The same, unless one was kept less than kHeadEvery ago.
  Result<void> keep_head_now_and_then(BytesView policy_hash);
  /// Those that were kept, oldest first, of fewer entries than `below`.
  Result<std::vector<SignedHead>> kept_heads(std::uint64_t below) const;

  /// Of entry `number` in the first `entries`; kInvalid if it is not among them.
  Result<merkle::Proof> prove_entry(std::uint64_t number, std::uint64_t entries) const;
  /// Of the first `later` entries, that they begin with the first `earlier`.
  Result<merkle::Proof> prove_growth(std::uint64_t earlier, std::uint64_t later) const;
  /// Recomputes the whole tree and the signatures of all kept heads. kCorrupt names the first entry
  /// that does not fit.
  Result<SignedHead> verify(BytesView policy_hash);
  /// Entries `from` to `to` as of now, line by line. Stops where `line` fails, and fails so.
  Result<void> write_export(std::uint64_t from, std::uint64_t to, BytesView policy_hash,
                            const ExportLine& line);

 private:
  /// The value of one entry, taken apart.
  struct Kept {
    Bytes row;
    Bytes encoded;
    JournalEntry entry;
  };
  /// Gives the number of the last one.
  Result<std::uint64_t> append_all(std::span<const NewEntry> entries, kv::Sync sync);
  static std::unexpected<Error> misfit(std::uint64_t number);
  Result<void> load_tip();
  Result<void> add(const NewEntry& entry, Time at, merkle::Frontier& frontier,
                   kv::Changes& changes) const;
  Result<Kept> open_value(std::uint64_t number, BytesView value) const;
  merkle::ReadRow rows() const;
  merkle::Frontier frontier() const;
  Result<std::optional<SignedHead>> load_given() const;
  SignedHead sign(const merkle::Frontier& frontier, BytesView policy_hash) HEED_REQUIRES(mutex_);
  Result<SignedHead> give(const merkle::Frontier& frontier, BytesView policy_hash)
      HEED_REQUIRES(mutex_);
  Result<void> keep(BytesView policy_hash) HEED_REQUIRES(mutex_);

  const Ground ground_;
  const SigningKey key_;
  const PublicKey public_key_;
  mutable Mutex mutex_;
  merkle::Frontier frontier_ HEED_GUARDED_BY(mutex_);
  /// Of the newest entry.
  Time last_entry_ HEED_GUARDED_BY(mutex_) = Time::min();
  /// Of the newest kept head.
  std::uint64_t kept_entries_ HEED_GUARDED_BY(mutex_) = 0;
  Time kept_at_ HEED_GUARDED_BY(mutex_) = Time::min();
  Time last_signed_ HEED_GUARDED_BY(mutex_) = Time::min();
  /// As far as is known to be synced.
  std::uint64_t durable_entries_ HEED_GUARDED_BY(mutex_) = 0;
};

}  // namespace heed::silo
