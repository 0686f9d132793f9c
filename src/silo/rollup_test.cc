// Roll-ups and the value in force against the plain computation over all samples.
#include "silo/rollup.h"

#include <cmath>
#include <map>
#include <random>

#include "silo/damage_testing.h"
#include "silo/series_reading.h"
#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr Time kMidnight = Time::from_seconds(1'700'006'400);  // 2023-11-15T00:00:00Z

/// A roll-up as its definition says, sample by sample and step by step.
struct PlainStep {
  std::uint64_t count = 0, gaps = 0, numbers = 0;
  double sum = 0, integral = 0, minimum = INFINITY, maximum = -INFINITY;
  double first = 0, last = 0;
  Duration numeric;
  std::map<std::string, Duration> words;
};

void hold(PlainStep& step, const std::optional<std::string>& value, Duration time) {
  if (!value || time <= Duration()) return;
  const auto number = decimal(*value);
  if (number) {
    step.integral += *number * time.in_seconds();
    step.numeric += time;
  } else {
    step.words[*value] += time;
  }
}

void place(PlainStep& step, const std::optional<std::string>& value) {
  ++step.count;
  step.gaps += value ? 0 : 1;
  const auto number = value ? decimal(*value) : std::nullopt;
  if (!number) return;
  if (step.numbers++ == 0) step.first = *number;
  step.last = *number;
  step.sum += *number;
  step.minimum = std::min(step.minimum, *number);
  step.maximum = std::max(step.maximum, *number);
}

struct PlainSample {
  Time at;
  std::optional<std::string> value;
};

std::map<Time, PlainStep> plain_rollup(const std::vector<PlainSample>& samples, TimeRange range,
                                       Duration step) {
  std::map<Time, PlainStep> steps;
  for (Time from = range.from; from < range.to; from += step) {
    const TimeRange span{from, std::min(from + step, range.to)};
    PlainStep made;
    const auto behind = std::ranges::upper_bound(samples, span.from, {}, &PlainSample::at);
    const auto first = static_cast<std::size_t>(behind - samples.begin());
    std::size_t i = first == 0 ? 0 : first - 1;
    while (i > 0 && samples[i - 1].at >= span.from) --i;
    for (; i < samples.size() && samples[i].at < span.to; ++i) {
      const Time until = i + 1 < samples.size() ? samples[i + 1].at : range.to;
      if (span.contains(samples[i].at)) place(made, samples[i].value);
      hold(made, samples[i].value, std::min(until, span.to) - std::max(samples[i].at, span.from));
    }
    const bool told = made.count > 0 || made.numeric > Duration() || !made.words.empty();
    if (told) steps[from] = made;
  }
  return steps;
}

void expect_near(double a, double b) {
  EXPECT_NEAR(a, b, 1e-9 * std::max({1.0, std::abs(a), std::abs(b)}));
}

void expect_same(const std::vector<Rollup>& got, const std::map<Time, PlainStep>& want) {
  ASSERT_EQ(got.size(), want.size());
  auto plain = want.begin();
  for (const Rollup& rollup : got) {
    const auto& [from, step] = *plain++;
    ASSERT_EQ(rollup.span.from, from);
    EXPECT_EQ(std::tie(rollup.count, rollup.gaps, rollup.numbers),
              std::tie(step.count, step.gaps, step.numbers));
    expect_near(rollup.sum, step.sum);
    expect_near(rollup.integral, step.integral);
    EXPECT_EQ(rollup.numeric, step.numeric);
    if (step.numbers > 0) {
      EXPECT_EQ(*rollup.first, step.first);
      EXPECT_EQ(*rollup.last, step.last);
      EXPECT_EQ(*rollup.minimum, step.minimum);
      EXPECT_EQ(*rollup.maximum, step.maximum);
    }
    std::map<std::string, Duration> words;
    for (const auto& [word, held] : rollup.words) words[word] = held;
    EXPECT_EQ(words, step.words);
    EXPECT_FALSE(rollup.damaged);
  }
}

std::vector<PlainSample> read_all(const Silo& silo, const Access& access, SeriesId series) {
  std::vector<PlainSample> all;
  EXPECT_TRUE(silo.read(access, series, {}, [&](const SampleView& s) {
    all.push_back({s.at, s.gap ? std::nullopt : std::optional(std::string(s.text))});
    return true;
  }));
  return all;
}

/// Random histories of a few days: dense and thin stretches, late data, resealing, expiry.
class History {
 public:
  explicit History(std::uint64_t seed)
      : random_(seed), store_(test_policy()), access_(store_.access()) {
    store_.clock().step_to(kMidnight);
    x_ = *store_.silo().series(access_, kPoseKind, "x");
  }
  void run() {
    for (int step = 0; step < 14 && !testing::Test::HasFatalFailure(); ++step) {
      append();
      if (below(2) == 0) ASSERT_TRUE(store_.silo().seal(true));
      if (below(5) == 0) store_.reopen();
      if (below(4) == 0) store_.clock().advance(Duration::hours(hours(30)));
      if (below(9) == 0) store_.clock().advance(Duration::days(200));
      if (below(3) == 0) ASSERT_TRUE(store_.silo().purge());
      compare();
    }
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  std::int64_t hours(std::uint64_t bound) { return static_cast<std::int64_t>(below(bound)); }

  std::optional<std::string> value() {
    if (below(12) == 0) return {};
    if (mostly_words_) return "WORD" + std::to_string(below(5));
    if (below(40) == 0) return "odd";
    return std::to_string(static_cast<int>(below(400'000)) - 200'000) +
           (below(2) == 0 ? "" : ".25");
  }
  void append() {
    mostly_words_ = below(3) == 0;
    const bool dense = below(2) == 0;
    const std::uint64_t count = dense ? 1'500 : below(40);
    const std::uint64_t within = dense ? 20 * 3'600'000ULL : 3 * 86'400'000ULL;
    const Time start = kMidnight + Duration::hours(hours(48));
    Batch batch;
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto offset = static_cast<std::int64_t>(below(within));
      batch.samples.push_back({x_, sample(start + Duration::milliseconds(offset), value())});
      batch.samples.back().sample.folds = true;
    }
    ASSERT_TRUE(store_.silo().append(access_, batch));
  }
  void compare() {
    const auto all = read_all(store_.silo(), access_, x_);
    const Duration steps[] = {Duration::hours(1), Duration::hours(24), Duration::hours(8),
                              Duration::minutes(37)};
    const Duration step = steps[below(4)];
    TimeRange range{kMidnight - Duration::days(1), kMidnight + Duration::days(6)};
    if (below(3) == 0) range.from += Duration::milliseconds(hours(200'000'000));
    if (below(3) == 0) range.to = range.from + Duration::milliseconds(1 + hours(300'000'000));
    const auto got = store_.silo().rollup(access_, x_, range, step);
    ASSERT_TRUE(got) << got.error().message();
    expect_same(*got, plain_rollup(all, range, step));
    state(all, range.from + Duration::milliseconds(hours(500'000'000)));
  }
  void state(const std::vector<PlainSample>& all, Time at) {
    const auto got = *store_.silo().state_at(access_, x_, at);
    const auto behind = std::ranges::upper_bound(all, at, {}, &PlainSample::at);
    ASSERT_EQ(got.has_value(), behind != all.begin());
    if (!got) return;
    auto first = std::prev(behind);
    EXPECT_EQ(got->value, first->value);
    EXPECT_EQ(got->told, first->at);
    while (first != all.begin() && std::prev(first)->value == got->value) --first;
    EXPECT_EQ(got->since, first->at);
    const auto last = *store_.silo().last_at(access_, x_, at);
    EXPECT_EQ(last->value, got->value);
  }

  std::mt19937_64 random_;
  TemporaryStore store_;
  const Access access_;
  SeriesId x_;
  bool mostly_words_ = false;
};

TEST(Rollups, equal_the_plain_computation_over_all_samples) {
  const std::uint64_t first_seed = std::random_device{}();
  for (std::uint64_t seed = first_seed; seed < first_seed + 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History(seed).run();
    if (testing::Test::HasFailure()) return;
  }
}

class RollupOf : public testing::Test {
 protected:
  void say(Duration after, std::optional<std::string> value) {
    ASSERT_TRUE(silo().append(access_, {"", 0, {{x_, sample(kMidnight + after, value)}}}));
  }
  std::vector<Rollup> hourly(int from, int to) {
    return silo()
        .rollup(access_, x_, {kMidnight + Duration::hours(from), kMidnight + Duration::hours(to)},
                Duration::hours(1))
        .value();
  }
  Silo& silo() { return store_.silo(); }
  TemporaryStore store_{test_policy()};
  const Access access_ = store_.access();
  const SeriesId x_ = *silo().series(access_, kItemKind, "x");
};

TEST_F(RollupOf, numbers_weighs_them_by_the_time_they_held) {
  say(Duration::minutes(30), "10");
  say(Duration::minutes(45), "20");
  say(Duration::minutes(90), {});
  const auto made = hourly(0, 4);
  ASSERT_EQ(made.size(), 2U);  // nothing is known of the third and fourth hour
  EXPECT_EQ(made[0].numeric, Duration::minutes(30));
  EXPECT_DOUBLE_EQ(made[0].integral / made[0].numeric.in_seconds(), 15);
  EXPECT_EQ(made[1].numeric, Duration::minutes(30));
  EXPECT_DOUBLE_EQ(made[1].integral / made[1].numeric.in_seconds(), 20);
  EXPECT_EQ(made[1].gaps, 1U);
  EXPECT_FALSE(made[1].minimum);
}

TEST_F(RollupOf, words_tells_how_long_each_held_up_to_a_limit) {
  for (int i = 0; i < 70; ++i) say(Duration::seconds(i), "W" + std::to_string(i));
  const auto made = hourly(0, 1);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].words.size(), Rollup::kMostWords);
  EXPECT_EQ(made[0].other_words, Duration::hours(1) - Duration::seconds(64));
}

TEST_F(RollupOf, a_range_without_end_or_with_too_many_steps_is_refused_with_the_limit) {
  const TimeRange day{kMidnight, kMidnight + Duration::days(1)};
  EXPECT_FALSE(silo().rollup(access_, x_, {}, Duration::hours(1)));
  EXPECT_FALSE(silo().rollup(access_, x_, {day.to, day.from}, Duration::hours(1)));
  EXPECT_FALSE(silo().rollup(access_, x_, day, Duration::milliseconds(999)));
  EXPECT_TRUE(silo().rollup(access_, x_, day, Duration::seconds(1)));
  const TimeRange longer{kMidnight, kMidnight + Duration::seconds(100'000)};
  EXPECT_TRUE(silo().rollup(access_, x_, longer, Duration::seconds(1)));
  EXPECT_FALSE(silo().rollup(access_, x_, {longer.from, longer.to + Duration::seconds(1)},
                             Duration::seconds(1)));
}

TEST_F(RollupOf, damage_says_that_more_may_have_happened_and_nothing_holds_across_it) {
  say(Duration::hours(1), "A");
  say(Duration::hours(30), "B");
  say(Duration::hours(60), "C");
  ASSERT_TRUE(silo().seal(true));
  change_chunks(
      store_, [](const ChunkKey& key) { return key.day == kMidnight.utc_day() + 1; }, rot);
  const auto made = hourly(0, 62);
  ASSERT_EQ(made.size(), 23U + 2U);
  EXPECT_EQ(made[22].span.to, kMidnight + Duration::hours(24));
  EXPECT_EQ(made[23].span.from, kMidnight + Duration::hours(60));
  const auto state = [&](int hour) {
    return **silo().state_at(access_, x_, kMidnight + Duration::hours(hour));
  };
  EXPECT_EQ(state(20).value, "A");
  EXPECT_FALSE(state(26).value);
  EXPECT_TRUE(state(26).damaged);
  EXPECT_TRUE(state(50).damaged);
  EXPECT_EQ(state(61).value, "C");
  EXPECT_EQ(state(61).since, kMidnight + Duration::hours(60));
}

TEST_F(RollupOf, a_gap_is_not_known_and_not_the_value_before) {
  say(Duration::hours(1), "A");
  say(Duration::hours(2), "A");
  say(Duration::hours(3), {});
  const auto state = [&](int hour) {
    return *silo().state_at(access_, x_, kMidnight + Duration::hours(hour));
  };
  EXPECT_FALSE(state(0));
  EXPECT_EQ(state(2)->since, kMidnight + Duration::hours(1));
  EXPECT_EQ(state(2)->told, kMidnight + Duration::hours(2));
  EXPECT_FALSE(state(4)->value);
  EXPECT_FALSE(state(4)->damaged);
  EXPECT_EQ(state(4)->since, kMidnight + Duration::hours(3));
}

TEST_F(RollupOf, the_beginning_of_what_holds_is_looked_for_over_a_year_of_repeats) {
  for (int day = 0; day < 400; ++day) say(Duration::days(day), "A");
  ASSERT_TRUE(silo().seal(true));
  const auto near = **silo().state_at(access_, x_, kMidnight + Duration::days(300));
  EXPECT_EQ(near.since, kMidnight);
  EXPECT_FALSE(near.began_earlier);
  const auto far = **silo().state_at(access_, x_, kMidnight + Duration::days(399));
  EXPECT_EQ(far.since, kMidnight + Duration::days(399 - kMostDaysBack + 1));
  EXPECT_TRUE(far.began_earlier);
}

TEST_F(RollupOf, many_series_tell_their_last_values_at_once) {
  const SeriesId y = *silo().series(access_, kPoseKind, "y");
  say(Duration::hours(1), "A");
  const auto last = silo().last_at(access_, {x_, y}, Time::max());
  ASSERT_EQ(last->size(), 2U);
  EXPECT_EQ((*last)[0]->value, "A");
  EXPECT_FALSE((*last)[1]);
  EXPECT_FALSE(silo().last_at(access_, {x_, {77}}, Time::max()));
}

}  // namespace
}  // namespace heed::silo
