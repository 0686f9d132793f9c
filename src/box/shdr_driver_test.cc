#include "box/shdr_driver.h"

#include <gtest/gtest.h>

#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_server.h"
#include "policy/testing.h"

namespace heed::box {
namespace {

using machines::Gap;
using machines::MachineId;
using machines::Report;

// A whole box that reads one adapter on loopback.
class ShdrBox : public testing::Test {
 protected:
  void open() {
    BoxOptions options;
    options.directory = directory_.path();
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
  }
  void read(const TestServer& server) {
    open();
    ASSERT_TRUE(box_->add({mill_, Protocol::kShdr, server.address(), false}));
  }
  template <class Holds>
  bool eventually(Holds holds) {
    for (int i = 0; i < 1'000 && !holds(); ++i) {
      const Lock lock(mutex_);
      never_.wait_for(mutex_, Duration::milliseconds(10));
    }
    return holds();
  }
  // All that a driver may say to an adapter.
  static void expect_only_pings(std::string sent) {
    const std::string ping = "* PING\r\n";
    while (sent.starts_with(ping)) sent.erase(0, ping.size());
    EXPECT_EQ(sent, "");
  }

  TestDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  TestIngest ingest_;
  Mutex mutex_;
  Condition never_;
  std::unique_ptr<Box> box_;
  const MachineId mill_ = MachineId::make(random_);
};

TEST_F(ShdrBox, stores_what_an_adapter_says) {
  TestServer server([](auto& peer, int) {
    peer.hear();
    peer.say("* PONG 10000\n2024-01-01T00:00:00Z|avail|AVAILABLE|execution|ACTIVE\r\n");
    peer.say("2024-01-01T00:00:01Z|system|FAULT|404|HIGH|LOW|door open\n");
    peer.say("|line|Unavailable\n");
    peer.wait_until_gone();
  });
  read(server);
  EXPECT_EQ(ingest_.wait_for_values(4),
            (std::vector<std::string>{"avail=AVAILABLE", "execution=ACTIVE",
                                      "system=FAULT|404|HIGH|LOW|door open", "line=-"}));
  const auto reports = ingest_.reports();
  ASSERT_TRUE(reports.at(0).link);
  EXPECT_TRUE(reports[0].link->up);
  const Report& first = reports.at(1);
  EXPECT_TRUE(first.initial);
  EXPECT_EQ(first.observations.at(0).device, parse_time("2024-01-01T00:00:00Z"));
  EXPECT_EQ(first.raw.at(0), "2024-01-01T00:00:00Z|avail|AVAILABLE|execution|ACTIVE");
  EXPECT_EQ(box_->status(mill_)->link.words, "connected to " + server.address());
  expect_only_pings(server.received());
}

TEST_F(ShdrBox, reads_lines_that_come_byte_by_byte) {
  TestServer server([](auto& peer, int) {
    for (const char c : std::string("|a|1\n|b|2\n")) {
      peer.say(std::string(1, c));
      peer.hear(2);
    }
    peer.wait_until_gone();
  });
  read(server);
  EXPECT_EQ(ingest_.wait_for_values(2), (std::vector<std::string>{"a=1", "b=2"}));
}

TEST_F(ShdrBox, calls_live_what_comes_after_the_first_pause) {
  TestServer server([](auto& peer, int) {
    peer.say("|a|old\n");
    peer.hear(2'000);  // the PING
    peer.hear(600);
    peer.say("|a|new\n");
    peer.wait_until_gone();
  });
  read(server);
  EXPECT_EQ(ingest_.wait_for_values(2), (std::vector<std::string>{"a=old", "a=new"}));
  const auto reports = ingest_.reports();
  EXPECT_TRUE(reports.at(1).initial);
  EXPECT_FALSE(reports.at(2).initial);
}

TEST_F(ShdrBox, connects_again_and_tells_the_gap) {
  TestServer server([](auto& peer, int connection) {
    peer.say("|a|" + std::to_string(connection) + "\n");
    if (connection > 0) peer.wait_until_gone();
  });
  read(server);
  EXPECT_EQ(ingest_.wait_for_values(2), (std::vector<std::string>{"a=0", "a=1"}));
  ASSERT_TRUE(ingest_.wait_for_gap(Gap::Reason::kDisconnected));
  EXPECT_TRUE(ingest_.wait_for_link(false));
  EXPECT_TRUE(ingest_.wait_for_link(true, 2));
  const auto gaps = ingest_.gaps();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_LT(gaps[0].from, gaps[0].to);
}

TEST_F(ShdrBox, tells_the_gap_of_its_own_absence) {
  TestServer server([](auto& peer, int connection) {
    peer.say("|a|" + std::to_string(connection) + "\n");
    peer.wait_until_gone();
  });
  read(server);
  EXPECT_EQ(ingest_.wait_for_values(1).size(), 1U);
  box_.reset();
  EXPECT_TRUE(ingest_.gaps().empty());
  read(server);
  EXPECT_EQ(ingest_.wait_for_values(2), (std::vector<std::string>{"a=0", "a=1"}));
  ASSERT_EQ(ingest_.gaps().size(), 1U);
  EXPECT_EQ(ingest_.gaps()[0].reason, Gap::Reason::kDisconnected);
}

TEST_F(ShdrBox, drops_an_adapter_that_stops_answering_and_tries_again) {
  TestServer server([](auto& peer, int connection) {
    peer.hear();
    peer.say("* PONG 100\n|a|" + std::to_string(connection) + "\n");
    peer.wait_until_gone();
  });
  read(server);
  EXPECT_EQ(ingest_.wait_for_values(2), (std::vector<std::string>{"a=0", "a=1"}));
  expect_only_pings(server.received());
}

TEST_F(ShdrBox, stays_with_an_adapter_that_is_slow_but_answers) {
  TestServer server([](auto& peer, int connection) {
    if (connection > 0) return;
    for (int i = 0; i < 8; ++i) {
      peer.hear();
      peer.say("* PONG 200\n");
    }
    peer.say("|a|1\n");
    peer.wait_until_gone();
  });
  read(server);
  EXPECT_EQ(ingest_.wait_for_values(1), std::vector<std::string>{"a=1"});
  EXPECT_TRUE(box_->status(mill_)->link.up);
}

TEST_F(ShdrBox, takes_no_value_from_a_line_that_is_cut_and_tells_it) {
  TestServer server([](auto& peer, int connection) {
    peer.say(connection == 0 ? "|a|1|b|2|c|unfini" : "|d|4\n");
    if (connection > 0) peer.wait_until_gone();
  });
  read(server);
  EXPECT_EQ(ingest_.wait_for_values(1), std::vector<std::string>{"d=4"});
  EXPECT_TRUE(ingest_.wait_for_gap(Gap::Reason::kMalformed));
  EXPECT_EQ(ingest_.reports().at(1).raw, std::vector<std::string>{"|a|1|b|2|c|unfini"});
}

TEST_F(ShdrBox, steps_over_garbage_and_tells_it) {
  TestServer server([](auto& peer, int) {
    std::string garbage = "HTTP/1.1 400 Bad Request\r\n\r\n";
    for (int i = 0; i < 2'000; ++i) garbage += static_cast<char>(i * 7 % 255 + 1);
    peer.say(garbage + "\n" + std::string(200'000, 'x') + "\n|a|1\n");
    peer.wait_until_gone();
  });
  read(server);
  ASSERT_GE(ingest_.wait_for_values(1).size(), 1U);
  EXPECT_TRUE(ingest_.wait_for_gap(Gap::Reason::kMalformed));
}

TEST_F(ShdrBox, waits_for_an_adapter_that_is_not_there_yet) {
  std::uint16_t port = 0;
  {
    const TestServer server([](auto&, int) {});
    port = server.port();
  }
  open();
  ASSERT_TRUE(box_->add({mill_, Protocol::kShdr, "127.0.0.1:" + std::to_string(port), false}));
  ASSERT_TRUE(ingest_.wait_for_link(false));
  EXPECT_NE(box_->status(mill_)->link.words.find("Connection refused"), std::string::npos);
  const TestServer server(
      [](auto& peer, int) {
        peer.say("|a|1\n");
        peer.wait_until_gone();
      },
      port);
  EXPECT_EQ(ingest_.wait_for_values(1), std::vector<std::string>{"a=1"});
}

TEST_F(ShdrBox, tries_again_when_the_name_is_not_known) {
  open();
  ASSERT_TRUE(box_->add({mill_, Protocol::kShdr, "no-such-machine.invalid", false}));
  ASSERT_TRUE(ingest_.wait_for_link(false));
  EXPECT_NE(box_->status(mill_)->link.words.find("is not known"), std::string::npos);
}

TEST_F(ShdrBox, loses_nothing_while_the_store_is_away) {
  TestServer server([](auto& peer, int) {
    for (int i = 0; i < 3'000; ++i) {
      if (!peer.say("|n|" + std::to_string(i) + "\n")) return;
      if (i % 300 == 0) peer.hear(5);
    }
    peer.wait_until_gone();
  });
  ingest_.fail_with(Error{ErrorKind::kUnavailable, "the disk is full", ""});
  read(server);
  ASSERT_TRUE(eventually([&] {
    const auto status = box_->status(mill_);
    return status->queued >= 3 && !status->waiting.empty();
  }));
  EXPECT_EQ(box_->status(mill_)->waiting, "the disk is full");
  box_.reset();
  ingest_.fail_with({});
  open();  // without the source: what is in the spool is handed on all the same
  ASSERT_GE(ingest_.wait_for_values(1).size(), 1U);
  const auto values = TestIngest::values(ingest_.reports());
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(values[i], "n=" + std::to_string(i));
  }
}

TEST_F(ShdrBox, is_read_once_and_can_be_removed_and_added_again) {
  TestServer server([](auto& peer, int connection) {
    peer.say("|a|" + std::to_string(connection) + "\n");
    peer.wait_until_gone();
  });
  read(server);
  ingest_.wait_for_values(1);
  const auto again = box_->add({mill_, Protocol::kShdr, server.address(), false});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::kConflict);
  ASSERT_TRUE(box_->remove(mill_));
  EXPECT_FALSE(box_->remove(mill_));
  EXPECT_FALSE(box_->status(mill_));
  ASSERT_TRUE(ingest_.wait_for_link(false));
  ASSERT_TRUE(box_->add({mill_, Protocol::kShdr, server.address(), false}));
  EXPECT_EQ(ingest_.wait_for_values(2).back(), "a=1");
}

TEST_F(ShdrBox, stops_without_waiting_for_an_adapter_that_says_nothing) {
  TestServer server([](auto& peer, int) { peer.wait_until_gone(); });
  read(server);
  ASSERT_TRUE(ingest_.wait_for_link(true));
  const Duration began = clock_.steady();
  box_.reset();
  EXPECT_LT(clock_.steady() - began, Duration::seconds(10)) << "before any limit of a connection";
}

TEST_F(ShdrBox, shows_what_an_adapter_says_without_storing_it) {
  TestServer server([](auto& peer, int) {
    peer.hear();
    peer.say("* PONG 10000\n* shdrVersion: 2.0\n2024-01-01T00:00:00Z|avail|AVAILABLE\n");
    peer.wait_until_gone();
  });
  open();
  const auto diagnosis = box_->diagnose({Protocol::kShdr, server.address(), ""});
  ASSERT_TRUE(diagnosis);
  EXPECT_TRUE(diagnosis->ok);
  std::vector<std::string> said;
  for (const Step& step : diagnosis->steps) said.push_back(step.say);
  EXPECT_EQ(said, (std::vector<std::string>{
                      "connecting to " + server.address(), "connected to " + server.address(),
                      "the adapter says shdrVersion: 2.0", "the first values came",
                      "the adapter promises a heartbeat every 10000 ms"}));
  ASSERT_EQ(diagnosis->sample.size(), 1U);
  EXPECT_EQ(diagnosis->sample[0].item, "avail");
  EXPECT_EQ(diagnosis->sample[0].value, "AVAILABLE");
  EXPECT_TRUE(ingest_.reports().empty());
}

TEST_F(ShdrBox, says_at_once_why_a_machine_cannot_be_reached) {
  std::uint16_t port = 0;
  {
    const TestServer server([](auto&, int) {});
    port = server.port();
  }
  open();
  const auto diagnosis = box_->diagnose({Protocol::kShdr, "127.0.0.1:" + std::to_string(port), ""});
  ASSERT_TRUE(diagnosis);
  EXPECT_FALSE(diagnosis->ok);
  EXPECT_FALSE(diagnosis->steps.back().ok);
  EXPECT_NE(diagnosis->steps.back().say.find("Connection refused"), std::string::npos);
}

}  // namespace
}  // namespace heed::box
