// Event streams over a real connection.
#include <gtest/gtest.h>

#include "base/sync.h"
#include "http/event_stream.h"
#include "http/testing.h"

namespace heed::http {
namespace {

using testing::Client;
using testing::kFarOff;
using testing::Running;

/// Numbered events in a list that keeps the last few, as the floor's ring does.
class Feed {
 public:
  void say(std::string data) {
    const Lock lock(mutex_);
    events_.push_back({++last_, "machine", std::move(data)});
    for (const auto& [key, wake] : wakes_) wake();
  }
  EventBatch after(std::optional<std::uint64_t> id) {
    const Lock lock(mutex_);
    EventBatch batch;
    for (const Event& event : events_) {
      if (event.id > id.value_or(0)) batch.events.push_back(event);
    }
    return batch;
  }
  Subscription subscribe(std::function<void()> wake) {
    const Lock lock(mutex_);
    const int key = ++keys_;
    wakes_.emplace_back(key, std::move(wake));
    return {nullptr, [this, key](std::nullptr_t) {
              const Lock again(mutex_);
              std::erase_if(wakes_, [&](const auto& held) { return held.first == key; });
              changed_.wake_all();
            }};
  }
  /// Within five seconds.
  bool has_subscribers(std::size_t count) {
    const Lock lock(mutex_);
    for (int tries = 0; wakes_.size() != count && tries < 500; ++tries) {
      changed_.wait_for(mutex_, Duration::milliseconds(10));
    }
    return wakes_.size() == count;
  }

 private:
  Mutex mutex_;
  Condition changed_;
  std::vector<Event> events_ HEED_GUARDED_BY(mutex_);
  std::vector<std::pair<int, std::function<void()>>> wakes_ HEED_GUARDED_BY(mutex_);
  std::uint64_t last_ HEED_GUARDED_BY(mutex_) = 0;
  int keys_ HEED_GUARDED_BY(mutex_) = 0;
};

class FeedSource final : public EventSource {
 public:
  explicit FeedSource(Feed& feed) : feed_(feed) {}
  EventBatch next(std::optional<std::uint64_t> after_id) override { return feed_.after(after_id); }
  Subscription subscribe(std::function<void()> wake) override {
    return feed_.subscribe(std::move(wake));
  }

 private:
  Feed& feed_;
};

/// Gives one event a pull, and asks to be pulled again.
class SlowSource final : public EventSource {
 public:
  EventBatch next(std::optional<std::uint64_t> after_id) override {
    const std::uint64_t id = after_id.value_or(0) + 1;
    return {.events = {{id, "tick", std::to_string(id)}}, .again_in = Duration::milliseconds(30)};
  }
  Subscription subscribe(std::function<void()>) override { return std::make_shared<int>(); }
};

class LiveTest : public ::testing::Test {
 protected:
  LiveTest() {
    router_
        .add({.pattern = "/live",
              .name = "live",
              .need = Need::kNothing,
              .handler =
                  [this](const Context&) {
                    Response response;
                    response.events = std::make_shared<FeedSource>(feed_);
                    return response;
                  }})
        .add({.pattern = "/slow",
              .name = "slow",
              .need = Need::kNothing,
              .handler = [](const Context&) {
                Response response;
                response.events = std::make_shared<SlowSource>();
                return response;
              }});
  }

  Feed feed_;
  Router router_;
};

TEST_F(LiveTest, an_event_reaches_an_open_stream) {
  Running running(router_);
  Client client(running.port());
  client.get("/live");
  const std::string head = client.take_until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_NE(head.find("Cache-Control: no-store\r\n"), std::string::npos);
  client.take_until("retry: 2000\n\n\r\n");
  feed_.say("one");
  EXPECT_EQ(client.take_until("\n\n\r\n"), "20\r\nid: 1\nevent: machine\ndata: one\n\n\r\n");
  feed_.say("two");
  EXPECT_NE(client.take_until("\n\n\r\n").find("data: two\n"), std::string::npos);
}

TEST_F(LiveTest, a_browser_that_comes_back_gets_what_it_missed_and_no_more) {
  for (const char* word : {"one", "two", "three"}) feed_.say(word);
  Running running(router_);
  Client header(running.port());
  header.get("/live", "Last-Event-ID: 2\r\n");
  header.take_until("retry: 2000\n\n\r\n");
  EXPECT_NE(header.take_until("\n\n\r\n").find("id: 3\nevent: machine\ndata: three\n\n"),
            std::string::npos);
  Client query(running.port());
  query.get("/live?after=1");
  query.take_until("retry: 2000\n\n\r\n");
  EXPECT_NE(query.take_until("\n\n\r\n").find("id: 2\n"), std::string::npos);
}

TEST_F(LiveTest, a_quiet_stream_beats_so_that_nobody_takes_it_for_dead) {
  Running running(router_, {.limits = {.heartbeat = Duration::milliseconds(50)}});
  Client client(running.port());
  client.get("/live");
  client.take_until("retry: 2000\n\n\r\n");
  EXPECT_EQ(client.take_until("\n\n\r\n"), "3\r\n:\n\n\r\n");
  EXPECT_EQ(client.take_until("\n\n\r\n"), "3\r\n:\n\n\r\n");
}

TEST_F(LiveTest, a_source_that_holds_back_is_asked_again_without_a_wake) {
  Running running(router_);
  Client client(running.port());
  client.get("/slow");
  client.take_until("data: 1\n");
  const Duration start = SystemClock().steady();
  EXPECT_NE(client.take_until("data: 3\n").find("id: 2\n"), std::string::npos);
  EXPECT_GT((SystemClock().steady() - start).in_seconds(), 0.05);
}

TEST_F(LiveTest, a_browser_that_leaves_is_unsubscribed_at_once) {
  Running running(router_, {.limits = {.heartbeat = kFarOff}});
  Client client(running.port());
  client.get("/live");
  client.take_until("retry: 2000\n\n\r\n");
  EXPECT_TRUE(feed_.has_subscribers(1));
  client.hang_up();
  EXPECT_TRUE(feed_.has_subscribers(0));
}

TEST_F(LiveTest, a_client_that_does_not_read_is_cut_off_and_holds_up_nobody) {
  Running running(router_, {.limits = {.write_timeout = Duration::seconds(1)}});
  Client stuck(running.port());
  stuck.get("/live");
  Client lively(running.port());
  lively.get("/live");
  lively.take_until("retry: 2000\n\n\r\n");
  EXPECT_TRUE(feed_.has_subscribers(2));
  for (int i = 0; i < 20; ++i) feed_.say(std::string(600'000, 'x'));
  feed_.say("last");
  EXPECT_NE(lively.take_until("data: last\n").find("id: 21\n"), std::string::npos);
  EXPECT_TRUE(feed_.has_subscribers(1));
}

TEST_F(LiveTest, stopping_ends_every_stream_properly_and_in_time) {
  Running running(router_, {.limits = {.heartbeat = kFarOff, .stop_grace = kFarOff}});
  Client client(running.port());
  client.get("/live");
  client.take_until("retry: 2000\n\n\r\n");
  const Duration start = SystemClock().steady();
  running.server().stop();
  EXPECT_LT(SystemClock().steady() - start, kFarOff);
  EXPECT_EQ(client.take_until("0\r\n\r\n"), "0\r\n\r\n");
  EXPECT_TRUE(client.ended());
  EXPECT_TRUE(feed_.has_subscribers(0));
}

TEST_F(LiveTest, a_wake_after_the_server_has_gone_is_harmless) {
  std::function<void()> kept;
  class Keeper final : public EventSource {
   public:
    explicit Keeper(std::function<void()>& k) : kept_(k) {}
    EventBatch next(std::optional<std::uint64_t>) override { return {}; }
    Subscription subscribe(std::function<void()> wake) override {
      kept_ = std::move(wake);
      return std::make_shared<int>();
    }

   private:
    std::function<void()>& kept_;
  };
  router_.add({.pattern = "/kept",
               .name = "kept",
               .need = Need::kNothing,
               .handler = [&kept](const Context&) {
                 Response response;
                 response.events = std::make_shared<Keeper>(kept);
                 return response;
               }});
  {
    Running running(router_);
    Client client(running.port());
    client.get("/kept");
    client.take_until("retry: 2000\n\n\r\n");
  }
  ASSERT_TRUE(kept);
  kept();
}

}  // namespace
}  // namespace heed::http
