// One series at one moment: its chunks and what of the head belongs to it, day by day, without
// what is past its deadline and what the pass does not admit.
#pragma once

#include <memory>
#include <set>

#include "silo/chunk_store.h"
#include "silo/pass.h"

namespace heed::silo {

/// Each in order of time; of equal times, those of an earlier run were appended earlier.
using Runs = std::vector<std::shared_ptr<const Run>>;

/// Made under the lock of the series' store, used outside of it. One thread at a time.
class SeriesView {
 public:
  struct Source {
    SeriesId series;
    SeriesOf of;
    Pass pass;  ///< Each part and chunk is held against it, by the version it was collected under
    Time now;
    std::shared_ptr<const Parts> frozen;  ///< Being sealed; nullptr if nothing is
    Parts live;                           ///< This series' parts of the head
  };
  SeriesView(kv::Cursor cursor, const ChunkStore& chunks, Source source)
      : cursor_(std::move(cursor)), chunks_(chunks), source_(std::move(source)) {}

  /// The first day at or after `day` that has samples.
  Result<std::optional<std::int32_t>> next_day(std::int32_t day);
  /// The last day at or before `day` that has samples.
  Result<std::optional<std::int32_t>> previous_day(std::int32_t day);
  /// The samples of a day.
  Result<Runs> load(std::int32_t day);
  /// A chunk, or what of the head belongs beside it; one of the two is there.
  struct Piece {
    std::shared_ptr<const Run> run;
    std::optional<Digest> digest;
    ChunkKey key = {};  ///< Of the chunk whose digest it is,
    Bytes value = {};   ///< and what is stored there
  };
  /// The pieces of a day, of which none is decoded that has a digest.
  Result<std::vector<Piece>> pieces(std::int32_t day);
  /// nullptr if it does not decode.
  std::shared_ptr<const Run> run_of(const Piece& piece);
  /// Of those that were looked at, the days of which something is set aside.
  const std::set<std::int32_t>& damaged_days() const { return damaged_days_; }
  const Pass& pass() const { return source_.pass; }
  /// Chunks and parts that load() left out because the policy refuses them, and the version of the
  /// last one.
  std::uint64_t withheld() const { return withheld_; }
  std::uint32_t withheld_version() const { return withheld_version_; }

 private:
  Result<std::optional<std::int32_t>> next_chunk_day(std::int32_t day);
  Result<std::optional<std::int32_t>> previous_chunk_day(std::int32_t day);
  std::optional<std::int32_t> next_part_day(const Parts& parts, std::int32_t day) const;
  std::optional<std::int32_t> previous_part_day(const Parts& parts, std::int32_t day) const;
  using ChunkVisitor = std::function<void(const ChunkKey& key, BytesView value)>;
  /// Those of a day that may be read.
  Result<void> visit_chunks(std::int32_t day, const ChunkVisitor& visit);
  void add_heads(std::int32_t day, Runs& runs);
  void add_parts(const Parts& parts, std::int32_t day, Runs& runs);
  bool expired(const PartKey& key) const;
  bool expired(const ChunkKey& key, BytesView value) const;
  bool admits(std::uint32_t version);
  bool admits(const ChunkKey& chunk);
  /// Where the cursor stands; nothing, and set aside, if it is no chunk's key.
  std::optional<ChunkKey> readable_key() const;
  /// After the cursor has ended: whether it was because of damage on `day`, which is set aside.
  /// Fails if it was another failure, or there is more damage than days to be lost.
  Result<bool> walked_over(std::int32_t day);

  kv::Cursor cursor_;
  const ChunkStore& chunks_;
  const Source source_;
  std::uint64_t withheld_ = 0;
  std::uint32_t withheld_version_ = 0;
  int unreadable_days_ = 0;
  std::set<std::int32_t> damaged_days_;
};

/// The first and the last day of all times are not whole.
TimeRange span_of_day(std::int32_t day);

/// When a sample stored on `stored_day` under `version` must be gone, by that version's keep. Days
/// are cut to their beginning, so that the samples of a day share a deadline and none is kept
/// longer than promised. At once if that version has no such kind.
Time filed_deadline(const Rulings& rulings, KindId kind, const PartKey& part);
/// The same, or earlier where the version in force shortens it.
Time deadline_of(const Rulings& rulings, KindId kind, const PartKey& part);

}  // namespace heed::silo
