#include "silo/chunk_store.h"

#include <ranges>

#include "base/crypto.h"
#include "silo/chunk.h"
#include "silo/folding.h"

namespace heed::silo {
namespace {

SealContext context(BytesView key, ChunkStore::Of of, BytesView count) {
  const SeriesOf& series = of.series;
  return {kv::Family::kChunks, key, series.kind, series.subject, count, of.version, series.slot};
}

Bytes day_deadline_key(Time deadline, std::int32_t day) {
  return ByteWriter().i64(deadline.nanoseconds()).u16(kJournalKind.number).i32(day).take();
}

Bytes day_key(std::int32_t day) {
  return ByteWriter().i32(day).take();
}

Result<std::uint64_t> count_of(BytesView value) {
  ByteReader in(value);
  const std::uint64_t count = in.varint();
  if (!in.ok()) return fail(ErrorKind::kCorrupt, "a stored chunk does not decode");
  return count;
}

/// Of a chunk that is removed: a damaged one goes too, whatever it says of itself.
std::uint64_t plausible_count(BytesView value) {
  const std::uint64_t count = count_of(value).value_or(0);
  return count <= kChunkSamples ? count : 0;
}

/// A part that no series' day comes to by itself.
constexpr std::uint32_t kBeyondDamage = 0x8000'0000;

/// Not below zero: after a crash while files were dropped, a chunk may be met that was counted out.
void forget(ChunkTotals& totals, std::uint64_t samples, std::size_t bytes) {
  totals.samples -= std::min(totals.samples, samples);
  totals.chunks -= std::min<std::uint64_t>(totals.chunks, 1);
  totals.bytes -= std::min<std::uint64_t>(totals.bytes, bytes);
}

/// Above every key of a chunk: longer than one, and no day begins so late.
Bytes last_of_all_keys() {
  return Bytes(ChunkKey().bytes().size() + 1, '\xff');
}

/// As many samples from number `next` on as one chunk holds; `next` goes behind them.
Run take_piece(const Run& run, std::size_t& next) {
  Run piece;
  for (; next < run.size() && piece.size() < kChunkSamples; ++next) {
    const Run::Item& item = run.items()[next];
    if (piece.text_bytes() + item.size > kChunkTextBytes) break;
    piece.add(item, run.text(item));
  }
  return piece;
}

}  // namespace

Bytes ChunkKey::bytes() const {
  return ByteWriter().i32(day).u32(series).i64(deadline.nanoseconds()).u32(part).take();
}

std::optional<ChunkKey> ChunkKey::parse(BytesView bytes) {
  ByteReader in(bytes);
  ChunkKey key;
  key.day = in.i32();
  key.series = in.u32();
  key.deadline = Time::from_nanoseconds(in.i64());
  key.part = in.u32();
  if (!in.finished()) return {};
  return key;
}

std::uint32_t ChunkStore::version_of(BytesView value) {
  ByteReader in(value);
  in.varint();
  return Sealer::policy_version(in.rest());
}

Result<std::uint32_t> ChunkStore::add(ChunkKey at, const Run& part, Of of, kv::Changes& changes,
                                      ChunkTotals& totals) const {
  Run run;
  if (at.part == 0) {
    ASSIGN_OR_RETURN(Taken taken, take_last_parts(at, part.size(), of, changes, totals));
    run = std::move(taken.run);
    at.part = taken.first;
  }
  run.add_all(part);
  run.sort();
  fold(run);
  for (std::size_t next = 0; next < run.size(); ++at.part) {
    if (auto added = put(at, take_piece(run, next), of, changes, totals); !added) {
      return std::unexpected(added.error());
    }
  }
  changes.put(kv::Family::kDeadlines, day_deadline_key(at.deadline, at.day), {});
  return at.part;
}

Result<ChunkStore::Taken> ChunkStore::take_last_parts(const ChunkKey& first, std::size_t samples,
                                                      Of of, kv::Changes& changes,
                                                      ChunkTotals& totals) const {
  auto cursor = database_.cursor(kv::Family::kChunks);
  ASSIGN_OR_RETURN(Stored stored, last_part(cursor, first));
  std::uint32_t behind = stored.last ? stored.last->part + 1 : 0;
  std::vector<Run> runs;  // The last part first.
  while (stored.last) {
    const ChunkKey key = *stored.last;
    const bool small =
        stored.value.size() < kMergeBelow && plausible_count(stored.value) <= samples;
    if (!small || version_of(stored.value) != of.version) break;
    auto run = decode(key, stored.value, of.series);
    if (!run) {
      // A damaged part stays as it is: somebody may yet mend it.
      does_not_open(key, run.error());
      break;
    }
    samples += run->size();
    forget(totals, run->size(), key.bytes().size() + stored.value.size());
    changes.remove(kv::Family::kChunks, key.bytes());
    runs.push_back(*std::move(run));
    behind = key.part;
    if (key.part == 0) break;
    auto earlier = part_until(cursor, first, key.part - 1);
    if (!earlier && earlier.error().kind != ErrorKind::kCorrupt) {
      return std::unexpected(earlier.error());
    }
    stored = earlier ? *std::move(earlier) : Stored();
  }
  Taken taken{{}, behind};
  for (const Run& run : runs | std::views::reverse) taken.run.add_all(run);
  return taken;
}

Result<ChunkStore::Stored> ChunkStore::last_part(kv::Cursor& cursor, const ChunkKey& first) const {
  auto last = part_until(cursor, first, 0xffff'ffff);
  if (last || last.error().kind != ErrorKind::kCorrupt) return last;
  return last_part_beyond_damage(first);
}

Result<ChunkStore::Stored> ChunkStore::part_until(kv::Cursor& cursor, const ChunkKey& first,
                                                  std::uint32_t last) {
  ChunkKey sought = first;
  sought.part = last;
  cursor.seek_back(sought.bytes());
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  if (!cursor.valid() || cursor.key() < first.bytes()) return Stored{};
  return Stored{ChunkKey::parse(cursor.key()), Bytes(cursor.value())};
}

ChunkStore::Stored ChunkStore::last_part_beyond_damage(const ChunkKey& first) const {
  Stored last{first, {}};
  last.last->part = kBeyondDamage;
  // What was written since lies above the damage, where a single look-up finds it.
  for (;; ++last.last->part) {
    ChunkKey next = *last.last;
    ++next.part;
    const auto taken = database_.get(kv::Family::kChunks, next.bytes());
    if (!taken || !*taken) return last;
  }
}

Result<void> ChunkStore::put(const ChunkKey& key, const Run& run, Of of, kv::Changes& changes,
                             ChunkTotals& totals) const {
  const Bytes key_bytes = key.bytes();
  const Bytes count = ByteWriter().varint(run.size()).take();
  ASSIGN_OR_RETURN(const Bytes sealed,
                   sealer_.seal(context(key_bytes, of, count), encode_chunk(run)));
  changes.put(kv::Family::kChunks, key_bytes, count + sealed);
  totals.samples += run.size();
  totals.chunks += 1;
  totals.bytes += key_bytes.size() + count.size() + sealed.size();
  return {};
}

ChunkCache::Name ChunkStore::name_of(const ChunkKey& key, BytesView value,
                                     const SeriesOf& of) const {
  // Two chunks that are sealed under one key have the same tag once in 2^128.
  const std::size_t tag = std::min(kAeadTagSize, value.size());
  return {organization_, key.deadline,
          ByteWriter()
              .raw(key.bytes())
              .u16(of.kind.number)
              .raw(value.substr(value.size() - tag))
              .take()};
}

std::shared_ptr<const Run> ChunkStore::opened_lately(const ChunkKey& key, BytesView value,
                                                     const SeriesOf& of) const {
  return cache_.find(name_of(key, value, of));
}

Result<std::optional<Digest>> ChunkStore::digest(const ChunkKey& key, BytesView value,
                                                 const SeriesOf& of) const {
  const auto plain = unseal(key, value, of);
  auto digest = plain ? digest_of_chunk(*plain) : std::unexpected(plain.error());
  if (digest) {
    quarantine_.opened(key.bytes());
  } else {
    does_not_open(key, digest.error());
  }
  return digest;
}

std::shared_ptr<const Run> ChunkStore::open(const ChunkKey& key, BytesView value,
                                            const SeriesOf& of) const {
  const ChunkCache::Name name = name_of(key, value, of);
  if (auto known = cache_.find(name)) return known;
  auto run = decode(key, value, of);
  if (!run) {
    does_not_open(key, run.error());
    return nullptr;
  }
  quarantine_.opened(key.bytes());
  run->fit();
  auto opened = std::make_shared<const Run>(*std::move(run));
  cache_.put(name, opened);
  return opened;
}

void ChunkStore::does_not_open(const ChunkKey& key, const Error& why) const {
  // Whose key was erased a moment ago is not damaged.
  if (why.kind != ErrorKind::kNotFound) quarantine_.set_aside(key.bytes(), why);
}

Result<Bytes> ChunkStore::unseal(const ChunkKey& key, BytesView value, const SeriesOf& of) const {
  ASSIGN_OR_RETURN(const std::uint64_t count, count_of(value));
  const Bytes count_bytes = ByteWriter().varint(count).take();
  if (!value.starts_with(count_bytes)) {
    return fail(ErrorKind::kCorrupt, "a stored chunk does not decode");
  }
  return sealer_.open(context(key.bytes(), {of}, count_bytes), value.substr(count_bytes.size()));
}

Result<Run> ChunkStore::decode(const ChunkKey& key, BytesView value, const SeriesOf& of) const {
  ASSIGN_OR_RETURN(const Bytes plain, unseal(key, value, of));
  return decode_chunk(plain);
}

Result<void> ChunkStore::visit(SeriesId series, const ChunkVisitor& visit) const {
  constexpr std::int32_t kLastDay = std::numeric_limits<std::int32_t>::max();
  const auto start = [&](std::int32_t day) {
    return ByteWriter().i32(day).u32(series.number).take();
  };
  std::int32_t day = std::numeric_limits<std::int32_t>::min();
  int unreadable = 0;
  auto cursor = database_.cursor(kv::Family::kChunks);
  cursor.seek(start(day));
  while (true) {
    if (!cursor.valid()) {
      const auto walked = cursor.status();
      if (walked) return {};
      const bool damaged = walked.error().kind == ErrorKind::kCorrupt;
      if (!damaged || ++unreadable > kMostUnreadableDays || day == kLastDay) return walked;
      cursor.seek(start(++day));
      continue;
    }
    const auto key = ChunkKey::parse(cursor.key());
    if (!key) {
      cursor.next();
      continue;
    }
    day = key->day;
    if (key->series == series.number) {
      visit(*key, cursor.value());
      cursor.next();
    } else if (key->series < series.number) {
      cursor.seek(start(day));
    } else if (day == kLastDay) {
      return {};
    } else {
      cursor.seek(start(++day));
    }
  }
}

Result<ChunkStore::Left> ChunkStore::leave(SeriesId series, kv::Changes& changes,
                                           ChunkTotals& totals) const {
  Left left;
  const auto remove = [&](const ChunkKey& key, BytesView value) {
    const Bytes bytes = key.bytes();
    const std::uint64_t count = plausible_count(value);
    forget(totals, count, bytes.size() + value.size());
    quarantine_.removed(bytes);
    changes.remove(kv::Family::kChunks, bytes);
    left.samples += count;
    left.days = {left.days ? left.days->first : key.day, key.day};
  };
  if (auto visited = visit(series, remove); !visited) return std::unexpected(visited.error());
  return left;
}

Result<ChunkStore::Extent> ChunkStore::extent(SeriesId series) const {
  Extent extent;
  const auto add = [&](const ChunkKey& key, BytesView value) {
    if (extent.samples == 0) extent.first_day = key.day;
    extent.samples += plausible_count(value);
    extent.until = std::max(extent.until, key.deadline);
  };
  if (auto visited = visit(series, add); !visited) return std::unexpected(visited.error());
  return extent;
}

Result<ChunkStore::Expired> ChunkStore::expire(Time now, Time filed_until, const Due& due,
                                               kv::Changes& changes, ChunkTotals& totals) const {
  ASSIGN_OR_RETURN(const std::vector<Bytes> filed, due_days(filed_until));
  Expiry expiry{now, due, changes, totals, {}};
  for (const Bytes& entry : filed) {
    ByteReader in(entry);
    const Time deadline = Time::from_nanoseconds(in.i64());
    in.u16();
    if (auto done = expire_day({in.i32(), deadline}, expiry); !done) {
      return std::unexpected(done.error());
    }
  }
  return std::move(expiry.expired);
}

Result<Time> ChunkStore::first_due(Time now, const Due& due) const {
  ASSIGN_OR_RETURN(const std::vector<Bytes> filed, due_days(now));
  for (const Bytes& entry : filed) {
    ByteReader in(entry);
    const Time deadline = Time::from_nanoseconds(in.i64());
    in.u16();
    const Bytes day = day_key(in.i32());
    auto cursor = database_.cursor(kv::Family::kChunks);
    for (cursor.seek(day); cursor.valid() && cursor.key().starts_with(day); cursor.next()) {
      const auto key = ChunkKey::parse(cursor.key());
      if (key && key->deadline == deadline && due(*key, cursor.value()) <= now) return deadline;
    }
    if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  }
  return Time::max();
}

Result<void> ChunkStore::reclaim(Time now, const Expired& expired) const {
  ASSIGN_OR_RETURN(std::vector<Bytes> due, due_days(now));
  std::erase_if(due, [&](const Bytes& entry) { return expired.spared.contains(entry); });
  if (due.empty() && expired.chunks.empty()) return {};
  auto cursor = database_.cursor(kv::Family::kChunks);
  cursor.seek({});
  if (auto walked = cursor.status(); !walked) return walked;
  const Bytes first_kept = cursor.valid() ? Bytes(cursor.key()) : last_of_all_keys();
  if (auto dropped = database_.drop_files(kv::Family::kChunks, {}, first_kept); !dropped) {
    return dropped;
  }
  // A dropped file may have held the removal of a chunk that lies in a file that stays.
  kv::Changes changes;
  auto left = database_.cursor(kv::Family::kChunks);
  for (left.seek({}); left.valid() && left.key() < first_kept; left.next()) {
    changes.remove(kv::Family::kChunks, left.key());
  }
  if (auto walked = left.status(); !walked) return walked;
  for (const Bytes& entry : due) changes.remove(kv::Family::kDeadlines, entry);
  return database_.write(changes, kv::Sync::kYes);
}

Result<std::vector<Bytes>> ChunkStore::due_days(Time now) const {
  const Bytes end = ByteWriter().i64(now.nanoseconds()).raw("\xff\xff\xff").take();
  std::vector<Bytes> due;
  auto cursor = database_.cursor(kv::Family::kDeadlines);
  for (cursor.seek({}); cursor.valid() && cursor.key() < end; cursor.next()) {
    ByteReader in(cursor.key());
    in.i64();
    if (KindId{in.u16()} == kJournalKind) due.emplace_back(cursor.key());
  }
  if (auto walked = cursor.status(); !walked) return std::unexpected(walked.error());
  return due;
}

Result<void> ChunkStore::expire_day(FiledDay filed, Expiry& expiry) const {
  const Bytes day = day_key(filed.day);
  auto cursor = database_.cursor(kv::Family::kChunks);
  for (cursor.seek(day); cursor.valid() && cursor.key().starts_with(day); cursor.next()) {
    const auto key = ChunkKey::parse(cursor.key());
    if (!key || key->deadline != filed.deadline) continue;
    if (expiry.due(*key, cursor.value()) > expiry.now) {
      expiry.expired.spared.insert(day_deadline_key(filed.deadline, filed.day));
      continue;
    }
    forget(expiry.totals, plausible_count(cursor.value()),
           cursor.key().size() + cursor.value().size());
    quarantine_.removed(cursor.key());
    expiry.changes.remove(kv::Family::kChunks, cursor.key());
    ++expiry.expired.chunks[key->series];
  }
  return cursor.status();
}

}  // namespace heed::silo
