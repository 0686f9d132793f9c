#include "silo/folding.h"

#include <random>

#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr Time kNoon = Time::from_seconds(1'700'049'600);  // 2023-11-15T12:00:00Z

std::string texts(const Silo& silo, const Access& access, SeriesId series) {
  std::string all;
  const auto read = silo.read(access, series, {}, [&](const SampleView& s) {
    all += s.gap ? "~" : std::string(s.text);
    return true;
  });
  return read ? all : read.error().message();
}

/// One letter a sample, all of one instant: ~ is a gap, a capital letter folds.
Batch told(SeriesId series, std::string_view letters, Time at = kNoon) {
  Batch batch;
  for (const char letter : letters) {
    Sample made = sample(at, std::nullopt);
    if (letter != '~') made.value = std::string(1, letter);
    made.folds = letter < 'a' || letter > 'z';
    batch.samples.push_back({series, std::move(made)});
  }
  return batch;
}

class Folded : public testing::Test {
 protected:
  void tell(std::string_view letters, Time at = kNoon) {
    ASSERT_TRUE(store_.silo().append(access_, told(x_, letters, at)));
  }
  void seal() { ASSERT_TRUE(store_.silo().seal(true)); }
  std::string all() { return texts(store_.silo(), access_, x_); }

  TemporaryStore store_{test_policy()};
  const Access access_ = store_.access();
  const SeriesId x_ = *store_.silo().series(access_, kItemKind, "x");
};

TEST_F(Folded, a_resent_sample_is_kept_once_in_a_head_in_a_chunk_and_across_both) {
  for (int round = 0; round < 3; ++round) {
    tell("A");
    EXPECT_EQ(all(), "A");
    if (round > 0) seal();
    EXPECT_EQ(all(), "A");
  }
  EXPECT_EQ(store_.silo().statistics().sealed_samples, 1U);
  store_.reopen();
  tell("A");
  EXPECT_EQ(all(), "A");
}

TEST_F(Folded, a_discrete_repeat_is_an_event_of_its_own) {
  tell("aa");
  seal();
  tell("aAA");
  EXPECT_EQ(all(), "aaaA");
  seal();
  EXPECT_EQ(all(), "aaaA");
}

TEST_F(Folded, what_holds_after_an_instant_is_what_was_told_last_of_it) {
  const struct {
    std::vector<std::string> told;
    std::string kept;
  } cases[] = {
      {{"ABA"}, "ABA"},         {{"AB", "AB"}, "AB"},
      {{"ABA", "ABA"}, "ABA"},  {{"ABAC"}, "ABC"},
      {{"A", "B", "A"}, "ABA"}, {{"A~A"}, "A~A"},
      {{"~", "~"}, "~"},        {{"ABx", "A"}, "ABxA"},
      {{"AAAA", "A"}, "A"},     {{"AB", "CD", "AB"}, "ABCDB"},
  };
  int hours = 0;
  for (const auto& [batches, kept] : cases) {
    for (const bool sealed : {false, true}) {
      const Time at = kNoon + Duration::hours(++hours);
      for (const std::string& letters : batches) {
        tell(letters, at);
        if (sealed) seal();
      }
      std::string got;
      ASSERT_TRUE(
          store_.silo().read(access_, x_, {at, at + Duration::hours(1)}, [&](const SampleView& s) {
            got += s.gap ? "~" : std::string(s.text);
            return true;
          }));
      EXPECT_EQ(got, kept);
      const auto last = *store_.silo().last_at(access_, x_, at);
      EXPECT_EQ(last->value.value_or("~"), kept.substr(kept.size() - 1));
    }
  }
}

TEST_F(Folded, a_difference_in_clock_flags_or_value_is_no_duplicate) {
  Batch batch = told(x_, "AAAA");
  batch.samples[1].sample.device = kNoon - Duration::milliseconds(1);
  batch.samples[2].sample.flags = 1;
  batch.samples[3].sample.arrival = kNoon + Duration::hours(3);  // resent: the same
  ASSERT_TRUE(store_.silo().append(access_, batch));
  EXPECT_EQ(all(), "AAAA");  // the last one is what holds, so it is told once more
  seal();
  EXPECT_EQ(all(), "AAAA");
}

TEST_F(Folded, many_samples_of_one_instant_fold_in_no_more_than_their_own_time) {
  Batch batch;
  for (int i = 0; i < 50'000; ++i) {
    Sample made = sample(kNoon, std::to_string(i % 25'000));
    made.folds = true;
    batch.samples.push_back({x_, std::move(made)});
  }
  ASSERT_TRUE(store_.silo().append(access_, batch));
  std::size_t seen = 0;
  ASSERT_TRUE(store_.silo().read(access_, x_, {}, [&](const SampleView&) { return ++seen > 0; }));
  EXPECT_EQ(seen, 25'000U);
}

TEST_F(Folded, flags_are_the_callers_below_128) {
  Batch batch = told(x_, "A");
  batch.samples[0].sample.flags = 127;
  EXPECT_TRUE(store_.silo().append(access_, batch));
  batch.samples[0].sample.flags = 128;
  EXPECT_FALSE(store_.silo().append(access_, batch));
  ASSERT_TRUE(store_.silo().read(access_, x_, {}, [&](const SampleView& s) {
    EXPECT_EQ(s.flags, 127);
    return true;
  }));
}

}  // namespace
}  // namespace heed::silo
