#include "http/live_events.h"

#include "base/json.h"

namespace heed::http {
namespace {

class LiveEventsTest : public testing::Test {
 protected:
  LiveEvents events(std::optional<std::uint64_t> after = {},
                    std::optional<machines::MachineId> watched = {}) {
    const auto wake = std::make_shared<Wake>();
    auto subscribed = feed_->subscribe(after, watched, [wake] { wake->call(); });
    require(subscribed.has_value(), "the feed has room");
    return LiveEvents({.feed = *std::move(subscribed),
                       .wake = wake,
                       .texts = texts_,
                       .watched = watched,
                       .may_listen = [this] { return may_listen_; }},
                      clock_);
  }
  void add_card(const std::string& name) {
    const auto id = machines::MachineId::make(random_);
    feed_->card_changed(id, [=] { return machines::Card{.machine = {.id = id, .name = name}}; });
  }

  ManualClock clock_{Time::from_seconds(1'700'000'000)};
  SeededRandom random_{1};
  std::shared_ptr<machines::LiveFeed> feed_ = std::make_shared<machines::LiveFeed>(clock_);
  std::shared_ptr<EventTexts> texts_ = std::make_shared<EventTexts>();
  bool may_listen_ = true;
};

TEST_F(LiveEventsTest, are_the_same_text_for_every_browser) {
  LiveEvents first = events();
  LiveEvents second = events();
  for (std::size_t i = 0; i < EventTexts::kKept + 1; ++i) add_card(std::to_string(i));
  const EventBatch told = first.next({});
  const EventBatch again = second.next({});
  ASSERT_EQ(told.events.size(), EventTexts::kKept + 1);
  ASSERT_EQ(again.events.size(), told.events.size());
  for (std::size_t i = 0; i < told.events.size(); ++i) {
    EXPECT_EQ(again.events[i].data, told.events[i].data);
  }
}

TEST_F(LiveEventsTest, are_written_once_and_no_more_of_them_are_kept_than_the_limit) {
  const auto event = [](std::uint64_t id) {
    return std::make_shared<const machines::Event>(machines::Event{id, machines::Removed{}});
  };
  const auto first = event(1);
  const auto text = texts_->of(first);
  EXPECT_EQ(texts_->of(first), text);
  for (std::size_t i = 0; i < EventTexts::kKept; ++i) texts_->of(event(2 + i));
  EXPECT_EQ(first.use_count(), 1);
  EXPECT_EQ(*texts_->of(first), *text);
}

TEST_F(LiveEventsTest, that_follow_closely_are_fetched_together_without_a_wake_for_each) {
  LiveEvents source = events();
  int woken = 0;
  const Subscription subscription = source.subscribe([&] { ++woken; });
  add_card("Mazak");
  EXPECT_EQ(source.next({}).again_in, LiveEvents::kRest);
  for (int i = 0; i < 10; ++i) add_card(std::to_string(i));
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(source.next({}).events.size(), 10U);
  EXPECT_FALSE(source.next({}).again_in);
  add_card("Okuma");
  EXPECT_EQ(woken, 2);
}

TEST_F(LiveEventsTest, come_in_order_and_without_loss_as_many_as_the_ring_holds) {
  LiveEvents source = events();
  for (std::size_t i = 0; i < machines::LiveFeed::kRing; ++i) add_card(std::to_string(i));
  const EventBatch batch = source.next({});
  ASSERT_EQ(batch.events.size(), machines::LiveFeed::kRing);
  for (std::size_t i = 0; i < batch.events.size(); ++i) {
    const Json card = *Json::parse(batch.events[i].data);
    EXPECT_EQ(*card.find("name")->string(), std::to_string(i));
  }
}

TEST_F(LiveEventsTest, that_the_ring_lost_are_replaced_by_a_reset) {
  LiveEvents source = events();
  for (std::size_t i = 0; i < machines::LiveFeed::kRing + 10; ++i) add_card(std::to_string(i));
  const EventBatch batch = source.next({});
  ASSERT_FALSE(batch.events.empty());
  EXPECT_EQ(batch.events.front().type, "reset");
  EXPECT_EQ(batch.events.front().id, feed_->last_id());
}

TEST_F(LiveEventsTest, tell_of_a_removed_machine_by_its_id) {
  LiveEvents source = events();
  const auto machine = machines::MachineId::make(random_);
  feed_->removed(machine);
  const EventBatch batch = source.next({});
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events[0].type, "removed");
  EXPECT_EQ(batch.events[0].data, "{\"machine\":\"" + machine.text() + "\"}");
}

TEST_F(LiveEventsTest, wake_their_connection_until_it_lets_go) {
  LiveEvents source = events();
  int woken = 0;
  Subscription subscription = source.subscribe([&] { ++woken; });
  add_card("Mazak");
  EXPECT_EQ(woken, 1);
  subscription.reset();
  add_card("Okuma");
  EXPECT_EQ(woken, 1);
}

TEST_F(LiveEventsTest, end_soon_after_the_listener_may_listen_no_more) {
  LiveEvents source = events();
  may_listen_ = false;
  add_card("Mazak");
  EXPECT_FALSE(source.next({}).end);
  clock_.advance(LiveEvents::kStandingAge);
  add_card("Okuma");
  const EventBatch last = source.next({});
  EXPECT_TRUE(last.end);
  EXPECT_TRUE(last.events.empty());
}

}  // namespace
}  // namespace heed::http
