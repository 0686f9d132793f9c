#include "wire/backoff.h"

namespace heed::wire {
namespace {

TEST(Backoff, waits_double_up_to_the_most_and_always_lie_in_their_upper_half) {
  SeededRandom random(3);
  Backoff backoff(random, {.first = Duration::seconds(1), .most = Duration::seconds(10)});
  for (const std::int64_t whole : {1, 2, 4, 8, 10, 10}) {
    const Duration wait = backoff.next();
    EXPECT_LE(wait, Duration::seconds(whole));
    EXPECT_GE(wait, Duration::milliseconds(whole * 500));
  }
  EXPECT_EQ(backoff.attempts(), 6);
}

TEST(Backoff, a_success_begins_it_anew) {
  SeededRandom random(3);
  Backoff backoff(random, {.first = Duration::seconds(1), .most = Duration::seconds(10)});
  for (int i = 0; i < 5; ++i) backoff.next();
  backoff.reset();
  EXPECT_LE(backoff.next(), Duration::seconds(1));
}

TEST(Backoff, two_that_fail_together_do_not_come_back_together) {
  SeededRandom one(1);
  SeededRandom other(2);
  EXPECT_NE(Backoff(one).next(), Backoff(other).next());
}

TEST(Backoff, a_thousand_failures_overflow_nothing) {
  SeededRandom random(3);
  Backoff backoff(random);
  for (int i = 0; i < 1'000; ++i) {
    const Duration wait = backoff.next();
    EXPECT_GT(wait, Duration());
    EXPECT_LE(wait, Duration::seconds(30));
  }
}

}  // namespace
}  // namespace heed::wire
