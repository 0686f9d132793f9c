#include "silo/digest.h"

#include <random>

#include "silo/chunk.h"

namespace heed::silo {
namespace {

constexpr std::int64_t kMidnight = 1'700'006'400'000'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

/// A sample each second from hour `from` on.
Run run_of(std::size_t samples, int from, const std::function<std::string(std::size_t)>& text) {
  Run run;
  for (std::size_t i = 0; i < samples; ++i) {
    Run::Item item;
    item.at = item.device =
        kMidnight + from * 3'600 * kSecond + static_cast<std::int64_t>(i) * kSecond;
    item.arrival_ms = item.at / 1'000'000 + 2;
    run.add(item, text(i));
  }
  return run;
}

std::string walk(std::size_t i) {
  std::uint32_t hash = static_cast<std::uint32_t>(i) * 2'654'435'761U;
  hash = (hash ^ (hash >> 15U)) * 2'246'822'519U;
  return std::to_string((hash >> 8U) % 977) + ".5";
}

TEST(Digest, costs_at_most_its_part_of_the_chunk_and_is_there_where_decoding_is_slow) {
  for (const std::size_t samples : {10U, 1'000U, 5'000U, 60'000U}) {
    const Bytes chunk = encode_chunk(run_of(samples, 2, walk));
    const auto digest = *digest_of_chunk(chunk);
    EXPECT_EQ(digest.has_value(), samples >= 5'000) << samples;
    if (!digest) continue;
    EXPECT_EQ(digest->last.value, walk(samples - 1));
    EXPECT_LE(encode_digest(run_of(samples, 2, walk), chunk.size() / kDigestPart).size(),
              chunk.size() / kDigestPart);
  }
}

TEST(Digest, keeps_the_finest_stretches_that_fit) {
  const heed::silo::Run run = run_of(60'000, 2, walk);
  std::size_t before = 99;
  for (const std::size_t most : {4'000U, 600U, 300U, 150U, 90U}) {
    const auto digest = decode_digest(encode_digest(run, most));
    ASSERT_TRUE(digest);
    EXPECT_LT(digest->slots.size(), before);
    EXPECT_FALSE(digest->slots.empty()) << most;
    before = digest->slots.size();
    std::uint64_t count = 0;
    for (const Slot& slot : digest->slots) count += slot.came.count;
    EXPECT_EQ(count, run.size());
  }
  const auto head = decode_digest(encode_digest(run, 40));
  ASSERT_TRUE(head);
  EXPECT_TRUE(head->slots.empty());
  EXPECT_EQ(head->last.at.nanoseconds(), run.items().back().at);
  EXPECT_EQ(head->last.arrival.milliseconds(), run.items().back().arrival_ms);
  EXPECT_TRUE(encode_digest(run, 23).empty());
}

TEST(Digest, is_none_where_words_are_beyond_counting_or_days_are_mixed) {
  const auto different = [](std::size_t i) { return "W" + std::to_string(i % 70); };
  const auto digest = decode_digest(encode_digest(run_of(20'000, 2, different), 100'000));
  ASSERT_TRUE(digest);
  EXPECT_TRUE(digest->slots.empty());
  EXPECT_TRUE(encode_digest(run_of(20'000, 20, walk), 100'000).empty());
}

TEST(Digest, damaged_bytes_are_found_or_read_within_bounds) {
  const Bytes whole = encode_digest(run_of(20'000, 2, walk), 4'000);
  std::mt19937_64 random(7);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    (void)decode_digest(BytesView(whole).substr(0, size));
    Bytes changed = whole;
    changed[random() % changed.size()] = static_cast<char>(random());
    (void)decode_digest(changed);
  }
}

}  // namespace
}  // namespace heed::silo
