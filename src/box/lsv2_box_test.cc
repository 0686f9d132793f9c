// A Heidenhain control through the whole box.
#include <gtest/gtest.h>

#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_server.h"
#include "policy/testing.h"
#include "wire/lsv2/testing.h"

namespace heed::box {
namespace {

using wire::lsv2::FakeTnc;

class Lsv2Box : public testing::Test {
 protected:
  Lsv2Box() {
    BoxOptions options;
    options.directory = directory_.path();
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
  }
  static void play(TestServer::Peer& peer, FakeTnc& control) {
    std::string rest;
    while (!peer.gone()) peer.say(control.hear(rest, peer.hear(50)));
  }
  bool wait_for_value(const std::string& value) {
    return ingest_.wait([&](const auto& reports) {
      const auto values = TestIngest::values(reports);
      return std::ranges::find(values, value) != values.end();
    });
  }

  TestDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  TestIngest ingest_;
  std::unique_ptr<Box> box_;
};

TEST_F(Lsv2Box, stores_what_the_control_tells_and_sends_only_reads) {
  FakeTnc control;
  control.state = 0;
  TestServer server([&control](auto& peer, int) { play(peer, control); });
  ASSERT_TRUE(
      box_->add({machines::MachineId::make(random_), Protocol::kLsv2, server.address(), false}));
  for (const char* value : {"avail=AVAILABLE", "execution=ACTIVE", "mode=AUTOMATIC",
                            "program=PLATE.H", "feed_override=100"}) {
    EXPECT_TRUE(wait_for_value(value)) << value;
  }
  box_.reset();
  EXPECT_EQ(control.writes, std::vector<std::string>());
  EXPECT_GE(control.heard.size(), 8U);
}

TEST_F(Lsv2Box, connects_again_when_the_answers_are_out_of_step) {
  FakeTnc control;
  TestServer server([&control](auto& peer, int connection) {
    if (connection > 0) return play(peer, control);
    peer.hear();
    peer.say(FakeTnc::telegram("S_VR", "late"));
    peer.wait_until_gone();
  });
  ASSERT_TRUE(
      box_->add({machines::MachineId::make(random_), Protocol::kLsv2, server.address(), false}));
  EXPECT_TRUE(wait_for_value("execution=READY"));
  box_.reset();
}

TEST_F(Lsv2Box, a_first_look_at_a_control_without_its_option_says_which) {
  FakeTnc control;
  control.logins = {"INSPECT"};
  TestServer server([&control](auto& peer, int) { play(peer, control); });
  const auto look = box_->diagnose({Protocol::kLsv2, server.address(), ""});
  ASSERT_TRUE(look);
  EXPECT_FALSE(look->ok);
  EXPECT_TRUE(look->steps.back().say.contains("option #18")) << look->steps.back().say;
}

}  // namespace
}  // namespace heed::box
