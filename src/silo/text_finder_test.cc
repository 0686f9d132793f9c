#include "silo/text_finder.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace heed::silo {
namespace {

std::map<std::size_t, int> places(const TextFinder& finder, BytesView bytes) {
  std::map<std::size_t, int> counts;
  finder.find_in(bytes, [&](std::size_t number) { ++counts[number]; });
  return counts;
}

TEST(TextFinderTest, finds_every_place_of_every_text_short_or_long) {
  const TextFinder finder({"ab", "longer than eight", "not longer than eight", "12345678", "zz"});
  EXPECT_EQ(finder.longest(), 21U);
  EXPECT_EQ(places(finder, "ab not longer than eight 1234567812345678 aab"),
            (std::map<std::size_t, int>{{0, 2}, {1, 1}, {2, 1}, {3, 2}}));
  EXPECT_TRUE(places(finder, "").empty());
  EXPECT_TRUE(places(TextFinder({}), "anything").empty());
}

TEST(TextFinderTest, finds_what_a_plain_search_finds_in_random_bytes_of_few_letters) {
  SeededRandom random(5);
  const auto letters = [&](std::size_t size) {
    std::string text;
    for (const char c : random.bytes(size)) text += static_cast<char>('a' + (c & 1));
    return text;
  };
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) texts.push_back(letters(1 + random.u64() % 14));
  const TextFinder finder(texts);
  const std::string bytes = letters(4'000);
  std::map<std::size_t, int> expected;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t at = bytes.find(texts[i]); at != std::string::npos;
         at = bytes.find(texts[i], at + 1)) {
      ++expected[i];
    }
  }
  EXPECT_GT(expected.size(), 30U);
  EXPECT_EQ(places(finder, bytes), expected);
}

}  // namespace
}  // namespace heed::silo
