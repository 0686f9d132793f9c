// A Brother control through the whole box.
#include <gtest/gtest.h>

#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_server.h"
#include "policy/testing.h"
#include "wire/brother/testing.h"

namespace heed::box {
namespace {

using wire::brother::FakeBrother;

class BrotherBox : public testing::Test {
 protected:
  BrotherBox() {
    BoxOptions options;
    options.directory = directory_.path();
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
  }
  static void play(TestServer::Peer& peer, FakeBrother& control) {
    std::string rest;
    while (!peer.gone()) peer.say(control.hear(rest, peer.hear(50)));
  }

  TestDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  TestIngest ingest_;
  std::unique_ptr<Box> box_;
};

TEST_F(BrotherBox, stores_what_the_control_tells_and_sends_only_reads) {
  FakeBrother control;
  control.state = 1;
  control.alarms = {"052039"};
  TestServer server([&control](auto& peer, int) { play(peer, control); });
  ASSERT_TRUE(
      box_->add({machines::MachineId::make(random_), Protocol::kBrother, server.address(), false}));
  EXPECT_TRUE(ingest_.wait([](const auto& reports) {
    const auto values = TestIngest::values(reports);
    return std::ranges::find(values, "part_count=245") != values.end();
  }));
  const auto values = TestIngest::values(ingest_.reports());
  for (const char* expected :
       {"avail=AVAILABLE", "execution=ACTIVE", "mode=AUTOMATIC", "program=6161", "estop=ARMED"}) {
    EXPECT_NE(std::ranges::find(values, expected), values.end()) << expected;
  }
  box_.reset();
  EXPECT_EQ(control.writes, std::vector<std::string>());
  EXPECT_FALSE(control.disturbed);
}

TEST_F(BrotherBox, a_first_look_at_a_control_that_permits_nothing_says_what_to_set) {
  FakeBrother control;
  control.codes = {{"MEM", "11"}};
  TestServer server([&control](auto& peer, int) { play(peer, control); });
  const auto look = box_->diagnose({Protocol::kBrother, server.address(), ""});
  ASSERT_TRUE(look);
  EXPECT_FALSE(look->ok);
  EXPECT_TRUE(look->steps.back().say.contains("Remote operation 1")) << look->steps.back().say;
}

}  // namespace
}  // namespace heed::box
