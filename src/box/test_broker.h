// A real mosquitto for tests, and a box beside it.
#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_program.h"
#include "box/test_server.h"
#include "policy/testing.h"

namespace heed::box {

using machines::MachineId;

inline std::uint16_t free_port() {
  return TestServer([](auto&, int) {}).port();
}

class MqttBox : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = [this](const char* name) { return directory_.path() + "/" + name; };
    std::ofstream(path("acl")) << "user heed\ntopic read shop/#\nuser mill\ntopic write shop/#\n"
                                  "topic write secret/#\n";
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  /// Started by root, mosquitto would otherwise become a user that may not read the test's files.
  void start_broker(const std::string& more) {
    std::ofstream(path("m.conf")) << "listener " << port_ << " 127.0.0.1\nuser root\n" << more;
    broker_ = std::make_unique<Program>(
        std::vector<std::string>{"/usr/sbin/mosquitto", "-c", path("m.conf")});
    for (int i = 0; i < 500 && !listens(port_); ++i) ::usleep(10'000);
    ASSERT_TRUE(listens(port_)) << "mosquitto is installed and starts (tools/packages.txt)";
  }
  /// As a machine's gateway does.
  void publish(std::vector<std::string> more) {
    std::vector<std::string> words = {"mosquitto_pub",       "-h", "localhost", "-p",
                                      std::to_string(port_), "-q", "1"};
    words.insert(words.end(), more.begin(), more.end());
    ASSERT_EQ(Program(words).wait(), 0);
  }
  Box& box() {
    if (!box_) {
      BoxOptions options;
      options.directory = path("box");
      options.policy = policy::in_force(policy::heed_policy());
      box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
    }
    return *box_;
  }
  void read(const std::string& settings) {
    const auto added = box().add({mill_, Protocol::kMqtt, address(), false, settings});
    ASSERT_TRUE(added) << added.error().message;
  }
  std::string address() const { return "localhost:" + std::to_string(port_); }
  bool wait_for(const std::string& value, std::size_t times = 1) {
    return ingest_.wait([&](const auto& reports) {
      const auto values = TestIngest::values(reports);
      return std::ranges::count(values, value) >= static_cast<std::ptrdiff_t>(times);
    });
  }
  std::string steps(const std::string& settings) {
    const auto diagnosis = box().diagnose({Protocol::kMqtt, address(), settings});
    std::string all;
    for (const Step& step : diagnosis->steps) all += step.say + "\n";
    return all;
  }

  TestDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  TestIngest ingest_;
  const std::uint16_t port_ = free_port();
  std::unique_ptr<Program> broker_;
  std::unique_ptr<Box> box_;
  const MachineId mill_ = MachineId::make(random_);
};

}  // namespace heed::box
