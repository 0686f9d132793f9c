#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

std::string texts(const Silo& silo, const Access& access, SeriesId series, TimeRange range = {}) {
  std::string all;
  const auto read = silo.read(access, series, range, [&](const SampleView& s) {
    all += (s.gap ? "~" : std::string(s.text)) + " ";
    return true;
  });
  return read ? all : read.error().message();
}

constexpr Time kNoon = Time::from_seconds(1'700'049'600);  // 2023-11-15T12:00:00Z

TEST(Series, samples_come_back_in_time_order_and_equal_times_as_appended) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  Silo& silo = store.silo();
  const SeriesId x = *silo.series(access, kItemKind, "x");
  const auto at = [](int seconds) { return kNoon + Duration::seconds(seconds); };
  ASSERT_TRUE(silo.append(access, {"m", 1, {{x, sample(at(5), "b")}, {x, sample(at(5), "c")}}}));
  ASSERT_TRUE(silo.append(access, {"m", 2, {{x, sample(at(1), "a")}, {x, sample(at(9), {})}}}));
  ASSERT_TRUE(silo.seal(true));
  ASSERT_TRUE(silo.append(access, {"m", 3, {{x, sample(at(5), "d")}}}));
  EXPECT_EQ(texts(silo, access, x), "a b c d ~ ");
  ASSERT_TRUE(silo.seal(true));
  EXPECT_EQ(texts(silo, access, x), "a b c d ~ ");
  EXPECT_EQ(texts(silo, access, x, {at(5), at(9)}), "b c d ");
  store.reopen();
  EXPECT_EQ(texts(store.silo(), access, x), "a b c d ~ ");
  EXPECT_EQ(store.silo().statistics().sealed_samples, 5U);
}

TEST(Series, a_batch_is_taken_exactly_once) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const SeriesId x = *store.silo().series(access, kItemKind, "x");
  const Batch first{"m", 4, {{x, sample(kNoon, "1")}}};
  EXPECT_FALSE(store.silo().append(access, first)->duplicate);
  EXPECT_TRUE(store.silo().append(access, first)->duplicate);
  store.reopen();
  EXPECT_TRUE(store.silo().append(access, first)->duplicate);
  ASSERT_TRUE(store.silo().seal(true));
  store.reopen();
  EXPECT_TRUE(store.silo().append(access, first)->duplicate);
  EXPECT_EQ(store.silo().last_batch("m"), 4U);
  EXPECT_EQ(store.silo().last_batch("other"), 0U);
  EXPECT_EQ(texts(store.silo(), access, x), "1 ");
}

TEST(Series, a_batch_into_a_series_that_never_was_is_refused_whole) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const SeriesId x = *store.silo().series(access, kItemKind, "x");
  for (const std::uint32_t number : {0U, 2U, 0xffff'ffffU}) {
    const SeriesId none{number};
    for (const Batch& batch :
         {Batch{"", 0, {{none, sample(kNoon, "1")}}},
          Batch{"", 0, {{x, sample(kNoon, "1")}, {none, sample(kNoon, "2")}}}}) {
      const auto done = store.silo().append(access, batch);
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().message(), "there is no series " + std::to_string(number));
    }
  }
  EXPECT_EQ(texts(store.silo(), access, x), "");
}

TEST(Series, the_last_sample_is_found_across_days_heads_and_chunks) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  Silo& silo = store.silo();
  const SeriesId other = *silo.series(access, kItemKind, "other");
  const SeriesId x = *silo.series(access, kItemKind, "x");
  const auto day = [](int days) { return kNoon + Duration::days(days); };
  ASSERT_TRUE(silo.append(access, {"", 0, {{x, sample(day(-300), "old")}}}));
  for (int i = -200; i < 0; ++i) {
    ASSERT_TRUE(silo.append(access, {"", 0, {{other, sample(day(i), "noise")}}}));
  }
  ASSERT_TRUE(silo.seal(true));
  ASSERT_TRUE(silo.append(access, {"", 0, {{x, sample(day(0), "new")}}}));
  const auto value = [&](Time at) {
    const auto found = silo.last_at(access, x, at);
    return found && *found ? (*found)->value.value_or("~") : std::string("none");
  };
  EXPECT_EQ(value(Time::max()), "new");
  EXPECT_EQ(value(day(0)), "new");
  EXPECT_EQ(value(day(0) - Duration::nanoseconds(1)), "old");
  EXPECT_EQ(value(day(-300)), "old");
  EXPECT_EQ(value(day(-301)), "none");
  EXPECT_EQ(value(Time::min()), "none");
}

/// What lies between the braces of a day: values much longer than a machine's usual words.
struct LongTexts {
  const char* name;
  std::size_t samples;
  std::size_t size;
  std::size_t different;  ///< How many of the values are
};

std::string long_text(const LongTexts& texts, std::size_t i) {
  std::string text = std::to_string(i % texts.different);
  text.resize(texts.size, 'x');
  return text;
}

TEST(Series, a_day_of_long_texts_is_sealed_and_read_back_to_the_letter) {
  constexpr std::size_t kAtOnce = 30U << 20;  // more than a chunk holds
  for (const LongTexts& texts :
       {LongTexts{"beyond one chunk, repeated", 20'000, 1'000, 20},
        LongTexts{"beyond one chunk, all different", 20'000, 1'000, 20'000},
        LongTexts{"beyond 64 MiB, longest values", 2'150, 32'768, 20}}) {
    SCOPED_TRACE(texts.name);
    TemporaryStore store(test_policy());
    const Access access = store.access();
    const SeriesId x = *store.silo().series(access, kItemKind, "x");
    Batch batch;
    for (std::size_t i = 0; i < texts.samples; ++i) {
      const Time at = kNoon + Duration::milliseconds(static_cast<std::int64_t>(i));
      batch.samples.push_back({x, sample(at, long_text(texts, i))});
      if (batch.samples.size() * texts.size < kAtOnce && i + 1 < texts.samples) continue;
      ASSERT_TRUE(store.silo().append(access, batch));
      batch.samples.clear();
    }
    ASSERT_TRUE(store.silo().seal(true));
    store.reopen();
    std::size_t seen = 0;
    const auto read = store.silo().read(access, x, {}, [&](const SampleView& s) {
      return s.text == long_text(texts, seen) && ++seen > 0;
    });
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(seen, texts.samples);
    EXPECT_EQ(store.silo().statistics().sealed_samples, texts.samples);
  }
}

TEST(Series, a_head_of_long_texts_is_sealed_before_it_is_long) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const SeriesId x = *store.silo().series(access, kItemKind, "x");
  const std::string longest(32'768, 'x');
  const std::size_t fit = store.options().head_bytes / longest.size();
  for (std::size_t i = 0; i + 1 < fit; ++i) {
    ASSERT_TRUE(store.silo().append(access, {"", 0, {{x, sample(kNoon, longest)}}}));
  }
  EXPECT_EQ(store.silo().statistics().head_samples, fit - 1);
  ASSERT_TRUE(store.silo().seal_if_full());
  EXPECT_EQ(store.silo().statistics().head_samples, fit - 1);
  ASSERT_TRUE(store.silo().append(access, {"", 0, {{x, sample(kNoon, longest)}}}));
  ASSERT_TRUE(store.silo().seal_if_full());
  EXPECT_EQ(store.silo().statistics().head_samples, 0U);
  EXPECT_EQ(store.silo().statistics().sealed_samples, fit);
}

}  // namespace
}  // namespace heed::silo
