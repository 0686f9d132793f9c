#include "box/scan.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <map>

#include "box/fd.h"

namespace heed::box {
namespace {

TEST(ScanRange, is_a_network_of_ones_own_of_at_most_a_thousand_addresses) {
  EXPECT_EQ(parse_scan_range("192.168.1.7/24")->text(), "192.168.1.0/24");
  EXPECT_EQ(parse_scan_range("192.168.1.7/24")->count, 256U);
  EXPECT_EQ(parse_scan_range("10.1.2.3")->text(), "10.1.2.3/32");
  EXPECT_EQ(parse_scan_range("172.31.0.0/22")->count, kMostScanned);
  for (const char* wrong :
       {"8.8.8.8", "172.32.0.0/24", "192.168.0.0/16", "10.0.0.0/x", "10.0.0.0/33", "fe80::1",
        "mill.local", "", "10.0.0.0/", "10.0.0.0/-1"}) {
    const auto range = parse_scan_range(wrong);
    ASSERT_FALSE(range) << wrong;
    EXPECT_TRUE(range.error().mend.contains("192.168.1.0/24"));
  }
}

TEST(ScanRange, of_this_machine_are_its_own) {
  for (const ScanRange& range : own_ranges()) {
    EXPECT_LE(range.count, kMostScanned);
    EXPECT_TRUE(parse_scan_range(range.text())) << range.text();
    EXPECT_FALSE(range.text().starts_with("127."));
  }
}

ScanState when_done(const Scan& scan) {
  return scan.wait(Duration::seconds(20));
}

class ScanTest : public testing::Test {
 protected:
  SystemClock clock_;
};

/// Listens on an address of loopback that nothing else uses, so that usual ports are free.
class Listener {
 public:
  Listener(std::uint32_t host, std::uint16_t port)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(fd_.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(host);
    address.sin_port = htons(port);
    require(::bind(fd_.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0,
            "an address of loopback's network is free");
    require(::listen(fd_.number(), 8) == 0, "it listens");
  }

 private:
  const Fd fd_;
};

constexpr std::uint32_t kShop = 0x7f2a0000;  // 127.42.0.0

TEST_F(ScanTest, tells_who_answers_and_what_is_only_open) {
  const Listener adapter(kShop + 1, 7878);
  const Listener control(kShop + 3, 8193);
  std::map<std::string, int> asked;
  Mutex mutex;
  const auto diagnose = [&](const Look& look) -> Result<Diagnosis> {
    const Lock lock(mutex);
    ++asked[look.address];
    Diagnosis diagnosis;
    diagnosis.ok = look.protocol == Protocol::kShdr;
    diagnosis.steps = {
        {Duration(), "connected", true},
        {Duration(), diagnosis.ok ? "the first values came" : "it said nothing", diagnosis.ok}};
    return diagnosis;
  };
  Scan scan(*parse_scan_range("127.42.0.0/30"), diagnose, clock_);
  const ScanState state = when_done(scan);
  EXPECT_FALSE(state.running);
  EXPECT_EQ(state.tried, state.all);
  EXPECT_EQ(state.range, "127.42.0.0/30");
  ASSERT_EQ(state.found.size(), 2U);
  EXPECT_EQ(state.found[0].address, "127.42.0.1:7878");
  EXPECT_TRUE(state.found[0].recognized);
  EXPECT_EQ(state.found[0].why, "connected; the first values came");
  EXPECT_EQ(state.found[1].address, "127.42.0.3:8193");
  EXPECT_EQ(state.found[1].protocol, Protocol::kFanuc);
  EXPECT_FALSE(state.found[1].recognized);
  EXPECT_EQ(state.found[1].why, "it said nothing");
  EXPECT_EQ(asked.size(), 2U) << "only what is open is looked at";
}

TEST_F(ScanTest, waits_while_others_look_at_machines) {
  const Listener adapter(kShop + 5, 7878);
  std::atomic<int> asked = 0;
  const auto diagnose = [&](const Look&) -> Result<Diagnosis> {
    if (++asked == 1) return fail(ErrorKind::kExhausted, "other machines are being looked at");
    Diagnosis diagnosis;
    diagnosis.ok = true;
    return diagnosis;
  };
  Scan scan(*parse_scan_range("127.42.0.5"), diagnose, clock_);
  EXPECT_TRUE(when_done(scan).found.at(0).recognized);
  EXPECT_EQ(asked, 2);
}

TEST_F(ScanTest, stops_when_it_is_told_to) {
  const auto diagnose = [](const Look&) -> Result<Diagnosis> { return Diagnosis(); };
  Scan scan(*parse_scan_range("127.42.4.0/22"), diagnose, clock_);
  scan.stop();
  const ScanState state = when_done(scan);
  EXPECT_FALSE(state.running);
  EXPECT_LT(state.tried, state.all);
}

}  // namespace
}  // namespace heed::box
