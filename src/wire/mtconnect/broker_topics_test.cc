#include "wire/mtconnect/broker_topics.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "wire/mtconnect/broker_session.h"
#include "wire/mtconnect/broker_testing.h"

namespace heed::wire::mtconnect {
namespace {

using testing::probe;

/// What a person is told; the rest is of no account here.
class Steps final : public BrokerListener {
 public:
  std::string all;
  int models = 0;

  void on_devices(const DeviceModel&) override { ++models; }
  void on_observation(const Observation&, BytesView, bool) override {}
  void on_gap(const Gap&) override {}
  void on_commit(const Cursor&, const Header&) override {}
  void on_discard() override {}
  void on_asset(const Asset&) override {}
  void on_asset_gone(std::string_view) override {}
  void on_trouble(const Error&) override {}
  void on_strange(std::string_view topic, BytesView, const Error&) override { all += topic; }
  void on_step(const std::string& words, bool) override { all += words; }
  void on_away(const std::string&) override {}
};

constexpr std::string_view kEntity = "MTConnect/Devices/u-1/Observations/Xact";
constexpr std::string_view kLegacy = "MTConnect/Observation/u-1/Axes/X/Position.Actual";
constexpr std::string_view kMessage =
    R"({"dataItemId":"Xact","type":"POSITION","category":"SAMPLE",)"
    R"("timestamp":"2025-10-20T15:30:45.123456Z","result":"150.500000","sequence":1234})";

class ItemTopics : public ::testing::Test {
 protected:
  ItemTopics() { session_.connected(now_); }
  bool publish(std::string_view topic, std::string_view payload, bool kept) {
    return session_.message(topic, payload, kept, now_);
  }
  bool wait(Duration duration) {
    now_ = now_ + duration;
    return session_.deadline() <= now_ && session_.on_time(now_);
  }

  SeededRandom random_{1};
  Steps steps_;
  Duration now_ = Duration::seconds(1'000);
  BrokerSession session_{{}, steps_, random_};
};

TEST(ItemTopic, is_that_of_one_item_below_the_beginning) {
  for (const std::string_view topic : {kEntity, kLegacy}) {
    EXPECT_TRUE(is_item_topic(topic, "MTConnect")) << topic;
    EXPECT_FALSE(is_item_topic(topic, "Shop")) << topic;
  }
  EXPECT_TRUE(is_item_topic("a/b/Devices/u/Observations/x/y", "a/b"));
  for (const std::string_view topic :
       {"MTConnect", "MTConnect/Devices/u-1/Observations", "MTConnect/Devices/u-1/Observations/",
        "MTConnect/Devices//Observations/x", "MTConnect/Devices/u-1/Device",
        "MTConnect/Devices/u-1", "MTConnect/Observation/", "MTConnect/Current/u-1",
        "MTConnectX/Observation/x", ""}) {
    EXPECT_FALSE(is_item_topic(topic, "MTConnect")) << topic;
  }
}

TEST_F(ItemTopics, alone_are_told_with_the_sink_to_configure) {
  EXPECT_FALSE(publish(kEntity, kMessage, true)) << "a probe may still come";
  EXPECT_TRUE(wait(BrokerSession::kNothingKept));
  EXPECT_TRUE(steps_.all.contains(kEntity)) << steps_.all;
  EXPECT_TRUE(steps_.all.contains("MqttService")) << steps_.all;
  EXPECT_FALSE(steps_.all.contains("MqttRetain")) << steps_.all;
  EXPECT_EQ(session_.filters(), std::vector<std::string>{"MTConnect/Probe/+"})
      << "nothing more of them has to come";
  const std::string told = steps_.all;
  session_.connected(now_);
  EXPECT_FALSE(publish(kLegacy, kMessage, false));
  EXPECT_FALSE(wait(Duration::hours(1)));
  EXPECT_EQ(steps_.all, told) << "once is enough";
}

TEST_F(ItemTopics, that_come_after_the_first_complaint_are_told_at_once) {
  EXPECT_FALSE(wait(BrokerSession::kNothingKept));
  EXPECT_TRUE(steps_.all.contains("MqttRetain")) << steps_.all;
  EXPECT_TRUE(publish(kLegacy, kMessage, false)) << "subscribe anew, without them";
  EXPECT_TRUE(steps_.all.contains("MqttService beside or instead")) << steps_.all;
}

TEST_F(ItemTopics, beside_documents_are_of_no_account) {
  EXPECT_FALSE(publish("MTConnect/Probe/u-1", probe("Mill", "u-1"), true));
  EXPECT_FALSE(publish(kEntity, kMessage, true));
  EXPECT_TRUE(wait(BrokerSession::kChoice));
  EXPECT_EQ(steps_.models, 1);
  EXPECT_FALSE(publish(kEntity, kMessage, false));
  EXPECT_FALSE(wait(BrokerSession::kNothingKept));
  EXPECT_EQ(steps_.all, "");
}

TEST_F(ItemTopics, may_be_refused_to_us_by_the_broker) {
  for (const std::string& filter : session_.filters()) {
    EXPECT_EQ(BrokerSession::is_needed(filter), filter == "MTConnect/Probe/+") << filter;
  }
  EXPECT_TRUE(BrokerSession::is_needed("MTConnect/Asset/u-1/+"));
}

}  // namespace
}  // namespace heed::wire::mtconnect
