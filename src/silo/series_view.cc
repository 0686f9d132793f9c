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

Time start_of(std::int32_t day) {
  return Time::from_seconds(std::int64_t{day} * 86'400);
}

/// The key just before this one, in the order of bytes.
ChunkKey before(ChunkKey key) {
  if (key.part > 0) {
    --key.part;
  } else {
    key.deadline = key.deadline - Duration::nanoseconds(1);
    key.part = 0xffff'ffff;
  }
  return key;
}

Error damaged_key() {
  return {ErrorKind::kCorrupt, "the key of a chunk does not decode",
          "restore this silo from a backup"};
}

template <class T, class Better>
std::optional<T> better_of(std::optional<T> a, std::optional<T> b, Better better) {
  if (!a || !b) return a ? a : b;
  return better(*a, *b) ? a : b;
}

}  // namespace

TimeRange span_of_day(std::int32_t day) {
  TimeRange span;
  if (day > Time::min().utc_day()) span.from = start_of(day);
  if (day < Time::max().utc_day()) span.to = start_of(day + 1);
  return span;
}

Time filed_deadline(const Rulings& rulings, KindId kind, const PartKey& part) {
  const DeclaredKind* then = rulings.find(kind, part.version);
  return then == nullptr ? Time::min() : then->deadline(start_of(part.stored_day));
}

Time deadline_of(const Rulings& rulings, KindId kind, const PartKey& part) {
  return rulings.deadline(kind, part.version, start_of(part.stored_day),
                          filed_deadline(rulings, kind, part));
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
  const auto add = [&](const ChunkKey& key, BytesView value) {
    auto run = chunks_.open(key, value, source_.of);
    if (run == nullptr) damaged_days_.insert(day);
    if (run != nullptr) runs.push_back(std::move(run));
  };
  if (auto visited = visit_chunks(day, add); !visited) return std::unexpected(visited.error());
  add_heads(day, runs);
  return runs;
}

Result<std::vector<SeriesView::Piece>> SeriesView::pieces(std::int32_t day) {
  std::vector<Piece> pieces;
  const auto add = [&](const ChunkKey& key, BytesView value) {
    if (auto known = chunks_.opened_lately(key, value, source_.of)) {
      pieces.push_back({.run = std::move(known)});
      return;
    }
    auto digest = chunks_.digest(key, value, source_.of);
    if (digest && *digest) {
      pieces.push_back({{}, *std::move(digest), key, Bytes(value)});
    } else if (auto run = digest ? chunks_.open(key, value, source_.of) : nullptr) {
      pieces.push_back({.run = std::move(run)});
    } else {
      damaged_days_.insert(day);
    }
  };
  if (auto visited = visit_chunks(day, add); !visited) return std::unexpected(visited.error());
  Runs heads;
  add_heads(day, heads);
  for (auto& run : heads) pieces.push_back({.run = std::move(run)});
  return pieces;
}

std::shared_ptr<const Run> SeriesView::run_of(const Piece& piece) {
  if (piece.run != nullptr) return piece.run;
  auto run = chunks_.open(piece.key, piece.value, source_.of);
  if (run == nullptr) damaged_days_.insert(piece.key.day);
  return run;
}

Result<void> SeriesView::visit_chunks(std::int32_t day, const ChunkVisitor& visit) {
  const Bytes prefix = first_key(day, source_.series.number);
  for (cursor_.seek(prefix); cursor_.valid() && cursor_.key().starts_with(prefix); cursor_.next()) {
    const auto key = readable_key();
    if (!key || expired(*key, cursor_.value())) continue;
    if (admits(*key)) visit(*key, cursor_.value());
  }
  const auto walked = walked_over(day);
  return walked ? Result<void>() : std::unexpected(walked.error());
}

void SeriesView::add_heads(std::int32_t day, Runs& runs) {
  if (source_.frozen) add_parts(*source_.frozen, day, runs);
  add_parts(source_.live, day, runs);
}

Result<std::optional<std::int32_t>> SeriesView::next_chunk_day(std::int32_t day) {
  const std::uint32_t series = source_.series.number;
  cursor_.seek(first_key(day, series));
  while (true) {
    if (!cursor_.valid()) {
      ASSIGN_OR_RETURN(const bool over_damage, walked_over(day));
      if (!over_damage || day == kLastDay) return std::nullopt;
      cursor_.seek(first_key(++day, series));
      continue;
    }
    const auto key = readable_key();
    if (!key) {
      cursor_.next();
      continue;
    }
    day = key->day;
    if (key->series == series) {
      if (!expired(*key, cursor_.value())) return day;
      cursor_.next();
    } else if (key->series < series) {
      cursor_.seek(first_key(day, series));
    } else if (day == kLastDay) {
      return std::nullopt;
    } else {
      cursor_.seek(first_key(++day, series));
    }
  }
}

Result<std::optional<std::int32_t>> SeriesView::previous_chunk_day(std::int32_t day) {
  const std::uint32_t series = source_.series.number;
  cursor_.seek_back(last_key(day, series));
  while (true) {
    if (!cursor_.valid()) {
      ASSIGN_OR_RETURN(const bool over_damage, walked_over(day));
      if (!over_damage || day == kFirstDay) return std::nullopt;
      cursor_.seek_back(last_key(--day, series));
      continue;
    }
    const auto key = readable_key();
    if (!key) {
      if (day == kFirstDay) return std::nullopt;
      cursor_.seek_back(last_key(--day, series));
      continue;
    }
    day = key->day;
    if (key->series == series && !expired(*key, cursor_.value())) return day;
    if (key->series == series && key->deadline > source_.now) {
      // By a shorter keep of a later version: one that was stored later may still be there.
      cursor_.seek_back(before(*key).bytes());
    } else if (key->series > series) {
      cursor_.seek_back(last_key(day, series));
    } else if (day == kFirstDay) {
      return std::nullopt;
    } else {
      cursor_.seek_back(last_key(--day, series));
    }
  }
}

std::optional<ChunkKey> SeriesView::readable_key() const {
  const auto key = ChunkKey::parse(cursor_.key());
  if (!key) chunks_.set_aside(cursor_.key(), damaged_key());
  return key;
}

Result<bool> SeriesView::walked_over(std::int32_t day) {
  const auto walked = cursor_.status();
  if (walked) return false;
  if (walked.error().kind != ErrorKind::kCorrupt || ++unreadable_days_ > kMostUnreadableDays) {
    return std::unexpected(walked.error());
  }
  chunks_.set_aside(last_key(day, source_.series.number), walked.error());
  damaged_days_.insert(day);
  return true;
}

std::optional<std::int32_t> SeriesView::next_part_day(const Parts& parts, std::int32_t day) const {
  const std::uint32_t series = source_.series.number;
  for (auto at = parts.lower_bound({series, day, kFirstDay, 0});
       at != parts.end() && at->first.series == series; ++at) {
    if (!expired(at->first)) return at->first.day;
  }
  return {};
}

std::optional<std::int32_t> SeriesView::previous_part_day(const Parts& parts,
                                                          std::int32_t day) const {
  const std::uint32_t series = source_.series.number;
  auto at = parts.upper_bound({series, day, kLastDay, 0});
  while (at != parts.begin() && (--at)->first.series == series) {
    if (!expired(at->first)) return at->first.day;
  }
  return {};
}

void SeriesView::add_parts(const Parts& parts, std::int32_t day, Runs& runs) {
  const std::uint32_t series = source_.series.number;
  for (auto at = parts.lower_bound({series, day, kFirstDay, 0});
       at != parts.end() && at->first.series == series && at->first.day == day; ++at) {
    if (expired(at->first) || !admits(at->first.version)) continue;
    Run run = at->second;
    run.sort();
    runs.push_back(std::make_shared<const Run>(std::move(run)));
  }
}

bool SeriesView::expired(const PartKey& key) const {
  return deadline_of(source_.pass.rulings(), source_.pass.kind().kind.id, key) <= source_.now;
}

bool SeriesView::expired(const ChunkKey& key, BytesView value) const {
  if (key.deadline <= source_.now) return true;
  const Rulings& rulings = source_.pass.rulings();
  if (rulings.shortened() == Duration()) return false;
  return rulings.chunk_deadline(source_.pass.kind().kind.id, ChunkStore::version_of(value), key.day,
                                key.deadline) <= source_.now;
}

bool SeriesView::admits(std::uint32_t version) {
  if (source_.pass.allows({}, version)) return true;
  ++withheld_;
  withheld_version_ = version;
  return false;
}

bool SeriesView::admits(const ChunkKey& key) {
  const std::uint32_t version = ChunkStore::version_of(cursor_.value());
  // A version that never was is more likely a damaged chunk; the seal knows.
  if (source_.pass.rulings().book().version(version) == nullptr &&
      !chunks_.open(key, cursor_.value(), source_.of)) {
    damaged_days_.insert(key.day);
    return false;
  }
  return admits(version);
}

}  // namespace heed::silo
