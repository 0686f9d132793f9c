// A box and its silo under kill -9: what was told to be stored is stored, once, in order.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <set>

#include "box/test_directory.h"
#include "box/test_server.h"
#include "machines/machines.h"
#include "machines/past.h"
#include "policy/testing.h"
#include "silo/silo.h"

namespace heed {
namespace {

constexpr int kKills = 200;
/// Every other child is killed up to this long after it was started, while it opens its stores,
/// recovers and connects; the others up to this long after the first thing they stored.
constexpr std::uint64_t kLongestLife = 300'000;  // microseconds

/// Says the numbers from 1 on, some a millisecond, to whoever is connected; never one twice.
class NumberAdapter {
 public:
  std::uint16_t port() const { return server_.port(); }
  std::uint64_t said() const { return next_ - 1; }
  void hush() { hushed_ = true; }

 private:
  void speak(box::TestServer::Peer& peer) {
    while (!peer.gone()) {
      std::string lines;
      for (int i = 0; i < 5 && !hushed_; ++i) {
        lines += "|n|" + std::to_string(next_.fetch_add(1)) + "\n";
      }
      if (!peer.say(lines)) return;
      if (peer.hear(3).find("PING") != std::string::npos && !peer.say("* PONG 10000\n")) return;
    }
  }
  std::atomic<std::uint64_t> next_ = 1;
  std::atomic<bool> hushed_ = false;
  box::TestServer server_{[this](box::TestServer::Peer& peer, int) { speak(peer); }};
};

/// One life of the child.
class Child {
 public:
  Child(const std::string& directory, std::uint16_t port, std::uint64_t seed) {
    int ends[2] = {-1, -1};
    require(::pipe2(ends, O_CLOEXEC) == 0, "a pipe can be made");
    const std::string port_text = std::to_string(port);
    const std::string seed_text = std::to_string(seed);
    process_ = ::fork();
    require(process_ >= 0, "a process can be made");
    if (process_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl(HEED_KILL_CHILD, HEED_KILL_CHILD, directory.c_str(), port_text.c_str(),
              seed_text.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    kill_now();
    ::close(output_);
  }

  /// Lines that came within the time, complete ones only.
  std::vector<std::string> hear(int milliseconds) {
    pollfd one{output_, POLLIN, 0};
    std::vector<std::string> lines;
    if (::poll(&one, 1, milliseconds) <= 0) return lines;
    std::string bytes(65'536, '\0');
    const ssize_t got = ::read(output_, bytes.data(), bytes.size());
    ended_ = got <= 0;
    partial_.append(bytes, 0, got > 0 ? static_cast<std::size_t>(got) : 0);
    for (std::size_t end = partial_.find('\n'); end != std::string::npos;
         end = partial_.find('\n')) {
      lines.push_back(partial_.substr(0, end));
      partial_.erase(0, end + 1);
    }
    return lines;
  }
  bool ended() const { return ended_; }
  void kill_now() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    int status = 0;
    ::waitpid(process_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "the child ended by itself: " << status;
    process_ = 0;
  }

 private:
  pid_t process_ = 0;
  int output_ = -1;
  bool ended_ = false;
  std::string partial_;
};

class KillTest : public testing::Test {
 protected:
  void note(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      if (!line.starts_with("stored ")) continue;
      std::uint64_t number = 0;
      std::from_chars(line.data() + 7, line.data() + line.size(), number);
      acknowledged_.insert(number);
      ++acknowledgements_;
    }
  }
  /// Lives until its time is over; everything it said before it died counts.
  void live_and_die(std::uint64_t life, bool from_first_stored, std::uint64_t seed) {
    Child child(directory_.path(), adapter_.port(), seed);
    const std::size_t before = acknowledgements_;
    while (from_first_stored && acknowledgements_ == before && !child.ended()) {
      note(child.hear(100));
    }
    const Duration end = clock_.steady() + Duration::microseconds(static_cast<std::int64_t>(life));
    while (clock_.steady() < end) note(child.hear(1));
    child.kill_now();
    while (!child.ended()) note(child.hear(100));
  }
  void live_until_idle() {
    Child child(directory_.path(), adapter_.port(), 0);
    const Duration patience = clock_.steady() + Duration::seconds(60);
    while (clock_.steady() < patience) {
      const auto lines = child.hear(10);
      note(lines);
      if (!lines.empty() && lines.back() == "idle") return;
    }
    ADD_FAILURE() << "the box did not become idle";
  }
  std::vector<std::uint64_t> stored();

  box::TestDirectory directory_;
  SystemClock clock_;
  NumberAdapter adapter_;
  std::set<std::uint64_t> acknowledged_;
  std::size_t acknowledgements_ = 0;
};

std::vector<std::uint64_t> KillTest::stored() {
  SystemRandom random;
  Log log(clock_, LogLevel::kError, Log::standard_error());
  const auto policy = policy::heed_policy();
  silo::StoreOptions options;
  options.data_directory = directory_.path() + "/data";
  options.key_directory = directory_.path() + "/keys";
  options.policy = policy;
  const auto store = *silo::Store::open(std::move(options), clock_, random, log);
  const auto silo = *store->silo(store->organizations().at(0));
  const auto access = *policy->access("test", "service.monitoring", "organization");
  const auto own = *policy->access("engine", "operation", "engine");
  const auto machines = *machines::Machines::open(silo, own, clock_, random);
  const auto machine = machines->list(access)->at(0).id;
  std::vector<std::uint64_t> numbers;
  const auto read =
      machines->past().scan_samples(access, machine, "n", {}, [&](const machines::SampleRow& row) {
        std::uint64_t number = 0;
        const std::string_view text = *row.value;
        std::from_chars(text.data(), text.data() + text.size(), number);
        numbers.push_back(number);
        return true;
      });
  EXPECT_TRUE(read) << read.error().message();
  return numbers;
}

TEST_F(KillTest, what_is_acknowledged_survives_two_hundred_kills_once_and_in_order) {
  const std::uint64_t seed = SystemRandom().u64();
  RecordProperty("seed", std::to_string(seed));
  fmt::print("kill test: seed {}\n", seed);
  SeededRandom random(seed);
  for (int i = 0; i < kKills; ++i) {
    const std::uint64_t trouble = i % 4 < 2 ? 0 : random.u64() % 1'000 + 1;
    live_and_die(random.u64() % kLongestLife, i % 2 == 0, trouble);
  }
  adapter_.hush();
  live_until_idle();
  const auto numbers = stored();
  const std::set<std::uint64_t> unique(numbers.begin(), numbers.end());
  fmt::print("said {}, acknowledged {}, stored {}\n", adapter_.said(), acknowledged_.size(),
             numbers.size());
  EXPECT_GT(acknowledged_.size(), 1'000U) << "too little happened to prove anything";
  EXPECT_GT(acknowledgements_, acknowledged_.size()) << "the spool never had to take over";
  EXPECT_EQ(unique.size(), numbers.size()) << "something is stored twice";
  EXPECT_TRUE(std::ranges::is_sorted(numbers)) << "something is out of order";
  EXPECT_TRUE(std::ranges::includes(unique, acknowledged_)) << "something acknowledged is lost";
}

}  // namespace
}  // namespace heed
