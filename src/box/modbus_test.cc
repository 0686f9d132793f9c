// The box against libmodbus' own server over real TCP: what another's reading of the protocol says.
#include <gtest/gtest.h>
#include <modbus/modbus.h>

#include <set>
#include <thread>

#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_server.h"
#include "policy/testing.h"

namespace heed::box {
namespace {

using machines::MachineId;

/// Serves one client after another until it is dropped.
class ModbusServer {
 public:
  explicit ModbusServer(int port = 0) : context_(::modbus_new_tcp("127.0.0.1", port)) {
    mapping_ = ::modbus_mapping_new(16, 16, 16, 16);
    listener_ = ::modbus_tcp_listen(context_, 1);
    require(listener_ >= 0 && mapping_ != nullptr, "the test's server listens");
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~ModbusServer() {
    {
      const Lock lock(mutex_);
      stopped_ = true;
      if (client_ >= 0) ::shutdown(client_, SHUT_RDWR);
    }
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    ::modbus_mapping_free(mapping_);
    ::modbus_free(context_);
  }
  ModbusServer(const ModbusServer&) = delete;
  ModbusServer& operator=(const ModbusServer&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void set_input(std::size_t number, std::uint16_t value) {
    const Lock lock(mutex_);
    mapping_->tab_input_registers[number] = value;
  }
  void set_bit(std::size_t number, bool value) {
    const Lock lock(mutex_);
    mapping_->tab_input_bits[number] = value ? 1 : 0;
  }
  std::set<int> functions() {
    const Lock lock(mutex_);
    return functions_;
  }

 private:
  void serve() {
    while (true) {
      const int client = ::modbus_tcp_accept(context_, &listener_);
      if (client < 0) return;
      {
        const Lock lock(mutex_);
        client_ = client;
        if (stopped_) ::shutdown(client, SHUT_RDWR);
      }
      std::uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
      for (int size = ::modbus_receive(context_, query); size >= 0;
           size = ::modbus_receive(context_, query)) {
        const Lock lock(mutex_);
        if (size > 7) functions_.insert(query[7]);
        ::modbus_reply(context_, query, size, mapping_);
      }
      const Lock lock(mutex_);
      client_ = -1;
      ::close(client);
    }
  }

  modbus_t* const context_;
  modbus_mapping_t* mapping_ = nullptr;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
  Mutex mutex_;
  int client_ HEED_GUARDED_BY(mutex_) = -1;
  bool stopped_ HEED_GUARDED_BY(mutex_) = false;
  std::set<int> functions_ HEED_GUARDED_BY(mutex_);
};

constexpr const char* kSettings = R"({"unit":1,"period_ms":50,"inputs":[
  {"table":"input_register","number":0,"scale":0.01,"item":"spindle_current","type":"AMPERAGE",
   "units":"AMPERE","running":{"on":3,"off":2,"on_after_ms":100,"off_after_ms":100}},
  {"table":"discrete_input","number":3,"counts":{}},
  {"table":"holding_register","number":5,"item":"oil"},
  {"table":"coil","number":1,"item":"door"}]})";

class ModbusBox : public testing::Test {
 protected:
  Box& box() {
    if (!box_) {
      BoxOptions options;
      options.directory = directory_.path();
      options.policy = policy::in_force(policy::heed_policy());
      box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
    }
    return *box_;
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
  const MachineId mill_ = MachineId::make(random_);
};

TEST_F(ModbusBox, stores_what_a_clamp_and_a_relay_say) {
  ModbusServer server;
  ASSERT_TRUE(box().add({mill_, Protocol::kModbus, server.address(), false, kSettings}));
  ASSERT_TRUE(wait_for("execution=READY"));
  EXPECT_TRUE(ingest_.reports().at(1).initial);
  EXPECT_EQ(ingest_.reports().at(1).model.size(), 7U);
  server.set_input(0, 412);
  ASSERT_TRUE(wait_for("execution=ACTIVE"));
  EXPECT_TRUE(wait_for("spindle_current=4.12"));
  server.set_bit(3, true);
  EXPECT_TRUE(wait_for("part_count=1"));
  EXPECT_TRUE(wait_for("oil=0"));
}

TEST_F(ModbusBox, sends_reads_and_nothing_else) {
  ModbusServer server;
  ASSERT_TRUE(box().add({mill_, Protocol::kModbus, server.address(), false, kSettings}));
  ASSERT_TRUE(wait_for("door=0"));
  box_.reset();
  EXPECT_EQ(server.functions(), (std::set<int>{1, 2, 3, 4}));
}

TEST_F(ModbusBox, goes_on_counting_after_the_server_was_away) {
  auto server = std::make_unique<ModbusServer>();
  const int port = server->port();
  ASSERT_TRUE(box().add({mill_, Protocol::kModbus, server->address(), false, kSettings}));
  ASSERT_TRUE(wait_for("part_count=0"));
  server->set_bit(3, true);
  ASSERT_TRUE(wait_for("part_count=1"));
  server.reset();
  EXPECT_TRUE(ingest_.wait_for_link(false));
  server = std::make_unique<ModbusServer>(port);
  ASSERT_TRUE(ingest_.wait_for_link(true, 2));
  ASSERT_TRUE(ingest_.wait_for_gap(machines::Gap::Reason::kDisconnected));
  server->set_bit(3, true);
  EXPECT_TRUE(wait_for("part_count=2"));
}

TEST_F(ModbusBox, a_first_look_says_what_the_box_has_and_what_it_refuses) {
  ModbusServer server;
  const char* settings = R"({"inputs":[{"table":"input_register","number":0,"item":"current"},
                             {"table":"input_register","number":99,"item":"nothing"}]})";
  const auto diagnosis = box().diagnose({Protocol::kModbus, server.address(), settings});
  ASSERT_TRUE(diagnosis);
  EXPECT_TRUE(diagnosis->ok);
  std::string steps;
  for (const Step& step : diagnosis->steps) steps += step.say + "\n";
  EXPECT_TRUE(steps.contains("the box has no input_register 99 to 99 (exception 2)")) << steps;
  EXPECT_TRUE(steps.contains("unit 1 answers: 2 inputs in 2 reads")) << steps;
}

TEST_F(ModbusBox, a_first_look_at_a_unit_that_is_silent_names_the_setting) {
  TestServer server([](auto& peer, int) { peer.wait_until_gone(); });
  const auto diagnosis = box().diagnose({Protocol::kModbus, server.address(),
                                         R"({"inputs":[{"table":"coil","number":0,"item":"x"}]})"});
  ASSERT_TRUE(diagnosis);
  EXPECT_FALSE(diagnosis->ok);
  EXPECT_TRUE(diagnosis->steps.back().say.contains("check the setting unit"))
      << diagnosis->steps.back().say;
}

TEST_F(ModbusBox, settings_that_are_wrong_are_no_source) {
  for (const char* settings : {"", "{}", "[1]", R"({"inputs":[{"table":"coil"}]})"}) {
    const auto added = box().add({mill_, Protocol::kModbus, "127.0.0.1:502", false, settings});
    ASSERT_FALSE(added) << settings;
    EXPECT_EQ(added.error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(added.error().message.starts_with("settings")) << added.error().message;
  }
}

}  // namespace
}  // namespace heed::box
