#include "people/password.h"

#include <algorithm>
#include <ctime>
#include <thread>

namespace heed::people {
namespace {

constexpr PasswordCost kCheap{.memory = 8192, .passes = 1};

TEST(PasswordRules, refuse_what_is_short_long_or_obvious) {
  const struct {
    std::string password;
    std::string begins;
  } cases[] = {
      {"", "the password has fewer than 10"},
      {"123456789", "the password has fewer than 10"},
      {"öäüöäüöäü", "the password has fewer than 10"},  // 18 bytes are 9 characters
      {std::string(1'001, 'x'), "the password is longer than 1,000 bytes"},
      {"1234567890", "the password is one of the first"},
      {"PassWord1234", "the password is one of the first"},
      {"zzzzzzzzzzzz", "the password is one of the first"},
      {"Anna@Example.com", "the password is one of the first"},
  };
  for (const auto& c : cases) {
    const auto checked = check_password_rules(c.password, "anna@example.com");
    ASSERT_FALSE(checked) << c.password;
    EXPECT_EQ(checked.error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(checked.error().message.starts_with(c.begins)) << checked.error().message;
  }
}

TEST(PasswordRules, take_everything_else_whatever_signs_it_has) {
  for (const std::string& password :
       {std::string("correct horse"), std::string("öäüöäüöäüö"), std::string("          a"),
        std::string("mill17lathe"), "ab" + std::string(998, 'x')}) {
    EXPECT_TRUE(check_password_rules(password, "anna@example.com")) << password;
  }
}

TEST(PasswordHasher, knows_the_password_it_hashed_and_no_other) {
  PasswordHasher hasher(kCheap);
  const std::string stored = *hasher.hash("correct horse");
  EXPECT_TRUE(*hasher.matches(stored, "correct horse"));
  EXPECT_FALSE(*hasher.matches(stored, "correct horsf"));
  EXPECT_FALSE(*hasher.matches(stored, ""));
  EXPECT_FALSE(stored.contains("correct"));
}

TEST(PasswordHasher, hashes_the_same_password_differently_each_time) {
  PasswordHasher hasher(kCheap);
  EXPECT_NE(*hasher.hash("correct horse"), *hasher.hash("correct horse"));
}

TEST(PasswordHasher, finds_nothing_right_where_there_is_no_password) {
  PasswordHasher hasher(kCheap);
  EXPECT_FALSE(*hasher.matches("", ""));
  EXPECT_FALSE(*hasher.matches("", "correct horse"));
}

TEST(PasswordHasher, is_not_made_to_work_on_megabytes) {
  PasswordHasher hasher(kCheap);
  const std::string longest(kLongestPassword, 'x');
  const std::string stored = *hasher.hash(longest);
  EXPECT_TRUE(*hasher.matches(stored, longest));
  EXPECT_FALSE(*hasher.matches(stored, longest + "x"));
}

TEST(PasswordHasher, uses_argon2id_with_64_mebibytes_and_two_passes) {
  PasswordHasher hasher(PasswordCost{});
  EXPECT_TRUE(hasher.hash("correct horse")->starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
}

double cpu_seconds_of(const std::function<void()>& work) {
  const std::clock_t before = std::clock();
  work();
  return static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
}

TEST(PasswordHasher, works_as_long_for_nobody_as_for_a_wrong_password_O65) {
  PasswordHasher hasher(PasswordCost{});
  const std::string stored = *hasher.hash("correct horse");
  // The least of three: the work itself, without what a busy machine adds.
  double wrong = 1e9;
  double nobody = 1e9;
  for (int i = 0; i < 3; ++i) {
    wrong = std::min(wrong, cpu_seconds_of([&] { (void)hasher.matches(stored, "wrong horse"); }));
    nobody = std::min(nobody, cpu_seconds_of([&] { (void)hasher.matches("", "wrong horse"); }));
  }
  EXPECT_GT(nobody, wrong * 0.7);
  EXPECT_LT(nobody, wrong * 1.4);
}

TEST(PasswordHasher, turns_the_crowd_away_instead_of_letting_it_wait_without_end) {
  PasswordHasher hasher(PasswordCost{});
  constexpr int kCrowd = PasswordHasher::kAtOnce + PasswordHasher::kMostWaiting + 8;
  std::atomic<int> turned_away = 0;
  {
    std::vector<std::jthread> crowd;
    for (int i = 0; i < kCrowd; ++i) {
      crowd.emplace_back([&] {
        const auto answer = hasher.matches("", "correct horse");
        if (!answer && answer.error().kind == ErrorKind::kExhausted) ++turned_away;
      });
    }
  }
  EXPECT_GE(turned_away, 1);
  EXPECT_TRUE(hasher.matches("", "correct horse"));
}

}  // namespace
}  // namespace heed::people
