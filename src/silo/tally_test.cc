#include "silo/tally.h"

#include "silo/test_kinds.h"

namespace heed::silo {
namespace {

using policy::LoggedDecision;

std::uint64_t count_of(const DecisionLog& log, std::string_view purpose, std::string_view category,
                       std::string_view clause) {
  std::uint64_t count = 0;
  for (const LoggedDecision& one : log.decisions) {
    if (one.purpose == purpose && one.category == category && one.clause == clause) {
      count += one.count;
    }
  }
  return count;
}

DecisionLog decisions(TemporaryStore& store, std::int32_t from_day = 0) {
  return *store.silo().decisions(store.access("operation", "engine"), from_day);
}

TEST(Tally, counts_what_was_decided_by_clause_and_survives) {
  TemporaryStore store(test_policy());
  ASSERT_TRUE(store.silo().put(store.access(), visit("a")));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store.silo().find(store.access(), kVisitKind, "a"));
  const Access marketing = store.access("marketing", "third_party");
  for (int i = 0; i < 30; ++i) ASSERT_FALSE(store.silo().find(marketing, kVisitKind, "a"));
  for (int start = 0; start < 2; ++start) {
    const DecisionLog log = decisions(store);
    EXPECT_EQ(count_of(log, "service.monitoring", "usage", "3.1"), 6U);
    EXPECT_EQ(count_of(log, "marketing", "usage", "4.3"), 30U) << "noted or not";
    EXPECT_EQ(log.uncounted, 0U);
    store.reopen();
  }
}

TEST(Tally, tells_the_days_apart_and_forgets_after_ninety) {
  TemporaryStore store(test_policy());
  const std::int32_t first = store.clock().now().utc_day();
  ASSERT_TRUE(store.silo().put(store.access(), visit("a")));
  store.clock().advance(Duration::days(1));
  ASSERT_TRUE(store.silo().find(store.access(), kVisitKind, "a"));
  ASSERT_TRUE(store.silo().find(store.access(), kVisitKind, "a"));
  EXPECT_EQ(count_of(decisions(store, first), "service.monitoring", "usage", "3.1"), 3U);
  EXPECT_EQ(count_of(decisions(store, first + 1), "service.monitoring", "usage", "3.1"), 2U);
  store.clock().advance(Duration::days(Tally::kDaysKept));
  ASSERT_TRUE(store.silo().purge());
  EXPECT_EQ(count_of(decisions(store, first), "service.monitoring", "usage", "3.1"), 2U);
}

TEST(Tally, is_bounded_and_tells_what_it_left_out) {
  TemporaryStore store(test_policy());
  ASSERT_TRUE(store.silo().put(store.access(), visit("a")));
  Access access = store.access();
  for (std::size_t i = 0; i < Tally::kMostRows + 10; ++i) {
    access.actor = "key-" + std::to_string(i);
    ASSERT_TRUE(store.silo().find(access, kVisitKind, "a"));
  }
  const DecisionLog log = decisions(store);
  EXPECT_LE(log.decisions.size(), Tally::kMostRows);
  EXPECT_GE(log.uncounted, 10U);
}

TEST(Tally, counts_an_expiry_under_the_clause_that_keeps) {
  TemporaryStore store(test_policy());
  ASSERT_TRUE(store.silo().put(store.access(), visit("a")));
  ASSERT_TRUE(store.silo().put(store.access(), visit("b")));
  store.clock().advance(Duration::days(500));
  ASSERT_TRUE(store.silo().purge());
  EXPECT_EQ(count_of(decisions(store), "operation", "usage", "9.1"), 2U);
}

TEST(Tally, what_was_decided_can_be_replayed_against_a_proposal) {
  TemporaryStore store(test_policy());
  ASSERT_TRUE(store.silo().put(store.access(), visit("a")));
  const Access staff = store.access("improvement", "staff");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store.silo().find(staff, kVisitKind, "a"));
  const auto proposed =
      policy::policy_of(test_text("clause 90.1 \"No.\" { deny usage for improvement to staff }\n"));
  const policy::Replay replay = policy::replay(decisions(store).decisions, *proposed);
  EXPECT_EQ(replay.newly_refused, 3U);
  EXPECT_EQ(replay.newly_allowed, 0U);
  ASSERT_EQ(replay.changes.size(), 1U);
  EXPECT_EQ(replay.changes[0].clause, "90.1");
}

TEST(Tally, is_read_by_who_may_read_the_journal) {
  TemporaryStore store(test_policy());
  EXPECT_FALSE(store.silo().decisions(store.access("marketing", "third_party"), 0));
}

}  // namespace
}  // namespace heed::silo
