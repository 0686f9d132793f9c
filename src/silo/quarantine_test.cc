// One rotten chunk costs its own samples; never those beside it, never the silo.
#include "silo/quarantine.h"

#include <filesystem>
#include <fstream>
#include <random>

#include "silo/damage_testing.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr Time kNoon = Time::from_seconds(1'700'049'600);  // 2023-11-15T12:00:00Z

constexpr std::int32_t kFirstDay = kNoon.utc_day();

auto on_day(int day) {
  return [day](const ChunkKey& key) { return key.day == kFirstDay + day && key.part == 0; };
}

std::string texts(Silo& silo, const Access& access, SeriesId series) {
  std::string all;
  const auto read = silo.read(access, series, {}, [&](const SampleView& s) {
    all += std::string(s.text) + " ";
    return true;
  });
  return read ? all : read.error().message();
}

/// What the journal says of chunks.
std::string noted(Silo& silo, const Access& access) {
  std::string all;
  for (const JournalEntry& entry : *silo.journal(access, 1, 1'000)) {
    if (entry.what.starts_with("chunk.")) all += entry.what + entry.detail + "\n";
  }
  return all;
}

class ChunkThatDoesNotOpen : public testing::Test {
 protected:
  /// Three days of x, one chunk each, the second one damaged.
  ChunkThatDoesNotOpen() {
    for (int day = 0; day < 3; ++day) append(day, "d" + std::to_string(day));
    require(silo().seal(true).has_value(), "it seals");
    change_chunks(store_, on_day(1), rot);
  }
  Silo& silo() { return store_.silo(); }
  void append(int day, std::string text) {
    const Batch batch{"", 0, {{x_, sample(kNoon + Duration::days(day), std::move(text))}}};
    require(silo().append(access_, batch).has_value(), "it appends");
  }

  TemporaryStore store_{test_policy()};
  const Access access_ = store_.access();
  const SeriesId x_ = *silo().series(access_, kItemKind, "x");
};

TEST_F(ChunkThatDoesNotOpen, is_left_out_and_told) {
  EXPECT_EQ(silo().damage(access_, x_, {})->chunks, 0U);  // nobody has met it yet
  EXPECT_EQ(texts(silo(), access_, x_), "d0 d2 ");
  const Damage damage = *silo().damage(access_, x_, {});
  EXPECT_EQ(damage.chunks, 1U);
  EXPECT_EQ(format_time(damage.within.from), "2023-11-16T00:00:00.000Z");
  EXPECT_EQ(format_time(damage.within.to), "2023-11-17T00:00:00.000Z");
  EXPECT_EQ(silo().damage(access_, x_, {Time::min(), damage.within.from})->chunks, 0U);
  EXPECT_EQ(silo().damage(access_, x_, {damage.within.to, Time::max()})->chunks, 0U);
  EXPECT_EQ(silo().statistics().damaged_chunks, 1U);
  const auto value = [&](Time at) { return (*silo().last_at(access_, x_, at))->value; };
  EXPECT_EQ(value(Time::max()), "d2");
  EXPECT_EQ(value(kNoon + Duration::days(1)), "d0");
}

TEST_F(ChunkThatDoesNotOpen, is_noted_once_without_a_value) {
  const std::string once =
      "chunk.quarantined{\"series\":" + std::to_string(x_.number) + ",\"day\":\"2023-11-16\"}\n";
  for (int time = 0; time < 2; ++time) {
    EXPECT_EQ(texts(silo(), access_, x_), "d0 d2 ");
    EXPECT_EQ(texts(silo(), access_, x_), "d0 d2 ");
    EXPECT_EQ(noted(silo(), access_), once);
    store_.reopen();
    EXPECT_EQ(silo().damage(access_, x_, {})->chunks, 1U);  // known before it is met again
  }
}

TEST_F(ChunkThatDoesNotOpen, loses_nothing_that_comes_later_for_its_day) {
  append(1, "late");
  append(2, "more");
  ASSERT_TRUE(silo().seal(true));
  EXPECT_EQ(texts(silo(), access_, x_), "d0 late d2 more ");
  append(1, "later");
  ASSERT_TRUE(silo().seal(true));
  EXPECT_EQ(texts(silo(), access_, x_), "d0 late later d2 more ");
  change_chunks(store_, on_day(1), rot);  // it was a transient fault, or somebody mended it
  EXPECT_EQ(texts(silo(), access_, x_), "d0 d1 late later d2 more ");
  EXPECT_EQ(silo().damage(access_, x_, {})->chunks, 0U);
  EXPECT_EQ(silo().statistics().damaged_chunks, 0U);
  EXPECT_NE(noted(silo(), access_).find("chunk.released"), std::string::npos);
}

TEST_F(ChunkThatDoesNotOpen, goes_when_its_deadline_has_come) {
  EXPECT_EQ(texts(silo(), access_, x_), "d0 d2 ");
  change_chunks(store_, on_day(1),
                [](Bytes& value) { value.assign(11, '\xff'); });  // not even a count
  store_.clock().advance(Duration::days(20'000));
  EXPECT_EQ(silo().purge()->chunks, 3U);
  EXPECT_EQ(silo().statistics().damaged_chunks, 0U);
  EXPECT_EQ(silo().damage(access_, x_, {})->chunks, 0U);
}

TEST_F(ChunkThatDoesNotOpen, is_no_refusal_when_its_version_is_the_rotten_part) {
  change_chunks(store_, on_day(2),
                [](Bytes& value) { value[3] = '\x7e'; });  // count, seal, key, version
  EXPECT_EQ(texts(silo(), access_, x_), "d0 ");
  EXPECT_EQ(silo().damage(access_, x_, {})->chunks, 2U);
}

// -- Bits flipped in the file itself ------------------------------------------------------------

class ChunkFile : public testing::Test {
 protected:
  static constexpr std::size_t kSeries = 6;
  static constexpr std::size_t kDays = 8;
  static constexpr std::size_t kInChunk = 100;

  ChunkFile() {
    for (std::size_t s = 0; s < kSeries; ++s) {
      series_.push_back(*store_.silo().series(access_, kItemKind, "s" + std::to_string(s)));
    }
    for (std::size_t day = 0; day < kDays; ++day) fill(static_cast<int>(day));
    store_.close();
    compact();
    for (const auto& entry : std::filesystem::directory_iterator(silo_path(store_))) {
      if (entry.path().extension() != ".sst") continue;
      if (file_.empty() || entry.file_size() > std::filesystem::file_size(file_)) {
        file_ = entry.path();
      }
    }
  }
  void compact() {
    const kv::SharedMemory memory(1U << 20, 1U << 20);
    const auto database = *kv::Database::open(silo_path(store_), memory);
    require(database->flush_and_compact(kv::Family::kChunks).has_value(), "the silo compacts");
  }
  void fill(int day) {
    for (const SeriesId series : series_) {
      Batch batch;
      for (std::size_t i = 0; i < kInChunk; ++i) {
        const Time at = kNoon + Duration::days(day) + Duration::seconds(static_cast<int>(i));
        batch.samples.push_back({series, sample(at, store_.random().bytes(40))});
      }
      require(store_.silo().append(access_, batch).has_value(), "it appends");
    }
    require(store_.silo().seal(true).has_value(), "it seals");
  }
  /// Where the `index`th chunk's value begins in the file.
  std::uint64_t place_of_a_value(std::size_t index) {
    Bytes value;
    {
      const kv::SharedMemory memory(1U << 20, 1U << 20);
      const auto database = *kv::Database::open(silo_path(store_), memory);
      auto cursor = database->cursor(kv::Family::kChunks);
      for (cursor.seek({}); index > 0; --index) cursor.next();
      value = cursor.value();
    }
    std::ifstream file(file_, std::ios::binary);
    const std::string all(std::istreambuf_iterator<char>(file), {});
    return all.find(value);
  }
  void flip_bit(std::uint64_t offset, int bit) {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    const int byte = file.get() ^ (1 << bit);
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(static_cast<char>(byte));
  }
  std::size_t count() {
    std::size_t seen = 0;
    for (const SeriesId series : series_) {
      const auto read =
          store_.silo().read(access_, series, {}, [&](const SampleView&) { return ++seen > 0; });
      EXPECT_TRUE(read) << read.error().message();
    }
    return seen;
  }

  TemporaryStore store_{test_policy()};
  const Access access_ = store_.access();
  std::vector<SeriesId> series_;
  std::filesystem::path file_;
};

TEST_F(ChunkFile, loses_one_chunk_for_a_rotten_bit_and_the_silo_goes_on) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  flip_bit(place_of_a_value(random() % (kSeries * kDays)) + random() % (kInChunk * 40),
           static_cast<int>(random() % 8));
  store_.reopen();
  EXPECT_EQ(count(), (kSeries * kDays - 1) * kInChunk);
  EXPECT_EQ(store_.silo().statistics().damaged_chunks, 1U);
  for (int day = 0; day < 3; ++day) fill(day);  // late samples beside all of them
  EXPECT_EQ(count(), (kSeries * kDays - 1 + kSeries * 3) * kInChunk);
  store_.close();
  compact();
  store_.reopen();
  EXPECT_EQ(count(), (kSeries * kDays - 1 + kSeries * 3) * kInChunk);
}

}  // namespace
}  // namespace heed::silo
