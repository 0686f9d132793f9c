#include "silo/series_view.h"

#include <limits>

namespace heed::silo {
namespace {

constexpr std::int32_t kFirstDay = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kLastDay = std::numeric_limits<std::int32_t>::max();

Bytes first_key(std::int32_t day, std::uint32_t series) {
  return ByteWriter().i32(day).u32(series).take();
}

Bytes last_key(std::int32_t day, std::uint32_t series) {
  return ChunkKey{day, series, Time::max(), 0xffff'ffff}.bytes();
}

std::unexpected<Error> damaged() {
  return fail(ErrorKind::kCorrupt, "the key of a chunk does not decode",
              "restore this silo from a backup");
}

template <class T, class Better>
std::optional<T> better_of(std::optional<T> a, std::optional<T> b, Better better) {
  if (!a || !b) return a ? a : b;
  return better(*a, *b) ? a : b;
}

}  // namespace

Time deadline_of(const DeclaredKind& kind, std::int32_t stored_day) {
  return kind.deadline(Time::from_seconds(std::int64_t{stored_day} * 86'400));
}

Result<std::optional<std::int32_t>> SeriesView::next_day(std::int32_t day) {
  ASSIGN_OR_RETURN(auto found, next_chunk_day(day));
  found = better_of(found, next_part_day(source_.live, day), std::less<>());
  if (source_.frozen) {
    found = better_of(found, next_part_day(*source_.frozen, day), std::less<>());
  }
  return found;
}

Result<std::optional<std::int32_t>> SeriesView::previous_day(std::int32_t day) {
  ASSIGN_OR_RETURN(auto found, previous_chunk_day(day));
  found = better_of(found, previous_part_day(source_.live, day), std::greater<>());
  if (source_.frozen) {
    found = better_of(found, previous_part_day(*source_.frozen, day), std::greater<>());
  }
  return found;
}

Result<Runs> SeriesView::load(std::int32_t day) {
  Runs runs;
  const Bytes prefix = first_key(day, source_.series.number);
  for (cursor_.seek(prefix); cursor_.valid() && cursor_.key().starts_with(prefix); cursor_.next()) {
    const auto key = ChunkKey::parse(cursor_.key());
    if (!key) return damaged();
    if (key->deadline <= source_.now) continue;
    ASSIGN_OR_RETURN(auto run, chunks_.open(*key, cursor_.value(), source_.kind->kind.id));
    runs.push_back(std::move(run));
  }
  if (auto walked = cursor_.status(); !walked) return std::unexpected(walked.error());
  if (source_.frozen) add_parts(*source_.frozen, day, runs);
  add_parts(source_.live, day, runs);
  return runs;
}

Result<std::optional<std::int32_t>> SeriesView::next_chunk_day(std::int32_t day) {
  const std::uint32_t series = source_.series.number;
  cursor_.seek(first_key(day, series));
  while (cursor_.valid()) {
    const auto key = ChunkKey::parse(cursor_.key());
    if (!key) return damaged();
    if (key->series == series) {
      if (key->deadline > source_.now) return key->day;
      cursor_.next();
    } else if (key->series < series) {
      cursor_.seek(first_key(key->day, series));
    } else if (key->day == kLastDay) {
      break;
    } else {
      cursor_.seek(first_key(key->day + 1, series));
    }
  }
  if (auto walked = cursor_.status(); !walked) return std::unexpected(walked.error());
  return std::nullopt;
}

Result<std::optional<std::int32_t>> SeriesView::previous_chunk_day(std::int32_t day) {
  const std::uint32_t series = source_.series.number;
  cursor_.seek_back(last_key(day, series));
  while (cursor_.valid()) {
    const auto key = ChunkKey::parse(cursor_.key());
    if (!key) return damaged();
    // Deadlines ascend within a day, so if the last is past, all are.
    if (key->series == series && key->deadline > source_.now) return key->day;
    if (key->series > series) {
      cursor_.seek_back(last_key(key->day, series));
    } else if (key->day == kFirstDay) {
      break;
    } else {
      cursor_.seek_back(last_key(key->day - 1, series));
    }
  }
  if (auto walked = cursor_.status(); !walked) return std::unexpected(walked.error());
  return std::nullopt;
}

std::optional<std::int32_t> SeriesView::next_part_day(const Parts& parts, std::int32_t day) const {
  const std::uint32_t series = source_.series.number;
  for (auto at = parts.lower_bound({series, day, kFirstDay});
       at != parts.end() && at->first.series == series; ++at) {
    if (!expired(at->first)) return at->first.day;
  }
  return {};
}

std::optional<std::int32_t> SeriesView::previous_part_day(const Parts& parts,
                                                          std::int32_t day) const {
  const std::uint32_t series = source_.series.number;
  auto at = parts.upper_bound({series, day, kLastDay});
  while (at != parts.begin() && (--at)->first.series == series) {
    if (!expired(at->first)) return at->first.day;
  }
  return {};
}

void SeriesView::add_parts(const Parts& parts, std::int32_t day, Runs& runs) const {
  const std::uint32_t series = source_.series.number;
  for (auto at = parts.lower_bound({series, day, kFirstDay});
       at != parts.end() && at->first.series == series && at->first.day == day; ++at) {
    if (expired(at->first)) continue;
    Run run = at->second;
    run.sort();
    runs.push_back(std::make_shared<const Run>(std::move(run)));
  }
}

bool SeriesView::expired(const PartKey& key) const {
  return deadline_of(*source_.kind, key.stored_day) <= source_.now;
}

}  // namespace heed::silo
