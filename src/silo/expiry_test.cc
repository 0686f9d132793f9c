// What expiry leaves behind in files, and what it must not touch.
#include "silo/kv.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr std::size_t kSamples = 2'000;
constexpr std::size_t kSize = 100;
constexpr Duration kKept = Duration::days(393);  // category usage

/// Opens the silo's files while the store is closed.
std::uint64_t file_bytes(TemporaryStore& store, bool compacted) {
  store.close();
  std::uint64_t bytes = 0;
  {
    const kv::SharedMemory memory(1U << 20, 1U << 20);
    const auto database = *kv::Database::open(
        store.options().data_directory + "/silos/" + store.organization().text(), memory);
    if (compacted) EXPECT_TRUE(database->flush_and_compact(kv::Family::kChunks));
    bytes = database->file_bytes(kv::Family::kChunks);
  }
  store.reopen();
  return bytes;
}

void append_noise(TemporaryStore& store, SeriesId series, Time from) {
  Batch batch;
  for (std::size_t i = 0; i < kSamples; ++i) {
    const Time at = from + Duration::milliseconds(static_cast<std::int64_t>(i));
    batch.samples.push_back({series, sample(at, store.random().bytes(kSize))});
  }
  ASSERT_TRUE(store.silo().append(store.access(), batch));
  ASSERT_TRUE(store.silo().seal(true));
}

std::size_t count(TemporaryStore& store, SeriesId series) {
  std::size_t seen = 0;
  const auto counted = [&](const SampleView&) { return ++seen > 0; };
  EXPECT_TRUE(store.silo().read(store.access(), series, {}, counted));
  return seen;
}

TEST(Expiry, drops_the_files_of_days_that_are_past_and_nothing_else) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const SeriesId x = *store.silo().series(access, kPoseKind, "x");
  const SeriesId long_kept = *store.silo().series(access, kItemKind, "y");
  const Time start = store.clock().now();
  for (const int day : {0, 1, 2}) append_noise(store, x, start + Duration::days(day));
  file_bytes(store, true);
  store.clock().advance(Duration::days(200));
  append_noise(store, x, start + Duration::days(200));
  append_noise(store, long_kept, start + Duration::days(200));
  const std::uint64_t before = file_bytes(store, false);
  store.clock().advance(kKept - Duration::days(200));
  EXPECT_EQ(store.silo().purge()->chunks, 3U);
  EXPECT_EQ(store.silo().purge()->chunks, 0U);
  EXPECT_EQ(store.silo().statistics().sealed_samples, 2 * kSamples);
  EXPECT_EQ(store.silo().statistics().overdue, Duration());
  EXPECT_EQ(count(store, x), kSamples);
  EXPECT_EQ(count(store, long_kept), kSamples);
  EXPECT_LT(file_bytes(store, false) + 3 * kSamples * kSize, before + kSamples);
  EXPECT_EQ(count(store, x), kSamples);
  EXPECT_EQ(count(store, long_kept), kSamples);
}

TEST(Expiry, keeps_what_was_stored_later_for_a_day_that_is_past) {
  TemporaryStore store(test_policy());
  const SeriesId x = *store.silo().series(store.access(), kPoseKind, "x");
  const Time start = store.clock().now();
  append_noise(store, x, start);
  store.clock().advance(Duration::days(100));
  append_noise(store, x, start + Duration::days(1));
  append_noise(store, x, start);
  file_bytes(store, true);
  store.clock().advance(kKept - Duration::days(100));
  EXPECT_EQ(store.silo().purge()->chunks, 1U);
  EXPECT_EQ(count(store, x), 2 * kSamples);
  store.clock().advance(Duration::days(100));
  EXPECT_EQ(store.silo().purge()->chunks, 2U);
  EXPECT_EQ(count(store, x), 0U);
  EXPECT_EQ(store.silo().statistics().sealed_samples, 0U);
  EXPECT_EQ(file_bytes(store, true), 0U);
}

}  // namespace
}  // namespace heed::silo
