#include "http/sent_keys.h"

namespace heed::http {
namespace {

TEST(SentKeys, are_found_again_after_they_were_stored) {
  SentKeys keys;
  keys.add("one", 1);
  keys.add("two", 300);
  const SentKeys again = SentKeys::parse(keys.cursor());
  EXPECT_EQ(again.find("one"), 1U);
  EXPECT_EQ(again.find("two"), 300U);
  EXPECT_FALSE(again.find("three"));
}

TEST(SentKeys, of_long_ago_are_forgotten) {
  SentKeys keys;
  for (std::size_t i = 0; i <= SentKeys::kRemembered; ++i) keys.add(std::to_string(i), i);
  EXPECT_FALSE(keys.find("0"));
  EXPECT_EQ(keys.find("1"), 1U);
  EXPECT_EQ(keys.find("64"), 64U);
}

TEST(SentKeys, are_none_in_a_cursor_that_is_not_theirs) {
  for (const std::string& cursor : {std::string(), std::string("instanceId=3"),
                                    std::string("sent1short"), SentKeys().cursor()}) {
    EXPECT_FALSE(SentKeys::parse(cursor).find("one")) << cursor;
  }
}

}  // namespace
}  // namespace heed::http
