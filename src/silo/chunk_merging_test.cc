// How the chunks of a day grow together, from however many heads it is sealed.
#include <gtest/gtest.h>

#include <bit>

#include "silo/damage_testing.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr Time kNoon = Time::from_seconds(1'700'049'600);  // 2023-11-15T12:00:00Z

class ChunkMerging : public testing::Test {
 protected:
  void seal_second(int second, std::string text) {
    const Time at = kNoon + Duration::seconds(second);
    ASSERT_TRUE(silo().append(access_, {"", 0, {{x_, sample(at, std::move(text))}}}));
    ASSERT_TRUE(silo().seal(true));
  }
  void seal_seconds(int from, int to) {
    for (int second = from; second < to; ++second) seal_second(second, std::to_string(second));
  }
  std::vector<std::string> read() {
    std::vector<std::string> all;
    const auto done = silo().read(access_, x_, {}, [&](const SampleView& s) {
      all.emplace_back(s.text);
      return true;
    });
    EXPECT_TRUE(done);
    return all;
  }
  static std::vector<std::string> numbers(int count) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) all.push_back(std::to_string(i));
    return all;
  }
  Silo& silo() { return store_.silo(); }
  std::uint64_t chunks() { return silo().statistics().sealed_chunks; }

  TemporaryStore store_{test_policy()};
  Access access_ = store_.access();
  SeriesId x_ = *silo().series(access_, kItemKind, "x");
};

TEST_F(ChunkMerging, equal_heads_double_as_a_binary_counter_does) {
  // So a sample of a day is sealed once for each doubling, and never more often.
  for (int i = 0; i < 70; ++i) {
    seal_seconds(i, i + 1);
    const auto sealed = static_cast<std::uint64_t>(i + 1);
    EXPECT_EQ(chunks(), static_cast<std::uint64_t>(std::popcount(sealed))) << sealed;
    EXPECT_EQ(silo().statistics().sealed_samples, sealed);
  }
  EXPECT_EQ(read(), numbers(70));
}

TEST_F(ChunkMerging, one_long_head_takes_in_all_short_chunks_before_it) {
  seal_seconds(0, 7);
  EXPECT_EQ(chunks(), 3U);
  for (int second = 7; second < 20; ++second) {
    const Time at = kNoon + Duration::seconds(second);
    ASSERT_TRUE(silo().append(access_, {"", 0, {{x_, sample(at, std::to_string(second))}}}));
  }
  ASSERT_TRUE(silo().seal(true));
  EXPECT_EQ(chunks(), 1U);
  EXPECT_EQ(read(), numbers(20));
}

TEST_F(ChunkMerging, what_was_merged_is_there_once_also_after_a_restart) {
  seal_seconds(0, 11);
  const SiloStatistics before = silo().statistics();
  store_.reopen();
  EXPECT_EQ(chunks(), 3U);
  EXPECT_EQ(silo().statistics().sealed_bytes, before.sealed_bytes);
  EXPECT_EQ(read(), numbers(11));
  seal_seconds(11, 12);
  EXPECT_EQ(chunks(), 2U);
  EXPECT_EQ(read(), numbers(12));
}

TEST_F(ChunkMerging, what_comes_late_and_what_comes_twice_is_read_in_its_place_and_once) {
  seal_seconds(0, 4);
  seal_seconds(6, 8);
  const Time fifth = kNoon + Duration::seconds(4);
  Sample twice = sample(fifth, "4");
  twice.folds = true;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(silo().append(access_, {"", 0, {{x_, twice}}}));
    ASSERT_TRUE(silo().seal(true));
  }
  seal_second(5, "5");
  EXPECT_GT(chunks(), 1U) << "or nothing is to be told apart";
  EXPECT_EQ(read(), numbers(8));
}

TEST_F(ChunkMerging, a_damaged_chunk_is_passed_over_and_left_for_who_can_mend_it) {
  seal_seconds(0, 3);  // a chunk of two, then one of one
  const auto first = [](const ChunkKey& key) { return key.part == 0; };
  ASSERT_EQ(change_chunks(store_, first, rot), 1);
  // The second chunk joins what comes; the first stays as the disk left it.
  seal_seconds(3, 4);
  EXPECT_EQ(read(), (std::vector<std::string>{"2", "3"}));
  seal_seconds(4, 8);
  ASSERT_EQ(change_chunks(store_, first, rot), 1) << "the same bit, turned back";
  EXPECT_EQ(read(), numbers(8));
}

TEST_F(ChunkMerging, a_damaged_chunk_at_the_end_is_not_overwritten) {
  seal_seconds(0, 3);
  const auto last = [](const ChunkKey& key) { return key.part == 1; };
  ASSERT_EQ(change_chunks(store_, last, rot), 1);
  seal_seconds(3, 5);
  EXPECT_EQ(read(), (std::vector<std::string>{"0", "1", "3", "4"}));
  ASSERT_EQ(change_chunks(store_, last, rot), 1) << "the same bit, turned back";
  EXPECT_EQ(read(), numbers(5));
}

class HeadFullness : public testing::Test {
 protected:
  static constexpr std::size_t kHead = 100;
  void append(const std::string& series, std::size_t samples) {
    const SeriesId id = *silo().series(access_, kItemKind, series);
    for (std::size_t i = 0; i < samples; ++i) {
      const Time at = kNoon + Duration::milliseconds(++last_);
      ASSERT_TRUE(silo().append(access_, {"", 0, {{id, sample(at, "1")}}}));
    }
  }
  std::uint64_t held() { return silo().statistics().head_samples; }
  Silo& silo() { return store_.silo(); }

  TemporaryStore store_{test_policy(), kHead};
  Access access_ = store_.access();
  std::int64_t last_ = 0;
};

TEST_F(HeadFullness, a_full_head_is_sealed_when_asked_and_no_other) {
  append("x", kHead - 1);
  ASSERT_TRUE(silo().seal_if_full());
  EXPECT_EQ(held(), kHead - 1);
  append("x", 1);
  EXPECT_EQ(held(), kHead) << "an append does not wait for a sealing";
  ASSERT_TRUE(silo().seal_if_full());
  EXPECT_EQ(held(), 0U);
}

TEST_F(HeadFullness, an_append_that_finds_it_twice_full_seals_it_itself) {
  append("x", 2 * kHead);
  EXPECT_EQ(held(), 2 * kHead);
  append("x", 1);
  EXPECT_EQ(held(), 1U);
}

TEST_F(HeadFullness, a_head_of_many_series_waits_for_a_run_of_each) {
  constexpr std::size_t kSeries = 10;  // of which 320 samples are full
  for (std::size_t s = 0; s < kSeries; ++s) append("x" + std::to_string(s), 31);
  ASSERT_TRUE(silo().seal_if_full());
  EXPECT_EQ(held(), kSeries * 31);
  append("x0", 10);
  ASSERT_TRUE(silo().seal_if_full());
  EXPECT_EQ(held(), 0U);
}

TEST_F(HeadFullness, however_many_series_there_are_it_is_full_with_four_times_its_samples) {
  for (std::size_t s = 0; s < 4 * kHead - 1; ++s) append("x" + std::to_string(s), 1);
  ASSERT_TRUE(silo().seal_if_full());
  EXPECT_EQ(held(), 4 * kHead - 1);
  append("x", 1);
  ASSERT_TRUE(silo().seal_if_full());
  EXPECT_EQ(held(), 0U);
}

}  // namespace
}  // namespace heed::silo
