#include "silo/quarantine.h"

#include "base/json.h"
#include "silo/series_view.h"

namespace heed::silo {
namespace {

constexpr BytesView kPrefix = "aside/";
constexpr auto kEngine = "engine";

SealContext context(BytesView key) {
  return {kv::Family::kMeta, key, {}, SubjectId(), {}, 0};
}

Bytes marker_of(BytesView key) {
  return Bytes(kPrefix).append(key);
}

std::pair<std::uint32_t, std::int32_t> place_of(BytesView key) {
  const auto chunk = ChunkKey::parse(key);
  return chunk ? std::pair(chunk->series, chunk->day) : std::pair(0U, 0);
}

}  // namespace

Result<std::unique_ptr<Quarantine>> Quarantine::open(const Ground& ground) {
  auto quarantine = std::make_unique<Quarantine>(Opened{}, ground);
  if (auto loaded = quarantine->load(); !loaded) return std::unexpected(loaded.error());
  return quarantine;
}

Result<void> Quarantine::load() {
  const Lock lock(mutex_);
  auto cursor = ground_.database.cursor(kv::Family::kMeta);
  for (cursor.seek(kPrefix); cursor.valid() && cursor.key().starts_with(kPrefix); cursor.next()) {
    const BytesView key = cursor.key().substr(kPrefix.size());
    aside_.emplace(place_of(key), key);
  }
  return cursor.status();
}

void Quarantine::set_aside(BytesView key, const Error& why) {
  const auto place = place_of(key);
  {
    const Lock lock(mutex_);
    const auto [first, last] = aside_.equal_range(place);
    for (auto at = first; at != last; ++at) {
      if (at->second == key) return;
    }
    aside_.emplace(place, key);
  }
  note("chunk.quarantined", key);
  ground_.log.error("a chunk of samples is set aside",
                    {{"organization", ground_.organization.text()},
                     {"series", place.first},
                     {"day", place.second},
                     {"why", why.message}});
  const Bytes marker = marker_of(key);
  const Bytes since = ByteWriter().i64(ground_.clock.now().nanoseconds()).take();
  const auto sealed = ground_.sealer.seal(context(marker), since);
  // If it is not stored, it is told once more after a restart.
  if (!sealed) return;
  (void)ground_.database.write(kv::Changes().put(kv::Family::kMeta, marker, *sealed),
                               kv::Sync::kNo);
}

void Quarantine::opened(BytesView key) {
  {
    const Lock lock(mutex_);
    if (aside_.empty()) return;
    const auto before = aside_.size();
    forget(key);
    if (aside_.size() == before) return;
  }
  note("chunk.released", key);
}

void Quarantine::removed(BytesView key) {
  const Lock lock(mutex_);
  forget(key);
}

void Quarantine::forget(BytesView key) {
  const auto [first, last] = aside_.equal_range(place_of(key));
  for (auto at = first; at != last; ++at) {
    if (at->second != key) continue;
    (void)ground_.database.write(kv::Changes().remove(kv::Family::kMeta, marker_of(key)),
                                 kv::Sync::kNo);
    aside_.erase(at);
    return;
  }
}

Damage Quarantine::damage(SeriesId series, TimeRange range) const {
  const Lock lock(mutex_);
  Damage damage;
  if (range.empty()) return damage;
  for (auto at = aside_.lower_bound({series.number, range.from.utc_day()});
       at != aside_.end() && at->first.first == series.number; ++at) {
    const TimeRange day = span_of_day(at->first.second);
    if (day.from >= range.to) break;
    if (damage.chunks++ == 0) damage.within.from = std::max(day.from, range.from);
    damage.within.to = std::min(day.to, range.to);
  }
  return damage;
}

std::uint64_t Quarantine::chunks() const {
  const Lock lock(mutex_);
  return aside_.size();
}

void Quarantine::note(std::string_view what, BytesView key) {
  const auto [series, day] = place_of(key);
  JsonWriter detail;
  detail.begin_object()
      .member("series", series)
      .member("day", format_time(span_of_day(day).from).substr(0, 10))
      .end_object();
  // Durable with whatever is synced next; the reader does not wait for it.
  (void)ground_.journal.append(kEngine, what, detail.view(), kv::Sync::kNo);
}

}  // namespace heed::silo
