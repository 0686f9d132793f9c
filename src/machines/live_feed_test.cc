#include "machines/live_feed.h"

#include <gtest/gtest.h>

namespace heed::machines {
namespace {

class LiveFeedTest : public testing::Test {
 protected:
  LiveFeedTest() : feed(std::make_shared<LiveFeed>(clock)) {}
  std::unique_ptr<Subscription> join(std::optional<std::uint64_t> after = {},
                                     std::optional<MachineId> watch = {}) {
    return feed->subscribe(after, watch, [this] { ++woken; }).value();
  }
  void change(std::string name) {
    feed->card_changed(mill, [name] {
      Card card;
      card.machine.name = name;
      return std::optional(card);
    });
  }
  static std::string name_of(const std::shared_ptr<const Event>& event) {
    return std::get<Card>(event->what).machine.name;
  }

  ManualClock clock{Time::from_seconds(1'000'000)};
  SeededRandom random{7};
  MachineId mill = MachineId::make(random);
  MachineId lathe = MachineId::make(random);
  std::shared_ptr<LiveFeed> feed;
  int woken = 0;
};

TEST_F(LiveFeedTest, a_card_goes_out_at_most_five_times_a_second_and_the_last_one_wins) {
  auto viewer = join();
  change("first");
  change("second");
  change("third");
  feed->tick();
  const auto at_once = viewer->take();
  clock.advance(LiveFeed::kCardInterval);
  feed->tick();
  const auto later = viewer->take();

  ASSERT_EQ(at_once.events.size(), 1U);
  EXPECT_EQ(name_of(at_once.events[0]), "first");
  ASSERT_EQ(later.events.size(), 1U);
  EXPECT_EQ(name_of(later.events[0]), "third");
  EXPECT_EQ(woken, 2);
}

TEST_F(LiveFeedTest, a_viewer_that_comes_back_gets_what_it_missed) {
  auto viewer = join();
  change("first");
  const std::uint64_t seen = viewer->take().last;
  viewer.reset();
  feed->removed(lathe);

  const auto missed = join(seen)->take();

  EXPECT_FALSE(missed.reset);
  ASSERT_EQ(missed.events.size(), 1U);
  EXPECT_EQ(missed.events[0]->id, seen + 1);
  EXPECT_EQ(std::get<Removed>(missed.events[0]->what).machine, lathe);
}

TEST_F(LiveFeedTest, a_viewer_slower_than_the_ring_is_told_to_reset) {
  auto viewer = join();
  for (std::size_t i = 0; i <= LiveFeed::kRing; ++i) feed->removed(lathe);
  const auto late = viewer->take();
  feed->removed(lathe);

  EXPECT_TRUE(late.reset);
  EXPECT_TRUE(late.events.empty());
  EXPECT_EQ(viewer->take().events.size(), 1U);
}

TEST_F(LiveFeedTest, a_viewer_exactly_as_slow_as_the_ring_misses_nothing) {
  auto viewer = join();
  for (std::size_t i = 0; i < LiveFeed::kRing; ++i) feed->removed(lathe);

  const auto taken = viewer->take();

  EXPECT_FALSE(taken.reset);
  EXPECT_EQ(taken.events.size(), LiveFeed::kRing);
}

TEST_F(LiveFeedTest, an_id_of_an_earlier_start_is_told_to_reset) {
  const std::uint64_t before = feed->last_id();
  clock.advance(Duration::hours(1));
  feed = std::make_shared<LiveFeed>(clock);

  EXPECT_TRUE(join(before)->take().reset);
  EXPECT_TRUE(join(feed->last_id() + 5)->take().reset);
  EXPECT_FALSE(join(feed->last_id())->take().reset);
}

TEST_F(LiveFeedTest, values_go_to_who_watches_at_most_ten_times_a_second) {
  auto watcher = join({}, mill);
  auto other = join({}, lathe);
  feed->values(mill, {{"x", "1", clock.now()}});
  const auto first = watcher->take();
  feed->values(mill, {{"x", "2", clock.now()}, {"y", std::nullopt, clock.now()}});
  feed->values(mill, {{"x", "3", clock.now()}});
  const auto too_soon = watcher->take();
  clock.advance(LiveFeed::kValuesInterval);
  feed->tick();
  const auto second = watcher->take();

  EXPECT_EQ(first.values.size(), 1U);
  EXPECT_TRUE(too_soon.values.empty());
  ASSERT_EQ(second.values.size(), 2U);
  EXPECT_EQ(second.values[0].value, "3");
  EXPECT_FALSE(second.values[1].value);
  EXPECT_EQ(woken, 2);
  EXPECT_TRUE(other->take().values.empty());
  EXPECT_FALSE(feed->watched(MachineId()));
}

TEST_F(LiveFeedTest, more_viewers_than_the_limit_are_refused) {
  std::vector<std::unique_ptr<Subscription>> viewers;
  for (std::size_t i = 0; i < LiveFeed::kViewers; ++i) viewers.push_back(join());

  const auto one_more = feed->subscribe({}, {}, [] {});

  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error().kind, ErrorKind::kExhausted);
  viewers.pop_back();
  EXPECT_TRUE(feed->subscribe({}, {}, [] {}));
}

}  // namespace
}  // namespace heed::machines
