#include "people/attempts.h"

namespace heed::people {
namespace {

constexpr AttemptRule kRule{.burst = 3, .refill = Duration::minutes(1), .most_keys = 2};

class Attempts : public testing::Test {
 protected:
  void exhaust(std::string_view key) {
    for (int i = 0; i < kRule.burst; ++i) EXPECT_FALSE(limiter_.attempt(key));
  }
  ManualClock clock_{Time()};
  AttemptLimiter limiter_{kRule, clock_};
};

TEST_F(Attempts, beyond_the_burst_are_told_how_long_to_wait) {
  exhaust("anna");
  EXPECT_EQ(limiter_.attempt("anna"), Duration::minutes(1));
  clock_.advance(Duration::seconds(20));
  EXPECT_EQ(limiter_.attempt("anna"), Duration::seconds(40));
}

TEST_F(Attempts, come_back_one_by_one) {
  exhaust("anna");
  clock_.advance(Duration::minutes(1));
  EXPECT_FALSE(limiter_.attempt("anna"));
  EXPECT_TRUE(limiter_.attempt("anna"));
}

TEST_F(Attempts, that_were_refused_do_not_lengthen_the_wait) {
  exhaust("anna");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter_.attempt("anna"));
  EXPECT_EQ(limiter_.attempt("anna"), Duration::minutes(1));
}

TEST_F(Attempts, of_one_do_not_count_for_another) {
  exhaust("anna");
  EXPECT_FALSE(limiter_.attempt("berta"));
}

TEST_F(Attempts, are_forgiven_after_a_right_one) {
  exhaust("anna");
  limiter_.forgive("anna");
  exhaust("anna");
}

TEST_F(Attempts, that_are_given_back_leave_those_before_them) {
  exhaust("anna");
  limiter_.give_back("anna");
  EXPECT_FALSE(limiter_.attempt("anna"));
  EXPECT_TRUE(limiter_.attempt("anna"));
}

TEST_F(Attempts, are_remembered_in_bounded_memory_the_worst_longest) {
  exhaust("anna");
  for (const char* key : {"b", "c", "d", "e"}) EXPECT_FALSE(limiter_.attempt(key));
  EXPECT_EQ(limiter_.remembered(), 2U);
  EXPECT_TRUE(limiter_.attempt("anna"));
}

}  // namespace
}  // namespace heed::people
