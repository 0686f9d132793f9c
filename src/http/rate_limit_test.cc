#include "http/rate_limit.h"

#include <gtest/gtest.h>

namespace heed::http {
namespace {

TEST(RateLimit, a_burst_passes_and_then_one_at_a_time) {
  ManualClock clock(Time{});
  RateLimit limit(clock, {.burst = 3, .per_second = 2}, 10);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limit.take("a").has_value());
  const auto wait = limit.take("a");
  ASSERT_TRUE(wait.has_value());
  EXPECT_NEAR(wait->in_seconds(), 0.5, 1e-6);
  clock.advance(*wait);
  EXPECT_FALSE(limit.take("a").has_value());
  EXPECT_TRUE(limit.take("a").has_value());
}

TEST(RateLimit, a_long_rest_gives_no_more_than_the_burst) {
  ManualClock clock(Time{});
  RateLimit limit(clock, {.burst = 2, .per_second = 1}, 10);
  EXPECT_FALSE(limit.take("a").has_value());
  clock.advance(Duration::hours(1));
  EXPECT_FALSE(limit.take("a").has_value());
  EXPECT_FALSE(limit.take("a").has_value());
  EXPECT_TRUE(limit.take("a").has_value());
}

TEST(RateLimit, one_key_does_not_use_up_another) {
  ManualClock clock(Time{});
  RateLimit limit(clock, {.burst = 1, .per_second = 1}, 10);
  EXPECT_FALSE(limit.take("a").has_value());
  EXPECT_TRUE(limit.take("a").has_value());
  EXPECT_FALSE(limit.take("b").has_value());
}

TEST(RateLimit, it_remembers_at_most_its_capacity_and_forgets_the_longest_untouched) {
  ManualClock clock(Time{});
  RateLimit limit(clock, {.burst = 1, .per_second = 1}, 2);
  EXPECT_FALSE(limit.take("a").has_value());
  EXPECT_FALSE(limit.take("b").has_value());
  EXPECT_TRUE(limit.take("a").has_value());
  EXPECT_FALSE(limit.take("c").has_value());
  EXPECT_EQ(limit.size(), 2U);
  EXPECT_TRUE(limit.take("a").has_value());
}

}  // namespace
}  // namespace heed::http
