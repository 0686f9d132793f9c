#include "box/control_driver.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_server.h"
#include "policy/testing.h"
#include "wire/fanuc/testing.h"
#include "wire/linuxcnc/query.h"

namespace heed::box {
namespace {

using machines::MachineId;

/// Answers as linuxcncrsh does; `answers` maps a query to what follows its word.
void play_linuxcnc(TestServer::Peer& peer, const std::map<std::string, std::string>& answers) {
  std::string heard;
  while (!peer.gone()) {
    heard += peer.hear(100);
    for (std::size_t end = heard.find('\n'); end != std::string::npos; end = heard.find('\n')) {
      std::string line = heard.substr(0, end);
      heard.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      if (line.starts_with("hello ")) peer.say("HELLO ACK EMCNETSVR 1.1\r\n");
      if (!line.starts_with("get ")) continue;
      const auto answer = answers.find(line.substr(4));
      peer.say(answer == answers.end() ? line + " NAK\r\n" : answer->second + "\r\n");
    }
  }
}

class LinuxcncBox : public testing::Test {
 protected:
  void read(const TestServer& server) {
    BoxOptions options;
    options.directory = directory_.path();
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
    ASSERT_TRUE(box_->add({mill_, Protocol::kLinuxcnc, server.address(), false}));
  }

  TestDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  TestIngest ingest_;
  std::unique_ptr<Box> box_;
  const MachineId mill_ = MachineId::make(random_);
  const std::map<std::string, std::string> answers_ = {
      {"estop", "ESTOP OFF"},
      {"machine", "MACHINE ON"},
      {"mode", "MODE AUTO"},
      {"program", "PROGRAM /home/cnc/plate.ngc"},
      {"program_status", "PROGRAM_STATUS RUNNING"},
      {"feed_override", "FEED_OVERRIDE 100"},
  };
};

TEST_F(LinuxcncBox, stores_what_a_control_answers) {
  TestServer server([this](auto& peer, int) { play_linuxcnc(peer, answers_); });
  read(server);
  ASSERT_TRUE(ingest_.wait([](const auto& reports) {
    const auto values = TestIngest::values(reports);
    return std::ranges::find(values, "execution=ACTIVE") != values.end();
  }));
  const auto values = TestIngest::values(ingest_.reports());
  for (const char* expected :
       {"avail=AVAILABLE", "estop=ARMED", "mode=AUTOMATIC", "program=plate.ngc"}) {
    EXPECT_NE(std::ranges::find(values, expected), values.end()) << expected;
  }
  EXPECT_TRUE(ingest_.reports().at(1).initial);
}

TEST_F(LinuxcncBox, sends_its_greeting_and_queries_and_nothing_else) {
  TestServer server([this](auto& peer, int) { play_linuxcnc(peer, answers_); });
  read(server);
  ASSERT_GE(ingest_.wait_for_values(5).size(), 5U);
  box_.reset();
  std::set<std::string> allowed = {"hello EMC heed 1.0\r\n"};
  for (std::size_t i = 0; i < wire::linuxcnc::kQueries; ++i) {
    allowed.emplace(wire::linuxcnc::command_text(static_cast<wire::linuxcnc::Query>(i)));
  }
  std::string sent = server.received();
  while (!sent.empty()) {
    const std::size_t end = sent.find('\n');
    ASSERT_NE(end, std::string::npos) << sent;
    EXPECT_TRUE(allowed.contains(sent.substr(0, end + 1))) << sent.substr(0, end + 1);
    EXPECT_FALSE(sent.starts_with("set")) << "nothing may be written";
    sent.erase(0, end + 1);
  }
}

TEST_F(LinuxcncBox, connects_again_after_the_control_was_switched_off) {
  TestServer server([this](auto& peer, int connection) {
    if (connection > 0) return play_linuxcnc(peer, answers_);
    peer.hear();
    peer.say("HELLO ACK EMCNETSVR 1.1\r\n");
  });
  read(server);
  ASSERT_GE(ingest_.wait_for_values(5).size(), 5U);
  EXPECT_TRUE(ingest_.wait_for_link(false));
  EXPECT_TRUE(box_->status(mill_)->link.up);
}

class FanucBox : public LinuxcncBox {
 protected:
  void SetUp() override {
    BoxOptions options;
    options.directory = directory_.path();
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
  }
  static void play(TestServer::Peer& peer) {
    wire::fanuc::FakeControl control;
    while (!peer.gone()) peer.say(control.answer(peer.hear(100)));
  }
};

TEST_F(FanucBox, stores_what_a_control_answers_with_its_model_and_its_frames) {
  TestServer server([](auto& peer, int) { play(peer); });
  ASSERT_TRUE(box_->add({mill_, Protocol::kFanuc, server.address(), false}));
  ASSERT_TRUE(ingest_.wait([](const auto& reports) {
    const auto values = TestIngest::values(reports);
    return std::ranges::find(values, "execution=ACTIVE") != values.end();
  }));
  bool model = false;
  for (const machines::Report& report : ingest_.reports()) {
    model = model || std::ranges::find(report.model, "EXECUTION", &machines::DataItem::type) !=
                         report.model.end();
    for (const std::string& raw : report.raw) EXPECT_TRUE(raw.starts_with("a0a0a0a0")) << raw;
  }
  EXPECT_TRUE(model);
}

TEST_F(FanucBox, tells_who_adds_it_what_it_is_and_what_it_does_not_tell) {
  TestServer server([](auto& peer, int) { play(peer); });
  const auto diagnosis = box_->diagnose({Protocol::kFanuc, server.address(), ""});
  ASSERT_TRUE(diagnosis);
  EXPECT_TRUE(diagnosis->ok);
  const auto says = [&](std::string_view words) {
    return std::ranges::any_of(diagnosis->steps,
                               [&](const Step& step) { return step.say.contains(words); });
  };
  EXPECT_TRUE(says("FANUC 31i-M"));
  EXPECT_TRUE(says("does not tell the spindle's speed"));
  const auto wrong = box_->diagnose({Protocol::kFanuc, server.address(), "{\"macro\":1}"});
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().message.contains("a FANUC has no setting macro"));
}

}  // namespace
}  // namespace heed::box
