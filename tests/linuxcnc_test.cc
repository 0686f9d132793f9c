// Our session against a real LinuxCNC: Debian's linuxcnc-uspace in simulation, worked by the
// demonstration's operator. Skipped where the package is not installed.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <set>
#include <string>

#include "wire/linuxcnc/session.h"
#include "wire/text.h"

namespace heed {
namespace {

using wire::Said;
using wire::linuxcnc::Greeting;
using wire::linuxcnc::Session;

constexpr const char* kShop = HEED_SOURCE_DIR "/examples/linuxcnc/shop.sh";
constexpr std::uint16_t kPort = 5209;

int run(const std::string& command) {
  return std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe)
}

// A mill and its operator, for the length of a test.
class Shop {
 public:
  Shop() : works_(run(std::string("HEED_SHOP_HURRY=10 ") + kShop + " start 9 dial.ngc") == 0) {}
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;
  ~Shop() { run(std::string(kShop) + " stop 9"); }
  bool works() const { return works_; }

 private:
  bool works_;
};

int connect_to_mill() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kPort);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  static_assert(sizeof generic == sizeof address);
  std::memcpy(&generic, &address, sizeof address);
  return ::connect(socket, &generic, sizeof generic) == 0 ? socket : -1;
}

// What was last said of each key, and every line that was sent, until `done` or `longest`.
struct Heard {
  std::map<std::string, std::string> last;
  std::set<std::string> words;
  std::set<std::string> sent;
  std::uint64_t strange = 0;
  std::string dead;
};

void note(Heard& heard, Session& session, int socket) {
  const Bytes out = session.bytes_to_send();
  if (!out.empty()) {
    ASSERT_EQ(::write(socket, out.data(), out.size()), static_cast<ssize_t>(out.size()));
  }
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = out.find("\r\n", at);
    heard.sent.insert(out.substr(at, end - at));
    at = end + 2;
  }
  for (const Said& said : session.take_changes()) {
    heard.last[said.key] = *said.value;
    heard.words.insert(said.key + "=" + *said.value);
  }
}

template <class Done>
Heard listen(int socket, Duration longest, Done done) {
  const SystemClock clock;
  const Duration start = clock.steady();
  Session session(*Greeting::with("EMC", "heed"), {.period = Duration::milliseconds(100)}, start);
  Heard heard;
  while (session.dead().empty() && clock.steady() - start < longest && !done(heard)) {
    note(heard, session, socket);
    const Duration wait = session.deadline() - clock.steady();
    pollfd ready{.fd = socket, .events = POLLIN, .revents = 0};
    const auto timeout = static_cast<int>(std::max<std::int64_t>(0, wait.count_milliseconds()));
    if (::poll(&ready, 1, timeout + 1) > 0) {
      char buffer[65536];
      const ssize_t got = ::read(socket, buffer, sizeof buffer);
      if (got <= 0) break;
      session.on_bytes({buffer, static_cast<std::size_t>(got)}, clock.steady());
    }
    session.on_time(clock.steady());
    note(heard, session, socket);
  }
  heard.strange = session.strange_lines();
  heard.dead = session.dead();
  return heard;
}

TEST(RealLinuxcnc, a_mill_is_heard_from_power_up_to_cutting_and_only_reads_are_sent) {
  if (run("command -v linuxcnc >/dev/null") != 0) GTEST_SKIP() << "linuxcnc-uspace is missing";
  const Shop shop;
  ASSERT_TRUE(shop.works()) << "examples/linuxcnc/shop.sh start 9 failed";
  const int socket = connect_to_mill();
  ASSERT_GE(socket, 0);

  const Heard heard = listen(socket, Duration::seconds(90), [](const Heard& h) {
    const auto feed = h.last.find("Fact");
    return h.words.contains("execution=ACTIVE") && h.words.contains("program=dial.ngc") &&
           h.words.contains("Tool_number=10") && feed != h.last.end() && feed->second != "0";
  });
  ::close(socket);

  EXPECT_EQ(heard.dead, "");
  EXPECT_EQ(heard.strange, 0U);
  for (const char* word : {"avail=AVAILABLE", "estop=ARMED", "power=ON", "homed=YES",
                           "mode=AUTOMATIC", "execution=ACTIVE", "program=dial.ngc",
                           "Tool_number=10", "Fovr=100", "joint_cond=NORMAL||||"}) {
    EXPECT_TRUE(heard.words.contains(word)) << word;
  }
  const std::set<std::string> reads = {
      "hello EMC heed 1.0", "get estop",          "get machine",      "get mode",
      "get program",        "get program_status", "get program_line", "get tool",
      "get feed_override",  "get abs_act_pos",    "get joint_homed",  "get joint_limit",
      "get joint_fault"};
  EXPECT_EQ(heard.sent, reads);
}

}  // namespace
}  // namespace heed
