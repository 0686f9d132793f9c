// Controls on a serial line, through the whole box: a pseudo terminal is the line.
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_pty.h"
#include "box/test_server.h"
#include "policy/testing.h"

namespace heed::box {
namespace {

using machines::MachineId;

class SerialControl : public testing::Test {
 protected:
  void read(Protocol protocol, const std::string& address) {
    BoxOptions options;
    options.directory = directory_.path();
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
    ASSERT_TRUE(box_->add({router_, protocol, address, false}));
  }
  bool wait_for(const std::string& value) {
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
  const MachineId router_ = MachineId::make(random_);
};

std::string play_grbl(std::string_view sent, std::string_view state) {
  std::string said;
  for (const char c : sent) {
    if (c == '?') said += "<" + std::string(state) + "|MPos:1.000,2.000,3.000|FS:600,8000>\r\n";
  }
  return said;
}

TEST_F(SerialControl, a_grbl_control_is_read_over_its_line_with_question_marks_alone) {
  std::atomic<bool> runs = false;
  TestPty line([&](std::string_view sent) { return play_grbl(sent, runs ? "Run" : "Idle"); });
  read(Protocol::kGrbl, line.name());
  ASSERT_TRUE(wait_for("execution=READY"));
  runs = true;
  ASSERT_TRUE(wait_for("execution=ACTIVE"));
  EXPECT_TRUE(wait_for("Fact=10.000"));
  box_.reset();
  const std::string received = line.received();
  EXPECT_EQ(std::ranges::count(received, '?'), static_cast<std::ptrdiff_t>(received.size()));
}

TEST_F(SerialControl, a_grbl_control_behind_a_serial_server_is_the_same) {
  TestServer server([](auto& peer, int) {
    while (!peer.gone()) peer.say(play_grbl(peer.hear(100), "Hold:0"));
  });
  read(Protocol::kGrbl, server.address());
  EXPECT_TRUE(wait_for("execution=FEED_HOLD"));
}

TEST_F(SerialControl, a_marlin_control_is_read_over_its_line_with_its_four_reads_alone) {
  std::string partial;
  TestPty line([&](std::string_view sent) {
    partial += sent;
    std::string said;
    for (std::size_t end = partial.find('\n'); end != std::string::npos; end = partial.find('\n')) {
      const std::string command = partial.substr(0, end);
      partial.erase(0, end + 1);
      if (command == "M27") said += "SD printing byte 1/4\n";
      if (command == "M27 C") said += "Current file: /SHELF.GCO\n";
      said += command == "M105" ? "ok T:20.0 /0.0\n" : "ok\n";
    }
    return said;
  });
  read(Protocol::kMarlin, line.name() + ",57600");
  ASSERT_TRUE(wait_for("execution=ACTIVE"));
  EXPECT_TRUE(wait_for("program=SHELF.GCO"));
  EXPECT_TRUE(wait_for("progress=25.0"));
  box_.reset();
  std::set<std::string> sent;
  std::string received = line.received();
  while (!received.empty()) {
    const std::size_t end = received.find('\n');
    ASSERT_NE(end, std::string::npos) << received;
    sent.insert(received.substr(0, end));
    received.erase(0, end + 1);
  }
  EXPECT_EQ(sent, (std::set<std::string>{"M105", "M115", "M27", "M27 C"}));
}

TEST_F(SerialControl, a_line_that_is_not_there_is_told_with_the_mend) {
  read(Protocol::kGrbl, "/dev/no-such-line");
  ASSERT_TRUE(ingest_.wait_for_link(false));
  EXPECT_TRUE(box_->status(router_)->link.words.contains("plugged in"));
}

}  // namespace
}  // namespace heed::box
