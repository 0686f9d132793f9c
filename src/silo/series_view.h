// One series at one moment: its chunks and what of the head belongs to it, day by day, without
// what is past its deadline.
#pragma once

#include <memory>

#include "silo/chunk_store.h"

namespace heed::silo {

/// Each in order of time; of equal times, those of an earlier run were appended earlier.
using Runs = std::vector<std::shared_ptr<const Run>>;

/// Made under the lock of the series' store, used outside of it. One thread at a time.
class SeriesView {
 public:
  struct Source {
    SeriesId series;
    const DeclaredKind* kind;
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

 private:
  Result<std::optional<std::int32_t>> next_chunk_day(std::int32_t day);
  Result<std::optional<std::int32_t>> previous_chunk_day(std::int32_t day);
  std::optional<std::int32_t> next_part_day(const Parts& parts, std::int32_t day) const;
  std::optional<std::int32_t> previous_part_day(const Parts& parts, std::int32_t day) const;
  void add_parts(const Parts& parts, std::int32_t day, Runs& runs) const;
  bool expired(const PartKey& key) const;

  kv::Cursor cursor_;
  const ChunkStore& chunks_;
  const Source source_;
};

/// When a sample stored on `stored_day` must be gone. Days are cut to their beginning, so that the
/// samples of a day share a deadline and none is kept longer than promised.
Time deadline_of(const DeclaredKind& kind, std::int32_t stored_day);

}  // namespace heed::silo
