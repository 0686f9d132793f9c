// A session whose documents come whole, as over WebSocket, and what is sent for them.
#include <gtest/gtest.h>

#include "wire/mtconnect/session_harness.h"
#include "wire/mtconnect/socket_request.h"

namespace heed::wire::mtconnect {
namespace {

using testing::Recorder;
using testing::RingAgent;

constexpr std::uint64_t kItems = std::size(testing::kRingItems);

class SocketSession : public ::testing::Test {
 protected:
  Request request() {
    const Request asked = session_.next_request(now_);
    now_ = std::max(now_, asked.not_before);
    return asked;
  }
  /// Asks, and gives the one document that answers; says what was sent.
  std::string step() {
    const Request asked = request();
    session_.messages_started(now_);
    next_ = session_.message(agent_.answer(asked.path), now_);
    return socket_request(asked, "1");
  }
  void part(std::uint64_t from) { next_ = session_.message(agent_.sample(from, 100), now_); }
  void observe(int count) {
    for (int i = 0; i < count; ++i) agent_.observe("part_count", std::to_string(i), agent_.now);
  }

  RingAgent agent_;
  Recorder recorder_;
  SeededRandom random_{3};
  Duration now_;
  Next next_ = Next::kContinue;
  AgentSession session_{{.device = "Torture"}, recorder_, random_};
};

TEST_F(SocketSession, asks_for_what_a_url_would_by_members_and_reads_only) {
  EXPECT_EQ(step(), R"({"id":"1","request":"probe","device":"Torture"})");
  EXPECT_EQ(next_, Next::kClose);
  EXPECT_EQ(step(), R"({"id":"1","request":"current","device":"Torture"})");
  EXPECT_EQ(step(), R"({"id":"1","request":"sample","device":"Torture","from":11,"count":1000,)"
                    R"("interval":100,"heartbeat":10000})");
  EXPECT_EQ(next_, Next::kContinue) << "a stream goes on";
  EXPECT_EQ(socket_request({.verb = Verb::kAsset, .asset_id = "M.\"12"}, "9"),
            R"({"id":"9","request":"asset","assetIds":"M.\"12"})");
  EXPECT_EQ(socket_cancel("9"), R"({"id":"9","request":"cancel"})");
}

TEST_F(SocketSession, parts_of_a_stream_follow_each_other) {
  for (int i = 0; i < 3; ++i) step();
  observe(3);
  part(kItems + 1);
  observe(2);
  part(kItems + 4);
  EXPECT_EQ(recorder_.kept.size(), kItems + 5);
  EXPECT_EQ(session_.cursor()->next, kItems + 6);
  EXPECT_TRUE(recorder_.gaps.empty());
}

TEST_F(SocketSession, a_restart_and_a_wrapped_buffer_are_told_as_over_http) {
  for (int i = 0; i < 3; ++i) step();
  agent_.restart(2'000, agent_.now);
  part(kItems + 1);
  EXPECT_EQ(next_, Next::kClose);
  for (int i = 0; i < 3; ++i) step();
  ASSERT_EQ(recorder_.gaps.size(), 1U);
  EXPECT_EQ(recorder_.gaps[0].cause, Gap::Cause::kRestarted);
  agent_.buffer_size = 5;
  observe(20);
  next_ = session_.message(agent_.out_of_range(), now_);
  EXPECT_EQ(next_, Next::kClose);
  step();
  ASSERT_EQ(recorder_.gaps.size(), 2U);
  EXPECT_EQ(recorder_.gaps[1].cause, Gap::Cause::kOverwritten);
}

TEST_F(SocketSession, a_document_of_something_else_ends_the_exchange_and_is_told) {
  step();
  step();
  request();
  session_.messages_started(now_);
  EXPECT_EQ(session_.message(R"({"success":"true"})", now_), Next::kClose);
  ASSERT_EQ(recorder_.troubles.size(), 1U);
  EXPECT_TRUE(recorder_.troubles[0].message.contains("no MTConnect document"));
  EXPECT_EQ(session_.message("late", now_), Next::kClose) << "nothing is awaited";
}

}  // namespace
}  // namespace heed::wire::mtconnect
