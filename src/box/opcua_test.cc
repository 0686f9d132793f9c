// The box, its OPC UA reader and a real node-opcua with a machine of OPC 40501-1
// (tests/opcua/server.mjs), over an encrypted connection with a password.
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "base/json.h"
#include "box/box.h"
#include "box/child.h"
#include "box/opcua_sidecar.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_server.h"
#include "policy/testing.h"

namespace heed::box {
namespace {

using machines::MachineId;

/// tests/opcua/server.mjs, driven by JSON lines on a loop of its own.
class OpcuaServer final : private StreamHandler {
 public:
  OpcuaServer(std::uint16_t port, const std::string& keys) {
    JsonWriter w;
    w.begin_object().member("port", static_cast<int>(port)).member("pki", keys).end_object();
    const char* home = std::getenv("PATH");
    auto child =
        Child::start(*net_,
                     {{"node", HEED_SOURCE_DIR "/tests/opcua/server.mjs", w.take()},
                      {"HOME=" + keys, std::string("PATH=") + (home == nullptr ? "" : home)}},
                     *this, *this);
    require(child.has_value(), "node is installed (tools/packages.txt)");
    child_ = *std::move(child);
    thread_ = std::thread([this] { net_->run(); });
  }
  ~OpcuaServer() {
    net_->post([this] {
      child_.reset();
      net_->stop();
    });
    thread_.join();
  }
  OpcuaServer(const OpcuaServer&) = delete;
  OpcuaServer& operator=(const OpcuaServer&) = delete;

  /// Until it has answered that many lines: the first says that it is there.
  bool wait_for_answers(std::size_t count) {
    const Lock lock(mutex_);
    for (int i = 0; i < 6'000 && answers_ < count; ++i) {
      changed_.wait_for(mutex_, Duration::milliseconds(10));
    }
    return answers_ >= count;
  }
  void order(const std::string& json) {
    net_->post([this, json] { child_->stream().send(json + "\n"); });
  }

 private:
  void on_open(const std::string&) override {}
  void on_bytes(BytesView bytes) override {
    const Lock lock(mutex_);
    // Its warnings come on the same handler; answers alone begin with a brace.
    if (bytes.starts_with('{'))
      answers_ += static_cast<std::size_t>(std::ranges::count(bytes, '\n'));
    changed_.wake_all();
  }
  void on_closed(const Error&) override {}

  SystemClock clock_;
  const std::unique_ptr<Net> net_ = *Net::create(clock_);
  std::unique_ptr<Child> child_;
  std::thread thread_;
  Mutex mutex_;
  Condition changed_;
  std::size_t answers_ HEED_GUARDED_BY(mutex_) = 0;
};

class OpcuaBox : public testing::Test {
 protected:
  void SetUp() override {
    if (opcua_sidecar().empty()) GTEST_SKIP() << "sidecar/opcua is not built (tools/sidecar)";
    server_ = std::make_unique<OpcuaServer>(port_, directory_.path() + "/server");
    ASSERT_TRUE(server_->wait_for_answers(1));
    BoxOptions options;
    options.directory = directory_.path() + "/box";
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
  }
  bool wait_for(const std::string& value) {
    for (int i = 0; i < 3; ++i) {  // the machine that tests run on may be very busy
      if (ingest_.wait([&](const auto& reports) {
            const auto values = TestIngest::values(reports);
            return std::ranges::find(values, value) != values.end();
          })) {
        return true;
      }
    }
    return false;
  }

  TestDirectory directory_;
  const std::uint16_t port_ = TestServer([](auto&, int) {}).port();
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  TestIngest ingest_;
  std::unique_ptr<OpcuaServer> server_;
  std::unique_ptr<Box> box_;
  const MachineId mill_ = MachineId::make(random_);
  const std::string address_ = "opc.tcp://127.0.0.1:" + std::to_string(port_) + "/mill";
  const std::string settings_ = R"({"user": "heed", "password": "secret", "interval_ms": 100})";
};

TEST_F(OpcuaBox, reads_what_the_machine_does_and_finds_it_again_after_a_restart) {
  ASSERT_TRUE(box_->add({mill_, Protocol::kOpcua, address_, false, settings_}));
  EXPECT_TRUE(wait_for("execution=PROGRAM_COMPLETED"));
  EXPECT_TRUE(wait_for("Production/ActiveProgram/Name=O1000"));
  EXPECT_TRUE(wait_for("part_count=41"));
  EXPECT_TRUE(wait_for("stacklight=Green"));
  server_->order(R"({"set": "ChannelState", "value": 0, "at": "2026-11-29T09:00:00.25Z"})");
  EXPECT_TRUE(wait_for("execution=ACTIVE"));
  server_->order(R"({"alert": "700123", "active": true, "text": "Coolant low"})");
  EXPECT_TRUE(wait_for("alarm=FAULT|700123|800||Coolant low"));
  server_->order(R"({"restart": {"shift": 2}})");
  EXPECT_TRUE(wait_for("execution=-"));
  ASSERT_TRUE(server_->wait_for_answers(4));
  server_->order(R"({"set": "Program", "value": "O2000"})");
  EXPECT_TRUE(wait_for("Production/ActiveProgram/Name=O2000"));
  EXPECT_TRUE(box_->remove(mill_));
}

TEST_F(OpcuaBox, tells_who_adds_it_each_step_and_never_the_password) {
  const auto diagnosis = box_->diagnose({Protocol::kOpcua, address_, settings_});
  std::string all;
  for (const Step& step : diagnosis->steps) all += step.say + "\n";
  EXPECT_TRUE(all.contains("the server's certificate, kept from now on: ")) << all;
  EXPECT_FALSE(all.contains("secret")) << all;
}

}  // namespace
}  // namespace heed::box
