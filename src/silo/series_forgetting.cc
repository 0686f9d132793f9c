// The part of SeriesStore that an erasure asks for.
#include "silo/series_store.h"

namespace heed::silo {
namespace {

// First and last day of which chunks were removed whose bytes lie in files yet.
constexpr BytesView kLeftKey = "series.left";

std::optional<std::pair<std::int32_t, std::int32_t>> read_days(const std::optional<Bytes>& row) {
  if (!row) return {};
  ByteReader in(*row);
  const std::int32_t first = in.i32();
  return std::pair(first, in.i32());
}

Time start_of(std::int32_t day) {
  return Time::from_seconds(std::int64_t{day} * 86'400);
}

}  // namespace

Result<std::map<KindId, SeriesStore::Held>> SeriesStore::held(SubjectId subject) const {
  std::map<KindId, Held> by_kind;
  const auto rulings = env_.rulings.now();
  for (const SeriesId series : registry_->about(subject)) {
    const auto of = registry_->find(series);
    if (!of) continue;
    ASSIGN_OR_RETURN(const ChunkStore::Extent sealed, chunks_.extent(series));
    Held& held = by_kind[of->kind];
    held.samples += sealed.samples;
    held.until = std::max(held.until, sealed.until);
    if (sealed.samples > 0) held.oldest = std::min(held.oldest, start_of(sealed.first_day));
    const auto add = [&](const PartKey& key, const Run& run) {
      held.samples += run.size();
      held.oldest = std::min(held.oldest, start_of(key.day));
      held.until = std::max(held.until, deadline_of(*rulings, of->kind, key));
    };
    const Lock lock(mutex_);
    if (frozen_) visit_parts(*frozen_->parts, series, add);
    visit_parts(head_.parts(), series, add);
  }
  return by_kind;
}

Result<std::map<KindId, std::uint64_t>> SeriesStore::forget(std::uint32_t slot) {
  return forget([slot](const SeriesOf& of) { return of.slot == slot; });
}

Result<std::map<KindId, std::uint64_t>> SeriesStore::forget_unspared(SubjectId subject,
                                                                     const Spared& spared) {
  return forget(
      [&](const SeriesOf& of) { return of.subject == subject && !spared(of.kind, of.subject); });
}

Result<std::map<KindId, std::uint64_t>> SeriesStore::forget(const SeriesRegistry::Which& which) {
  // No sealing is half done: what it would write of them comes before this or not at all.
  const Lock sealing(sealing_);
  std::map<KindId, std::uint64_t> gone;
  const auto left = registry_->leave(which);
  if (left.empty()) return gone;
  ChunkTotals totals;
  std::uint64_t through = 0;
  {
    const Lock lock(mutex_);
    totals = totals_;
    through = sealed_through_;
    for (const auto& [series, kind] : left) {
      std::uint64_t& count = gone[kind];
      count += head_.drop(series);
      const auto add = [&](const PartKey&, const Run& run) { count += run.size(); };
      if (frozen_) visit_parts(*frozen_->parts, series, add);
    }
  }
  kv::Changes changes;
  std::optional<std::pair<std::int32_t, std::int32_t>> days;
  for (const auto& [series, kind] : left) {
    ASSIGN_OR_RETURN(const ChunkStore::Left chunks, chunks_.leave(series, changes, totals));
    gone[kind] += chunks.samples;
    SeriesRegistry::put_forgotten(series, kind, changes);
    if (!chunks.days) continue;
    days = {std::min(days.value_or(*chunks.days).first, chunks.days->first),
            std::max(days.value_or(*chunks.days).second, chunks.days->second)};
  }
  if (days) {
    if (auto put = put_left_days(*days, changes); !put) return std::unexpected(put.error());
  }
  if (auto put = put_state(through, totals, changes); !put) return std::unexpected(put.error());
  const Lock lock(mutex_);
  if (auto written = env_.database.write(changes, kv::Sync::kNo); !written) {
    return std::unexpected(written.error());
  }
  totals_ = totals;
  chunks_.forget_all();
  return gone;
}

Result<void> SeriesStore::put_left_days(std::pair<std::int32_t, std::int32_t> days,
                                        kv::Changes& changes) {
  ASSIGN_OR_RETURN(const auto row, env_.database.get(kv::Family::kMeta, kLeftKey));
  if (const auto before = read_days(row)) {
    days = {std::min(days.first, before->first), std::max(days.second, before->second)};
  }
  changes.put(kv::Family::kMeta, kLeftKey, ByteWriter().i32(days.first).i32(days.second).view());
  return {};
}

Result<void> SeriesStore::scrub() {
  // The log may hold sections of who was erased: it is used up first.
  if (auto sealed = seal(true); !sealed) return sealed;
  const Lock sealing(sealing_);
  if (auto flushed = env_.database.flush(); !flushed) return flushed;
  for (const kv::Family family : {kv::Family::kLog, kv::Family::kSeries}) {
    if (auto done = env_.database.compact(family, {}, {}); !done) return done;
  }
  ASSIGN_OR_RETURN(const auto row, env_.database.get(kv::Family::kMeta, kLeftKey));
  const auto days = read_days(row);
  if (!days) return {};
  const auto key_of = [](std::int32_t day) { return ByteWriter().i32(day).take(); };
  const bool to_the_end = days->second == std::numeric_limits<std::int32_t>::max();
  const Bytes end = to_the_end ? Bytes() : key_of(days->second + 1);
  if (auto done = env_.database.compact(kv::Family::kChunks, key_of(days->first), end); !done) {
    return done;
  }
  return env_.database.write(kv::Changes().remove(kv::Family::kMeta, kLeftKey), kv::Sync::kNo);
}

}  // namespace heed::silo
