#include "silo/chunk_cache.h"

#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

constexpr std::size_t kMost = 64U << 10;

std::shared_ptr<const Run> run_of(std::size_t bytes) {
  auto run = std::make_shared<Run>();
  run->add({}, std::string(bytes, 'x'));
  run->fit();
  return run;
}

ChunkCache::Name name(OrganizationId organization, Bytes chunk, Time deadline = Time::max()) {
  return {organization, deadline, std::move(chunk)};
}

struct Two {
  TestRandom random{1};
  OrganizationId a = OrganizationId::make(random);
  OrganizationId b = OrganizationId::make(random);
  ChunkCache cache{kMost};
};

TEST(ChunkCache, keeps_what_was_used_last_within_its_bytes) {
  Two t;
  constexpr std::size_t kSize = 10'000;
  for (int i = 0; i < 100; ++i) {
    t.cache.put(name(t.a, std::to_string(i)), run_of(kSize));
    EXPECT_TRUE(t.cache.find(name(t.a, "0"))) << i;
    EXPECT_LE(t.cache.bytes(), kMost);
  }
  EXPECT_TRUE(t.cache.find(name(t.a, "99")));
  EXPECT_FALSE(t.cache.find(name(t.a, "1")));
  EXPECT_GT(t.cache.bytes(), kMost / 2);
}

TEST(ChunkCache, keeps_no_run_that_would_push_out_most_others) {
  Two t;
  t.cache.put(name(t.a, "fits"), run_of(kMost / 8));
  t.cache.put(name(t.a, "large"), run_of(kMost / 4));
  EXPECT_TRUE(t.cache.find(name(t.a, "fits")));
  EXPECT_FALSE(t.cache.find(name(t.a, "large")));
  ChunkCache none(0);
  none.put(name(t.a, "any"), run_of(1));
  EXPECT_FALSE(none.find(name(t.a, "any")));
}

TEST(ChunkCache, gives_no_silo_what_is_another_silos) {
  Two t;
  t.cache.put(name(t.a, "chunk"), run_of(1));
  EXPECT_FALSE(t.cache.find(name(t.b, "chunk")));
  t.cache.put(name(t.b, "chunk"), run_of(2));
  t.cache.forget(t.a);
  EXPECT_FALSE(t.cache.find(name(t.a, "chunk")));
  EXPECT_TRUE(t.cache.find(name(t.b, "chunk")));
  t.cache.forget(t.b);
  EXPECT_EQ(t.cache.bytes(), 0U);
}

TEST(ChunkCache, keeps_nothing_that_is_expired_whoever_brings_it_late) {
  Two t;
  const Time due = Time::from_seconds(100);
  t.cache.put(name(t.a, "due", due), run_of(1));
  t.cache.put(name(t.a, "later", due + Duration::nanoseconds(1)), run_of(1));
  t.cache.put(name(t.b, "due", due), run_of(1));
  t.cache.forget_expired(t.a, due);
  t.cache.put(name(t.a, "due", due), run_of(1));
  EXPECT_FALSE(t.cache.find(name(t.a, "due", due)));
  EXPECT_TRUE(t.cache.find(name(t.a, "later", due + Duration::nanoseconds(1))));
  EXPECT_TRUE(t.cache.find(name(t.b, "due", due)));
}

constexpr Time kNoon = Time::from_seconds(1'700'049'600);

TEST(ChunkCache, never_shows_a_series_as_it_was_before_it_was_sealed_anew) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  Silo& silo = store.silo();
  const SeriesId x = *silo.series(access, kItemKind, "x");
  for (int i = 0; i < 20; ++i) {
    const Time at = kNoon + Duration::seconds(i);
    ASSERT_TRUE(silo.append(access, {"", 0, {{x, sample(at, std::to_string(i))}}}));
    ASSERT_TRUE(silo.seal(true));
    EXPECT_EQ((*silo.last_at(access, x, Time::max()))->value, std::to_string(i));
    EXPECT_EQ((*silo.last_at(access, x, kNoon))->value, "0");
  }
  EXPECT_LT(silo.statistics().sealed_chunks, 20U) << "none was sealed anew";
}

TEST(ChunkCache, shows_no_organization_the_same_chunk_of_another) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  const auto other = *store.store().create(OrganizationId::make(store.random()));
  for (Silo* silo : {&store.silo(), other.get()}) {
    const SeriesId x = *silo->series(access, kItemKind, "x");
    const std::string mine = silo->organization().text();
    ASSERT_TRUE(silo->append(access, {"", 0, {{x, sample(kNoon, mine)}}}));
    ASSERT_TRUE(silo->seal(true));
  }
  for (int round = 0; round < 2; ++round) {
    for (Silo* silo : {&store.silo(), other.get()}) {
      const SeriesId x = *silo->series(access, kItemKind, "x");
      EXPECT_EQ((*silo->last_at(access, x, kNoon))->value, silo->organization().text());
    }
  }
}

TEST(ChunkCache, shows_nothing_past_its_deadline_whether_or_not_the_purge_has_run) {
  TemporaryStore store(test_policy());
  const Access access = store.access();
  Silo& silo = store.silo();
  const SeriesId x = *silo.series(access, kPoseKind, "x");
  ASSERT_TRUE(silo.append(access, {"", 0, {{x, sample(kNoon, "old")}}}));
  ASSERT_TRUE(silo.seal(true));
  ASSERT_TRUE(*silo.last_at(access, x, Time::max()));
  store.clock().advance(Duration::days(400));
  EXPECT_FALSE(*silo.last_at(access, x, Time::max()));
  EXPECT_EQ(silo.purge()->chunks, 1U);
  EXPECT_FALSE(*silo.last_at(access, x, Time::max()));
}

}  // namespace
}  // namespace heed::silo
