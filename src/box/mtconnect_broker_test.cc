// The box against agents behind a real mosquitto. What an agent publishes is written from the
// description of cppagent's MqttService and its last will.
#include "box/test_broker.h"
#include "wire/mtconnect/broker_testing.h"

namespace heed::box {
namespace {

using wire::mtconnect::testing::document;
using wire::mtconnect::testing::probe;
using wire::mtconnect::testing::Told;

constexpr const char* kModel =
    R"({"Device":{"id":"d","name":"Mill","uuid":"u-1","DataItems":{"DataItem":[)"
    R"({"id":"e","category":"EVENT","type":"EXECUTION"},{"id":"p","category":"EVENT",)"
    R"("type":"PROGRAM"}]}}})";

class BrokerBox : public MqttBox {
 protected:
  void SetUp() override {
    MqttBox::SetUp();
    start_broker("allow_anonymous true\n");
  }
  /// As an agent does, kept by the broker unless `live`.
  void tell(const std::string& topic, const std::string& payload, bool live = false) {
    std::vector<std::string> words = {"-t", "MTConnect/" + topic, "-m", payload};
    if (!live) words.insert(words.begin(), "-r");
    publish(words);
  }
  void sample(std::uint64_t next, int time, std::vector<Told> told) {
    tell("Sample/u-1", document(7, next, time, std::move(told)));
  }
  void current(std::uint64_t next, int time, std::vector<Told> told) {
    tell("Current/u-1", document(7, next, time, std::move(told)));
  }
  void listen(const std::string& path = "/Mill", const std::string& login = "") {
    const auto added = box().add({mill_, Protocol::kMtconnect, url(path), false, login});
    ASSERT_TRUE(added) << added.error().message;
  }
  /// Published again until it arrives: subscribed is not told of.
  void wait_while_telling(const std::string& value, std::uint64_t next, std::vector<Told> told) {
    for (int i = 0; i < 100; ++i) {
      sample(next, 1, told);
      const auto values = TestIngest::values(ingest_.reports());
      if (std::ranges::count(values, value) > 0) return;
      ::usleep(20'000);
    }
    ADD_FAILURE() << value << " did not come";
  }
  std::string url(const std::string& path) const { return "mqtt://" + address() + path; }
  std::string looked(const std::string& path, const std::string& login = "") {
    const auto diagnosis = box().diagnose({Protocol::kMtconnect, url(path), login});
    std::string all;
    for (const Step& step : diagnosis->steps) all += step.say + "\n";
    return all + (diagnosis->ok ? "ok" : "not ok");
  }
  /// The gaps so far, by reason and note.
  std::string gaps() {
    std::string all;
    for (const machines::Gap& gap : ingest_.gaps()) all += gap.note + "\n";
    return all;
  }
  bool wait_for_note(const std::string& words) {
    return ingest_.wait([&](const auto& reports) {
      for (const auto& report : reports) {
        for (const auto& gap : report.gaps) {
          if (gap.note.contains(words)) return true;
        }
      }
      return false;
    });
  }
};

TEST_F(BrokerBox, what_is_kept_is_a_first_dump_and_samples_are_live_once_each) {
  tell("Probe/u-1", kModel);
  current(10, 0, {{3, "e", "READY"}, {4, "p", "O1"}});
  listen();
  ASSERT_TRUE(wait_for("e=READY"));
  sample(12, 1, {{10, "e", "ACTIVE"}, {11, "p", "O2"}});
  sample(12, 1, {{10, "e", "ACTIVE"}, {11, "p", "O2"}});
  sample(13, 2, {{12, "e", "READY"}});
  ASSERT_TRUE(wait_for("e=READY", 2));
  EXPECT_EQ(TestIngest::values(ingest_.reports()),
            (std::vector<std::string>{"e=READY", "p=O1", "e=ACTIVE", "p=O2", "e=READY"}));
  std::vector<bool> initial;
  std::size_t items = 0;
  for (const auto& report : ingest_.reports()) {
    items = std::max(items, report.model.size());
    for (std::size_t i = 0; i < report.observations.size(); ++i) initial.push_back(report.initial);
  }
  EXPECT_EQ(initial, (std::vector<bool>{true, true, false, false, false}));
  EXPECT_EQ(items, 2U) << "the model came first";
  EXPECT_EQ(gaps(), "");
  EXPECT_TRUE(ingest_.wait_for_link(true));
}

TEST_F(BrokerBox, a_broker_that_is_lost_and_comes_back_is_told_as_a_range) {
  tell("Probe/u-1", kModel);
  current(10, 0, {{3, "e", "READY"}});
  listen();
  ASSERT_TRUE(wait_for("e=READY"));
  broker_->end();
  ASSERT_TRUE(ingest_.wait_for_link(false));
  start_broker("allow_anonymous true\n");
  tell("Probe/u-1", kModel);
  current(25, 60, {{20, "e", "STOPPED"}});
  ASSERT_TRUE(wait_for("e=STOPPED"));
  EXPECT_TRUE(ingest_.wait_for_gap(machines::Gap::Reason::kDisconnected));
  EXPECT_TRUE(wait_for_note("sequences 10 to 24 did not come")) << gaps();
  EXPECT_TRUE(ingest_.wait_for_link(true, 2));
}

TEST_F(BrokerBox, a_box_that_was_stopped_goes_on_from_its_cursor) {
  tell("Probe/u-1", kModel);
  current(10, 0, {{3, "e", "READY"}});
  listen();
  ASSERT_TRUE(wait_for("e=READY"));
  sample(12, 1, {{11, "e", "ACTIVE"}});
  ASSERT_TRUE(wait_for("e=ACTIVE"));
  box_.reset();
  current(12, 10, {{11, "e", "ACTIVE"}});
  listen();
  wait_while_telling("p=O3", 14, {{13, "p", "O3"}});
  EXPECT_EQ(TestIngest::values(ingest_.reports()),
            (std::vector<std::string>{"e=READY", "e=ACTIVE", "p=O3"}));
}

TEST_F(BrokerBox, an_agents_last_will_takes_the_link_down_and_its_return_up) {
  publish({"-r", "-t", "ready", "-m", "x"});
  Program agent({"mosquitto_sub", "-h", "localhost", "-p", std::to_string(port_), "-t", "ready",
                 "--will-topic", "MTConnect/Probe/agent/Availability", "--will-payload",
                 "UNAVAILABLE", "--will-retain", "--will-qos", "1"},
                path("agent"));
  for (int i = 0; i < 500 && read_file(path("agent")).empty(); ++i) ::usleep(10'000);
  tell("Probe/agent/Availability", "AVAILABLE");
  tell("Probe/u-1", kModel);
  current(10, 0, {{3, "e", "READY"}});
  listen();
  ASSERT_TRUE(wait_for("e=READY"));
  ASSERT_TRUE(ingest_.wait_for_link(true));
  agent.end();
  ASSERT_TRUE(ingest_.wait_for_link(false));
  EXPECT_TRUE(box().status(mill_)->link.words.contains("left the broker"));
  tell("Probe/agent/Availability", "AVAILABLE");
  current(25, 60, {{20, "e", "STOPPED"}});
  ASSERT_TRUE(wait_for("e=STOPPED"));
  EXPECT_TRUE(ingest_.wait_for_link(true, 2));
  EXPECT_TRUE(wait_for_note("sequences 10 to 24")) << gaps();
}

TEST_F(BrokerBox, another_instance_is_told_as_a_restart) {
  tell("Probe/u-1", kModel);
  current(10, 0, {{3, "e", "READY"}});
  listen();
  ASSERT_TRUE(wait_for("e=READY"));
  tell("Current/u-1", document(8, 3, 60, {{2, "e", "STOPPED"}}), true);
  ASSERT_TRUE(wait_for("e=STOPPED"));
  EXPECT_TRUE(ingest_.wait_for_gap(machines::Gap::Reason::kRestarted));
}

TEST_F(BrokerBox, foreign_messages_and_several_agents_do_no_harm) {
  tell("Probe/u-0", probe("Lathe", "u-0"));
  tell("Probe/u-1", kModel);
  tell("Probe/junk", "not a document");
  current(10, 0, {{3, "e", "READY"}});
  listen();
  ASSERT_TRUE(wait_for("e=READY"));
  tell("Sample/u-1", R"({"temperature":21})", true);
  tell("Current/u-1", std::string(50'000, '{'), true);
  tell("Sample/u-0", document(7, 12, 1, {{11, "e", "WRONG"}}), true);
  sample(13, 2, {{12, "e", "ACTIVE"}});
  ASSERT_TRUE(wait_for("e=ACTIVE"));
  EXPECT_EQ(TestIngest::values(ingest_.reports()),
            (std::vector<std::string>{"e=READY", "e=ACTIVE"}));
  EXPECT_TRUE(wait_for_note("no MTConnect document")) << gaps();
  EXPECT_EQ(
      std::ranges::count(ingest_.gaps(), machines::Gap::Reason::kMalformed, &machines::Gap::reason),
      2)
      << "of its own topics, in words and in nothing else";
}

TEST_F(BrokerBox, nothing_is_ever_published) {
  Program everything(
      {"mosquitto_sub", "-h", "localhost", "-p", std::to_string(port_), "-t", "#", "-F", "%t"},
      path("heard"));
  for (int i = 0; i < 500 && !read_file(path("heard")).contains("ready"); ++i) {
    publish({"-t", "ready", "-m", "x"});
  }
  tell("Probe/u-1", kModel);
  current(10, 0, {{3, "e", "READY"}});
  listen();
  ASSERT_TRUE(wait_for("e=READY"));
  box_.reset();
  publish({"-t", "last", "-m", "x"});
  for (int i = 0; i < 500 && !read_file(path("heard")).contains("last"); ++i) ::usleep(10'000);
  std::string heard = read_file(path("heard"));
  while (heard.starts_with("ready\n")) heard.erase(0, 6);
  EXPECT_EQ(heard, "MTConnect/Probe/u-1\nMTConnect/Current/u-1\nlast\n");
}

TEST_F(BrokerBox, a_first_look_tells_what_to_see_to) {
  const std::string nothing = looked("/Mill");
  EXPECT_TRUE(nothing.contains("connected to the broker")) << nothing;
  EXPECT_TRUE(nothing.contains("MqttRetain")) << nothing;
  tell("Probe/u-1", kModel);
  current(10, 0, {{3, "e", "READY"}});
  const std::string other = looked("/Lathe");
  EXPECT_TRUE(other.contains("no such device; it has: Mill")) << other;
  EXPECT_TRUE(looked("/Mill").ends_with("ok"));
  EXPECT_TRUE(looked("").ends_with("ok")) << "the only device needs no name";
  EXPECT_TRUE(looked("/MTConnect/u-1").ends_with("\nok"));
}

TEST_F(BrokerBox, a_prefix_of_its_own_is_read_and_a_password_is_asked_for) {
  broker_->end();
  ASSERT_EQ(Program({"mosquitto_passwd", "-b", "-c", path("users"), "heed", "right"}).wait(), 0);
  ASSERT_EQ(Program({"mosquitto_passwd", "-b", path("users"), "mill", "word"}).wait(), 0);
  start_broker("allow_anonymous false\npassword_file " + path("users") + "\nacl_file " +
               path("acl") + "\n");
  publish({"-u", "mill", "-P", "word", "-r", "-t", "shop/Probe/u-1", "-m", kModel});
  publish({"-u", "mill", "-P", "word", "-r", "-t", "shop/Current/u-1", "-m",
           document(7, 10, 0, {{3, "e", "READY"}})});
  EXPECT_TRUE(looked("/shop/Mill").contains("not authorised")) << looked("/shop/Mill");
  listen("/shop/Mill", R"({"user":"heed","password":"right"})");
  EXPECT_TRUE(wait_for("e=READY"));
}

}  // namespace
}  // namespace heed::box
