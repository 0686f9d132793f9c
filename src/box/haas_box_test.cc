// A Haas through the whole box: over TCP with a second reader, and over a serial line.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <thread>

#include "box/box.h"
#include "box/fd.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_server.h"
#include "policy/testing.h"
#include "wire/haas/testing.h"

namespace heed::box {
namespace {

using machines::MachineId;
using wire::haas::FakeHaas;

/// The control's port: every answer goes to all connections.
class HaasServer {
 public:
  void change(const std::function<void(FakeHaas&)>& how) {
    const Lock lock(mutex_);
    how(control_);
  }
  std::vector<std::string> writes() {
    const Lock lock(mutex_);
    return control_.writes;
  }
  std::string address() const { return server_.address(); }
  std::string received() { return server_.received(); }
  /// What another program asks on a connection of its own.
  void ask_as_another(std::string_view line) {
    const Lock lock(mutex_);
    std::string rest;
    tell_all(control_.hear(rest, line));
  }

 private:
  void serve(TestServer::Peer& peer) {
    {
      const Lock lock(mutex_);
      peers_.push_back(&peer);
      peer.say(control_.greeting());
    }
    std::string rest;
    while (!peer.gone()) {
      const std::string heard = peer.hear(50);
      const Lock lock(mutex_);
      tell_all(control_.hear(rest, heard));
    }
    const Lock lock(mutex_);
    std::erase(peers_, &peer);
  }
  void tell_all(const std::string& answer) HEED_REQUIRES(mutex_) {
    if (answer.empty()) return;
    for (TestServer::Peer* peer : peers_) peer->say(answer);
  }

  Mutex mutex_;
  FakeHaas control_ HEED_GUARDED_BY(mutex_);
  std::vector<TestServer::Peer*> peers_ HEED_GUARDED_BY(mutex_);
  TestServer server_{[this](TestServer::Peer& peer, int) { serve(peer); }};
};

/// A serial line with an older control at its other end.
class HaasLine {
 public:
  HaasLine() : end_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    require(::grantpt(end_.number()) == 0 && ::unlockpt(end_.number()) == 0, "a pty opens");
    require(::ptsname_r(end_.number(), name_.data(), name_.size()) == 0, "it has a name");
    answering_ = std::thread([this] { answer(); });
  }
  ~HaasLine() {
    stop_ = true;
    answering_.join();
  }
  HaasLine(const HaasLine&) = delete;
  HaasLine& operator=(const HaasLine&) = delete;
  std::string address() const { return std::string(name_.data()) + ",9600,7E1"; }
  std::vector<std::string> heard() {
    const Lock lock(mutex_);
    return control_.heard;
  }
  std::vector<std::string> writes() {
    const Lock lock(mutex_);
    return control_.writes;
  }

 private:
  void answer() {
    std::string rest;
    while (!stop_) {
      pollfd one{end_.number(), POLLIN, 0};
      if (::poll(&one, 1, 20) <= 0) continue;
      std::array<char, 512> bytes{};
      const ssize_t got = ::read(end_.number(), bytes.data(), bytes.size());
      if (got <= 0) {
        ::poll(nullptr, 0, 20);  // nobody has the other end open
        continue;
      }
      const Lock lock(mutex_);
      const std::string answer =
          control_.hear(rest, std::string_view(bytes.data(), static_cast<std::size_t>(got)));
      (void)!::write(end_.number(), answer.data(), answer.size());
    }
  }

  const Fd end_;
  std::array<char, 64> name_{};
  std::atomic<bool> stop_ = false;
  Mutex mutex_;
  FakeHaas control_ HEED_GUARDED_BY(mutex_){FakeHaas::Age::kOlder};
  std::thread answering_;
};

class HaasBox : public testing::Test {
 protected:
  HaasBox() {
    BoxOptions options;
    options.directory = directory_.path();
    options.policy = policy::in_force(policy::heed_policy());
    box_ = *Box::open(std::move(options), ingest_.ingest(), clock_, random_, log_);
  }
  void read(const std::string& address, const std::string& settings = "") {
    const auto added = box_->add({mill_, Protocol::kHaas, address, false, settings});
    ASSERT_TRUE(added) << added.error().message;
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
  const MachineId mill_ = MachineId::make(random_);
};

TEST_F(HaasBox, stores_what_the_control_tells_and_its_items) {
  HaasServer server;
  server.change([](FakeHaas& control) { control.macros[10'900] = 3; });
  read(server.address(), R"({"macros":[{"number":10900,"item":"pallet"}]})");
  for (const char* value : {"avail=AVAILABLE", "mode=AUTOMATIC", "execution=READY",
                            "part_count=4523", "pallet=3", "motion_time=353909"}) {
    EXPECT_TRUE(wait_for_value(value)) << value;
  }
  server.change([](FakeHaas& control) { control.status = "BUSY"; });
  EXPECT_TRUE(wait_for_value("execution=ACTIVE"));
  bool typed = false;
  for (const auto& report : ingest_.reports()) {
    for (const machines::DataItem& item : report.model) typed |= item.type == "EXECUTION";
  }
  EXPECT_TRUE(typed);
}

TEST_F(HaasBox, sends_queries_and_nothing_else_whoever_else_reads_and_writes) {
  HaasServer server;
  read(server.address());
  ASSERT_TRUE(wait_for_value("execution=READY"));
  for (int i = 0; i < 10; ++i) server.ask_as_another("?Q600 500\r\n?Q104\r\n");
  server.change([](FakeHaas& control) { control.macros[3901] = 4'524; });
  ASSERT_TRUE(wait_for_value("part_count=4524"));
  box_.reset();
  EXPECT_EQ(server.writes(), std::vector<std::string>());
  for (std::string sent = server.received(); !sent.empty();) {
    const std::size_t end = sent.find('\n');
    ASSERT_NE(end, std::string::npos) << sent;
    EXPECT_TRUE(sent.starts_with("?Q")) << sent.substr(0, end);
    sent.erase(0, end + 1);
  }
  for (const std::string& value : TestIngest::values(ingest_.reports())) {
    EXPECT_FALSE(value.starts_with("part_count=") && !value.starts_with("part_count=45")) << value;
  }
}

TEST_F(HaasBox, goes_on_after_the_control_was_switched_off_and_tells_the_gap) {
  auto server = std::make_unique<HaasServer>();
  read(server->address());
  ASSERT_TRUE(wait_for_value("execution=READY"));
  const auto port = static_cast<std::uint16_t>(
      std::stoi(server->address().substr(server->address().find(':') + 1)));
  server.reset();
  ASSERT_TRUE(ingest_.wait_for_link(false));
  FakeHaas control;
  control.status = "FEED HOLD";
  TestServer again(
      [&control](TestServer::Peer& peer, int) {
        std::string rest;
        while (!peer.gone()) peer.say(control.hear(rest, peer.hear(50)));
      },
      port);
  EXPECT_TRUE(wait_for_value("execution=FEED_HOLD"));
  EXPECT_TRUE(ingest_.wait_for_gap(machines::Gap::Reason::kDisconnected));
  box_.reset();
}

TEST_F(HaasBox, a_first_look_shows_what_it_is) {
  HaasServer server;
  const auto look = box_->diagnose({Protocol::kHaas, server.address(), ""});
  ASSERT_TRUE(look);
  EXPECT_TRUE(look->ok);
  const auto says = [&](std::string_view words) {
    return std::ranges::any_of(look->steps,
                               [&](const Step& step) { return step.say.contains(words); });
  };
  EXPECT_TRUE(says("its serial number is 1213067"));
  EXPECT_TRUE(says("it is a VF-2"));
  EXPECT_FALSE(look->model.empty());
}

TEST_F(HaasBox, a_first_look_at_a_control_that_is_not_set_up_says_which_settings) {
  TestServer silent([](TestServer::Peer& peer, int) { peer.wait_until_gone(); });
  const auto look = box_->diagnose({Protocol::kHaas, silent.address(), ""});
  ASSERT_TRUE(look);
  EXPECT_FALSE(look->ok);
  EXPECT_TRUE(look->steps.back().say.ends_with(
      "the port answers, but no Haas does: set Setting 143 to 5051, and switch HaasConnect, "
      "HaasDrop and Remote Net Share off"))
      << look->steps.back().say;
}

TEST_F(HaasBox, a_mistake_in_the_settings_is_told_before_anything_is_connected) {
  const auto checked =
      Box::check({Protocol::kHaas, "127.0.0.1", R"({"macros":[{"number":0,"item":"pallet"}]})"});
  ASSERT_FALSE(checked);
  EXPECT_TRUE(checked.error().message.starts_with("settings: macros[0].number"));
  EXPECT_TRUE(Box::check({Protocol::kHaas, "192.168.1.40", ""})) << "the usual port is 5051";
  EXPECT_TRUE(Box::check({Protocol::kHaas, "/dev/ttyUSB0,7E1", ""}));
}

TEST_F(HaasBox, reads_an_older_control_over_its_serial_line) {
  HaasLine line;
  read(line.address());
  for (const char* value : {"avail=AVAILABLE", "mode=AUTOMATIC", "execution=READY",
                            "part_count=4523", "tool_number=5"}) {
    EXPECT_TRUE(wait_for_value(value)) << value;
  }
  box_.reset();
  EXPECT_EQ(line.writes(), std::vector<std::string>());
  for (const std::string& heard : line.heard()) {
    EXPECT_TRUE(heard.starts_with("?Q") || heard.starts_with("Q")) << heard;
  }
}

}  // namespace
}  // namespace heed::box
