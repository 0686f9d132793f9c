// The MTConnect session over real TCP, against an agent that does what it should not.
#include "torture_agent.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>

#include "wire/mtconnect/agent_cursor.h"
#include "wire/mtconnect/session_harness.h"

namespace heed::torture {
namespace {

using wire::mtconnect::AgentOptions;
using wire::mtconnect::AgentSession;
using wire::mtconnect::Gap;
using wire::mtconnect::Next;
using wire::mtconnect::Request;
using wire::mtconnect::testing::Recorder;
using wire::mtconnect::testing::RingAgent;

constexpr Duration kPatience = Duration::seconds(20);
const Time kThen = Time::from_seconds(1'600'000'000);

AgentOptions quick() {
  return {.interval = Duration::milliseconds(5),
          .heartbeat = Duration::milliseconds(100),
          .poll_period = Duration::milliseconds(20),
          .answer_limit = Duration::seconds(10),
          .backoff = {.first = Duration::milliseconds(5), .most = Duration::milliseconds(40)}};
}

/// Takes HTTP's framing off an answer: enough for what TortureAgent sends.
class HttpAnswer {
 public:
  /// The body's bytes among these; `complete()` tells when it ends by itself.
  std::string take(std::string_view bytes) {
    in_ += bytes;
    if (!headers_done_ && !take_headers()) return {};
    if (!chunked_) return take_plain();
    std::string body;
    while (true) {
      const std::size_t end = in_.find("\r\n");
      if (end == std::string::npos) return body;
      const std::size_t size = std::stoul(in_.substr(0, end), nullptr, 16);
      if (in_.size() < end + 2 + size + 2) return body;
      body += in_.substr(end + 2, size);
      in_.erase(0, end + 2 + size + 2);
    }
  }
  bool headers_done() const { return headers_done_; }
  bool complete() const { return headers_done_ && left_ == 0; }
  int status() const { return status_; }
  const std::string& content_type() const { return content_type_; }

 private:
  bool take_headers() {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::string head = in_.substr(0, end + 2);
    in_.erase(0, end + 4);
    status_ = std::stoi(head.substr(9, 3));
    content_type_ = field(head, "Content-Type: ");
    chunked_ = head.contains("chunked");
    const std::string length = field(head, "Content-Length: ");
    if (!length.empty()) left_ = std::stoul(length);
    return headers_done_ = true;
  }
  static std::string field(const std::string& head, const std::string& name) {
    const std::size_t at = head.find(name);
    if (at == std::string::npos) return {};
    return head.substr(at + name.size(), head.find("\r\n", at) - at - name.size());
  }
  std::string take_plain() {
    std::string body = std::exchange(in_, {});
    if (left_) left_ = *left_ - body.size();
    return body;
  }

  std::string in_;
  bool headers_done_ = false;
  bool chunked_ = false;
  int status_ = 0;
  std::string content_type_;
  std::optional<std::size_t> left_;
};

/// Reads an agent as the box would, with one blocking connection after the other.
class Reader {
 public:
  explicit Reader(const TortureAgent& agent, AgentOptions options = quick())
      : agent_(agent), session(std::move(options), recorder, random_) {}

  /// Goes on until `done` or patience ends; true if done.
  template <class Done>
  bool until(Done done) {
    const Duration end = clock_.steady() + kPatience;
    while (!done()) {
      if (clock_.steady() > end) return false;
      exchange(done);
    }
    return true;
  }
  /// Until this program value has been kept.
  bool until_kept(const std::string& value) {
    return until([&] {
      return std::ranges::any_of(recorder.kept, [&](const auto& o) { return o.value == value; });
    });
  }

  Recorder recorder;

 private:
  template <class Done>
  void exchange(Done done) {
    const Request asked = session.next_request(clock_.steady());
    const Duration wait = asked.not_before - clock_.steady();
    if (wait > Duration()) ::poll(nullptr, 0, static_cast<int>(wait.count_milliseconds()) + 1);
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(agent_.port());
    const std::string line = fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", asked.path);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::send(fd, line.data(), line.size(), MSG_NOSIGNAL) < 0) {
      session.lost({ErrorKind::kUnavailable, "refused", {}}, clock_.steady());
    } else {
      read_answer(fd, asked, done);
    }
    ::close(fd);
  }

  template <class Done>
  void read_answer(int fd, const Request& asked, Done done) {
    HttpAnswer answer;
    bool started = false;
    std::vector<char> buffer(65'536);
    while (!done()) {
      pollfd wait{fd, POLLIN, 0};
      const auto limit = static_cast<int>(asked.silence_limit.count_milliseconds());
      if (::poll(&wait, 1, limit) == 0) {
        return session.lost({ErrorKind::kUnavailable, "silent", {}}, clock_.steady());
      }
      const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (size < 0 || (size == 0 && !started)) {
        return session.lost({ErrorKind::kUnavailable, "reset", {}}, clock_.steady());
      }
      if (size == 0) return session.response_ended(clock_.steady());
      const std::string body = answer.take({buffer.data(), static_cast<std::size_t>(size)});
      if (!started && answer.headers_done()) {
        started = true;
        session.response_started(answer.status(), answer.content_type(), clock_.steady());
      }
      if (!body.empty() && session.body(body, clock_.steady()) == Next::kClose) return;
      if (answer.complete()) return session.response_ended(clock_.steady());
    }
    session.lost({ErrorKind::kCancelled, "enough", {}}, clock_.steady());
  }

  const TortureAgent& agent_;
  SystemClock clock_;
  SystemRandom random_;

 public:
  AgentSession session;
};

void speak(TortureAgent& agent, int from, int to) {
  for (int i = from; i < to; ++i) agent.observe("program", fmt::format("P{}", i), kThen);
}

/// Of what was kept: each sequence once, none missing from the first to the last.
void expect_whole(const Recorder& recorder, std::uint64_t instance) {
  const auto sequences = recorder.sequences(instance);
  for (std::size_t i = 1; i < sequences.size(); ++i) {
    ASSERT_EQ(sequences[i], sequences[i - 1] + 1) << "after a program or two";
  }
}

TEST(TortureAgent, is_read_in_every_version_type_and_cut) {
  struct Case {
    const char* version;
    const char* type;
    bool quoted;
    bool chunked;
    std::size_t write_size;
  };
  for (const Case& c : {Case{"1.0", "multipart/x-mixed-replace", false, true, 0},
                        Case{"1.3", "multipart/mixed", true, true, 7},
                        Case{"2.0", "multipart/mixed", false, false, 1},
                        Case{"2.7", "Multipart/X-Mixed-Replace", true, false, 13},
                        Case{"", "multipart/x-mixed-replace", false, true, 3}}) {
    TortureAgent agent({.version = c.version,
                        .multipart_type = c.type,
                        .quoted_boundary = c.quoted,
                        .chunked = c.chunked,
                        .write_size = c.write_size});
    Reader reader(agent);
    ASSERT_TRUE(reader.until([&] { return reader.session.cursor().has_value(); })) << c.version;
    speak(agent, 0, 20);
    EXPECT_TRUE(reader.until_kept("P19")) << c.version << c.type;
    EXPECT_FALSE(reader.session.polling());
    expect_whole(reader.recorder, 1'000);
  }
}

TEST(TortureAgent, each_fault_costs_no_observation_and_doubles_none) {
  for (const Fault fault : {Fault::kCutInPartHeader, Fault::kCutInDocument, Fault::kStall,
                            Fault::kCloseAtOnce, Fault::kNoPartLength, Fault::kOutOfRange,
                            Fault::kNoStream, Fault::kServerError, Fault::kGarbage}) {
    TortureAgent agent;
    Reader reader(agent);
    ASSERT_TRUE(reader.until([&] { return reader.recorder.commits >= 2; }));
    // Those that strike at an answer's beginning need a new one.
    agent.misbehave(fault);
    if (fault == Fault::kOutOfRange || fault == Fault::kNoStream || fault == Fault::kServerError ||
        fault == Fault::kCloseAtOnce) {
      agent.go_dark();
      agent.listen_again();
    }
    speak(agent, 0, 10);
    EXPECT_TRUE(reader.until([&] { return agent.faults_left() == 0; })) << static_cast<int>(fault);
    speak(agent, 10, 20);
    EXPECT_TRUE(reader.until_kept("P19")) << static_cast<int>(fault);
    expect_whole(reader.recorder, 1'000);
    EXPECT_TRUE(reader.recorder.gaps.empty()) << static_cast<int>(fault);
  }
}

TEST(TortureAgent, a_restart_and_a_dark_line_leave_a_gap_and_a_whole_new_instance) {
  TortureAgent agent;
  Reader reader(agent);
  ASSERT_TRUE(reader.until([&] { return reader.recorder.commits >= 2; }));
  speak(agent, 0, 10);
  ASSERT_TRUE(reader.until_kept("P9"));
  agent.go_dark();
  agent.restart(2'000, kThen);
  speak(agent, 10, 20);
  reader.until([&] { return reader.recorder.troubles.size() > 3; });
  EXPECT_TRUE(reader.recorder.sequences(2'000).empty());
  agent.listen_again();
  ASSERT_TRUE(reader.until_kept("P19"));
  ASSERT_EQ(reader.recorder.gaps.size(), 1U);
  EXPECT_EQ(reader.recorder.gaps[0].cause, Gap::Cause::kRestarted);
  const auto sequences = reader.recorder.sequences(2'000);
  EXPECT_EQ(sequences.front(), 1U);
  EXPECT_EQ(sequences.size(), agent.last_sequence());
  expect_whole(reader.recorder, 2'000);
}

TEST(TortureAgent, a_buffer_of_333_that_wraps_is_caught_up_with_and_its_losses_are_counted) {
  for (const bool new_errors : {false, true}) {
    TortureAgent agent({.buffer_size = 333, .new_errors = new_errors});
    Reader reader(agent);
    ASSERT_TRUE(reader.until([&] { return reader.recorder.commits >= 2; }));
    const std::uint64_t before = agent.last_sequence();
    agent.go_dark();
    speak(agent, 0, 1'000);
    agent.listen_again();
    ASSERT_TRUE(reader.until_kept("P999"));
    ASSERT_EQ(reader.recorder.gaps.size(), 1U);
    EXPECT_EQ(reader.recorder.gaps[0].first, before + 1);
    EXPECT_EQ(reader.recorder.gaps[0].last, agent.first_sequence() - 1);
    EXPECT_EQ(reader.recorder.gaps[0].count, 1'000U - 333U);
  }
}

TEST(TortureAgent, a_silent_stream_is_dead_after_two_heartbeats) {
  TortureAgent agent;
  Reader reader(agent);
  ASSERT_TRUE(reader.until([&] { return reader.recorder.commits >= 2; }));
  reader.recorder.troubles.clear();
  agent.misbehave(Fault::kStall);
  const SystemClock clock;
  const Duration begin = clock.steady();
  ASSERT_TRUE(reader.until([&] { return !reader.recorder.troubles.empty(); }));
  EXPECT_EQ(reader.recorder.troubles[0].message, "silent");
  EXPECT_GE(clock.steady() - begin, Duration::milliseconds(200));
  EXPECT_LT(clock.steady() - begin, Duration::seconds(10)) << "before an answer's limit";
}

TEST(TortureAgent, a_current_of_thirty_megabytes_is_taken_whole) {
  TortureAgent agent;
  agent.misbehave(Fault::kHugeDocument);
  Reader reader(agent);
  ASSERT_TRUE(reader.until([&] { return reader.session.cursor().has_value(); }));
  EXPECT_EQ(reader.recorder.kept.size(), 250'000U + agent.last_sequence());
}

TEST(TortureAgent, hears_nothing_but_requests_to_read) {
  TortureAgent agent;
  Reader reader(agent);
  agent.misbehave(Fault::kServerError);
  ASSERT_TRUE(reader.until([&] { return reader.recorder.commits >= 2; }));
  for (const std::string& request : agent.requests()) {
    EXPECT_TRUE(request.starts_with("GET /probe HTTP/1.1") ||
                request.starts_with("GET /current HTTP/1.1") ||
                request.starts_with("GET /sample?from="))
        << request;
  }
}

}  // namespace
}  // namespace heed::torture
