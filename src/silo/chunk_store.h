// Chunks in the database: sealed samples of one series and day.
//
//   family chunks:    day i32 | series u32 | deadline i64 | part u32 → count varint | sealed chunk
//   family deadlines: deadline i64 | kind 0 u16 | day i32 → nothing
//
// Keys are in the order of days, so that expiry takes neighbours; the deadline stands in the key,
// so that it can be compared without opening anything. One index entry covers all chunks of a day
// with one deadline.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "silo/chunk_cache.h"
#include "silo/digest.h"
#include "silo/head.h"
#include "silo/quarantine.h"
#include "silo/registry.h"
#include "silo/rulings.h"
#include "silo/sealer.h"

namespace heed::silo {

using policy::KindId;

struct ChunkKey {
  std::int32_t day = 0;
  std::uint32_t series = 0;
  Time deadline;
  std::uint32_t part = 0;

  Bytes bytes() const;
  static std::optional<ChunkKey> parse(BytesView bytes);
};

/// A damaged block of a file can make a few days unreadable; more than so many is a damaged silo.
constexpr int kMostUnreadableDays = 1'000;

/// What all chunks together come to; kept in the transaction that changes them.
struct ChunkTotals {
  std::uint64_t samples = 0;
  std::uint64_t chunks = 0;
  std::uint64_t bytes = 0;  ///< Of keys and values
};

/// Reads are thread-safe; add(), expire() and reclaim() are for one thread at a time.
class ChunkStore {
 public:
  /// Samples that come later are merged with the last chunks of their day that are smaller than
  /// this and have no more samples than what they are merged with. So a sample is sealed anew only
  /// when its chunk has doubled, however many heads a day is sealed from, and the chunks of a day
  /// stay few: the logarithmic method (Bentley and Saxe, Decomposable searching problems I, 1980).
  static constexpr std::size_t kMergeBelow = 32U << 10;

  ChunkStore(OrganizationId organization, kv::Database& database, Sealer& sealer, ChunkCache& cache,
             Quarantine& quarantine)
      : organization_(organization),
        database_(database),
        sealer_(sealer),
        cache_(cache),
        quarantine_(quarantine) {}
  ~ChunkStore() { cache_.forget(organization_); }
  ChunkStore(const ChunkStore&) = delete;
  ChunkStore& operator=(const ChunkStore&) = delete;

  /// What the samples are of, and under which version they were collected.
  struct Of {
    SeriesOf series;
    std::uint32_t version = 0;
  };
  /// Puts the changes that store `part` into `changes`, and counts them; gives the number of the
  /// part behind it. Samples of two versions never share a chunk. Where `at.part` is not 0, it is
  /// the first free one: changes that are not written yet take those before it.
  Result<std::uint32_t> add(ChunkKey at, const Run& part, Of of, kv::Changes& changes,
                            ChunkTotals& totals) const;
  /// The version that the chunk's samples were collected under, as its seal says it.
  static std::uint32_t version_of(BytesView value);
  /// From the cache, if `value` was opened lately. The caller has compared the deadline. nullptr if
  /// it does not open: then it is set aside.
  std::shared_ptr<const Run> open(const ChunkKey& key, BytesView value, const SeriesOf& of) const;
  /// nullptr if it was not opened lately.
  std::shared_ptr<const Run> opened_lately(const ChunkKey& key, BytesView value,
                                           const SeriesOf& of) const;
  /// Nothing if it has none. Fails if it does not open: then it is set aside.
  Result<std::optional<Digest>> digest(const ChunkKey& key, BytesView value,
                                       const SeriesOf& of) const;
  /// What lies under `key`, and perhaps around it, cannot even be told apart.
  void set_aside(BytesView key, const Error& why) const { quarantine_.set_aside(key, why); }
  /// Lets go of what is past its deadline and was opened lately.
  void forget_expired(Time now) const { cache_.forget_expired(organization_, now); }
  /// Lets go of everything that was opened lately.
  void forget_all() const { cache_.forget(organization_); }
  /// When a chunk is due by the version in force: its own deadline, or an earlier one; never where
  /// a hold spares it.
  using Due = std::function<Time(const ChunkKey& key, BytesView value)>;
  /// Puts the removal of what is past its deadline into `changes`; how many chunks of each
  /// series that are. Looks at chunks that were filed under deadlines up to `filed_until`.
  struct Expired {
    std::map<std::uint32_t, std::uint64_t> chunks;
    /// Index entries of days of which something stays.
    std::set<Bytes> spared;
  };
  Result<Expired> expire(Time now, Time filed_until, const Due& due, kv::Changes& changes,
                         ChunkTotals& totals) const;
  /// When the chunk that is due longest was filed to go; Time::max() when none is due.
  Result<Time> first_due(Time now, const Due& due) const;
  /// What leave() found.
  struct Left {
    std::uint64_t samples = 0;
    /// From the first day to the last one of which something was removed.
    std::optional<std::pair<std::int32_t, std::int32_t>> days;
  };
  /// Puts into `changes` the removal of everything of a series, live or not.
  Result<Left> leave(SeriesId series, kv::Changes& changes, ChunkTotals& totals) const;
  /// How much there is of a series, and until when; what is past its deadline counts too.
  struct Extent {
    std::uint64_t samples = 0;
    std::int32_t first_day = 0;
    Time until = Time::min();
  };
  Result<Extent> extent(SeriesId series) const;
  /// To be called when the changes of expire() are durable, and before anything is added: drops the
  /// files that hold nothing but what came before the first chunk that is kept, then the index
  /// entries of days that are past. If it is cut short, the next purge begins with the same days.
  Result<void> reclaim(Time now, const Expired& expired) const;

 private:
  using ChunkVisitor = std::function<void(const ChunkKey& key, BytesView value)>;
  /// All chunks of a series, in the order of days; passes over days that are damaged.
  Result<void> visit(SeriesId series, const ChunkVisitor& visit) const;
  struct Stored {
    std::optional<ChunkKey> last;  ///< The last part of the day with this deadline
    Bytes value;
  };
  /// Of the last parts of a day.
  struct Taken {
    Run run;
    std::uint32_t first = 0;  ///< The part that they, and what is merged with them, begin with.
  };
  ChunkCache::Name name_of(const ChunkKey& key, BytesView value, const SeriesOf& of) const;
  void does_not_open(const ChunkKey& key, const Error& why) const;
  Result<Bytes> unseal(const ChunkKey& key, BytesView value, const SeriesOf& of) const;
  Result<Run> decode(const ChunkKey& key, BytesView value, const SeriesOf& of) const;
  /// The last parts of the day that are to be merged with so many samples, and out of `changes`.
  Result<Taken> take_last_parts(const ChunkKey& first, std::size_t samples, Of of,
                                kv::Changes& changes, ChunkTotals& totals) const;
  Result<Stored> last_part(kv::Cursor& cursor, const ChunkKey& first) const;
  /// From `first`, which is part 0, to part `last`: the last one.
  static Result<Stored> part_until(kv::Cursor& cursor, const ChunkKey& first, std::uint32_t last);
  /// The last part where the file cannot be walked: the last of the parts that were begun since.
  Stored last_part_beyond_damage(const ChunkKey& first) const;
  Result<void> put(const ChunkKey& key, const Run& run, Of of, kv::Changes& changes,
                   ChunkTotals& totals) const;
  /// Index entries of the days that are past their deadline.
  Result<std::vector<Bytes>> due_days(Time now) const;
  struct FiledDay {
    std::int32_t day = 0;
    Time deadline;
  };
  struct Expiry {
    Time now;
    const Due& due;
    kv::Changes& changes;
    ChunkTotals& totals;
    Expired expired;
  };
  Result<void> expire_day(FiledDay filed, Expiry& expiry) const;

  const OrganizationId organization_;
  kv::Database& database_;
  Sealer& sealer_;
  ChunkCache& cache_;
  Quarantine& quarantine_;
};

}  // namespace heed::silo
