// The box against an agent's WebSocket on loopback, written from RFC 6455 and from the description
// of cppagent's. Every request that it hears is kept: there must be none that writes.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/handshake.h"
#include "base/json.h"
#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_server.h"
#include "policy/testing.h"
#include "wire/mtconnect/testing.h"
#include "wire/websocket/client.h"
#include "wire/websocket/testing.h"

namespace heed::box {
namespace {

using machines::MachineId;
using wire::mtconnect::testing::RingAgent;
using wire::websocket::server_frame;

/// An agent and its WebSocket; each connection has its fault.
class SocketAgent {
 public:
  enum class Fault : std::uint8_t {
    kNone,
    kWrongAccept,
    kNoSocket,
    kMasked,
    kHalfFrame,
    kForeignJson,
    kTooLong,
    kPieces,        ///< No fault: each document in pieces of a byte, with pings between them.
    kDeafToCancel,  ///< Never confirms one.
    kBinary,        ///< No fault: frames may be binary.
  };

  explicit SocketAgent(std::vector<Fault> faults = {})
      : faults_(std::move(faults)), server_([this](auto& peer, int i) { serve(peer, i); }) {}

  std::string url(const std::string& device = "") const {
    return "ws://" + server_.address() + device;
  }
  void observe(const std::string& item, const std::string& value) {
    const Lock lock(mutex_);
    ring_.observe(item, value, SystemClock().now());
  }
  void with(const std::function<void(RingAgent&)>& change) {
    const Lock lock(mutex_);
    change(ring_);
  }
  std::vector<std::string> requests() {
    const Lock lock(mutex_);
    return requests_;
  }
  std::string handshakes() {
    const Lock lock(mutex_);
    return handshakes_;
  }
  int connections() {
    const Lock lock(mutex_);
    return connections_;
  }

 private:
  using Peer = TestServer::Peer;

  void serve(Peer& peer, int number) {
    const Fault fault = static_cast<std::size_t>(number) < faults_.size()
                            ? faults_[static_cast<std::size_t>(number)]
                            : Fault::kNone;
    std::string bytes;
    while (!bytes.contains("\r\n\r\n") && !peer.gone()) bytes += peer.hear();
    const std::size_t key = bytes.find("Sec-WebSocket-Key: ") + 19;
    {
      const Lock lock(mutex_);
      ++connections_;
      handshakes_ += bytes.substr(0, bytes.find("\r\n\r\n") + 4);
    }
    if (fault == Fault::kNoSocket) {
      peer.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const std::string accept = wire::websocket::accept_of(bytes.substr(key, 24));
    peer.say(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        (fault == Fault::kWrongAccept ? to_base64(sha1("no")) : accept) + "\r\n\r\n");
    bytes.erase(0, bytes.find("\r\n\r\n") + 4);
    converse(peer, fault, std::move(bytes));
  }

  void converse(Peer& peer, Fault fault, std::string bytes) {
    bool streaming = false;
    std::uint64_t from = 0;
    while (!peer.gone()) {
      while (const auto message = wire::websocket::take_client_message(bytes)) {
        const auto request = Json::parse(*message);
        if (!request) continue;
        const std::string verb = *request->find("request")->string();
        note(*message);
        if (verb == "cancel") {
          streaming = false;
          if (fault != Fault::kDeafToCancel) say(peer, fault, R"({ "success": "true"})");
          continue;
        }
        // Before the answer: what is observed while it is made, or a restart, is told by the
        // stream.
        const std::uint64_t end = next();
        const std::string document = answer(*request, verb);
        say(peer, fault, document);
        streaming = request->find("interval") != nullptr && !document.contains("MTConnectError");
        if (streaming) from = std::min(end, number(*request, "from") + number(*request, "count"));
      }
      if (const std::uint64_t end = next(); streaming && end != from) {
        say(peer, fault, sample(from));
        from = end;
      }
      bytes += peer.hear(5);
    }
  }

  void say(Peer& peer, Fault fault, const std::string& document) {
    switch (fault) {
      case Fault::kMasked: peer.say(Bytes("\x81\x81\0\0\0\0x", 7)); return;
      case Fault::kHalfFrame:
        peer.say(server_frame(0x81, document).substr(0, document.size() / 2));
        peer.leave();
        return;
      case Fault::kForeignJson:
        peer.say(server_frame(0x81, R"({"temperature":21})"));
        peer.leave();
        return;
      case Fault::kTooLong: peer.say(Bytes("\x82\x7f\x00\x00\x00\x01\x00\x00\x00\x00", 10)); return;
      case Fault::kBinary: peer.say(server_frame(0x82, document)); return;
      case Fault::kPieces: {
        Bytes storm = server_frame(0x01, "");
        for (std::size_t i = 0; i < document.size(); ++i) {
          storm += server_frame(0x00, document.substr(i, 1));
          if (i % 100 == 0) storm += server_frame(0x89, "ping");
        }
        peer.say(storm + server_frame(0x80, ""));
        return;
      }
      default: peer.say(server_frame(0x81, document)); return;
    }
  }

  void note(const std::string& message) {
    const Lock lock(mutex_);
    requests_.push_back(message);
  }
  std::string answer(const Json& request, const std::string& verb) {
    const Lock lock(mutex_);
    if (verb == "asset") return ring_.answer("/asset/" + *request.find("assetIds")->string());
    if (verb != "sample") return ring_.answer("/" + verb);
    return ring_.sample(number(request, "from"), number(request, "count"));
  }
  static std::uint64_t number(const Json& request, std::string_view name) {
    return static_cast<std::uint64_t>(*request.find(name)->integer());
  }
  std::string sample(std::uint64_t from) {
    const Lock lock(mutex_);
    return ring_.sample(from, 1'000);
  }
  std::uint64_t next() {
    const Lock lock(mutex_);
    return ring_.next();
  }

  const std::vector<Fault> faults_;
  Mutex mutex_;
  RingAgent ring_ HEED_GUARDED_BY(mutex_);
  std::vector<std::string> requests_ HEED_GUARDED_BY(mutex_);
  std::string handshakes_ HEED_GUARDED_BY(mutex_);
  int connections_ HEED_GUARDED_BY(mutex_) = 0;
  TestServer server_;  // last: its threads use what stands above
};

using Fault = SocketAgent::Fault;

class SocketBox : public testing::Test {
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
  void read(const SocketAgent& agent, const std::string& settings = "") {
    const auto added =
        box().add({mill_, Protocol::kMtconnect, agent.url("/Torture"), false, settings});
    ASSERT_TRUE(added) << added.error().message;
  }
  bool wait_for(const std::string& value) {
    return ingest_.wait([&](const auto& reports) {
      return std::ranges::count(TestIngest::values(reports), value) > 0;
    });
  }
  /// The values of one item, in their order.
  std::vector<std::string> values_of(const std::string& item) {
    std::vector<std::string> all;
    for (const std::string& value : TestIngest::values(ingest_.reports())) {
      if (value.starts_with(item + "=")) all.push_back(value.substr(item.size() + 1));
    }
    return all;
  }
  static void count_parts(SocketAgent& agent, int from, int to) {
    for (int i = from; i <= to; ++i) agent.observe("part_count", std::to_string(i));
  }
  static std::vector<std::string> range(int from, int to) {
    std::vector<std::string> all;
    for (int i = from; i <= to; ++i) all.push_back(std::to_string(i));
    return all;
  }
  std::string looked(const std::string& url) {
    const auto diagnosis = box().diagnose({Protocol::kMtconnect, url, ""});
    std::string all;
    for (const Step& step : diagnosis->steps) all += step.say + "\n";
    return all + (diagnosis->ok ? "ok" : "not ok");
  }
  static void expect_only_reading(SocketAgent& agent) {
    const std::set<std::string> known = {"probe", "current", "sample", "asset", "cancel"};
    const std::set<std::string> members = {"id",   "request", "device",   "assetIds",
                                           "from", "count",   "interval", "heartbeat"};
    for (const std::string& request : agent.requests()) {
      const auto json = Json::parse(request);
      ASSERT_TRUE(json && json->object() != nullptr) << request;
      EXPECT_TRUE(known.contains(*json->find("request")->string())) << request;
      for (const auto& [name, value] : *json->object()) EXPECT_TRUE(members.contains(name));
    }
    EXPECT_TRUE(agent.handshakes().starts_with("GET / HTTP/1.1\r\n"));
    EXPECT_FALSE(agent.handshakes().contains("POST"));
  }

  TestDirectory directory_;
  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  TestIngest ingest_;
  std::unique_ptr<Box> box_;
  const MachineId mill_ = MachineId::make(random_);
};

TEST_F(SocketBox, an_agent_is_read_over_one_connection_by_requests_that_read) {
  SocketAgent agent;
  agent.observe("execution", "READY");
  read(agent, R"({"user":"heed","password":"secret"})");
  ASSERT_TRUE(wait_for("execution=READY"));
  count_parts(agent, 1, 50);
  ASSERT_TRUE(wait_for("part_count=50"));
  std::vector<std::string> expected = range(1, 50);
  expected.insert(expected.begin(), "-");
  EXPECT_EQ(values_of("part_count"), expected);
  EXPECT_EQ(ingest_.gaps().size(), 0U);
  EXPECT_TRUE(ingest_.wait_for_link(true));
  EXPECT_EQ(agent.connections(), 1);
  EXPECT_EQ(agent.requests().size(), 3U);
  EXPECT_TRUE(agent.handshakes().contains("Authorization: Basic aGVlZDpzZWNyZXQ="));
  expect_only_reading(agent);
}

TEST_F(SocketBox, assets_are_fetched_beside_the_stream) {
  SocketAgent agent;
  agent.with([](RingAgent& ring) {
    ring.assets["M.12"] = R"(<CuttingTool assetId="M.12" deviceUuid="torture-1"/>)";
  });
  read(agent);
  ASSERT_TRUE(wait_for("execution=-"));
  agent.observe("asset_changed", "M.12");
  ASSERT_TRUE(wait_for("asset=M.12|CuttingTool"));
  EXPECT_EQ(agent.connections(), 2);
  expect_only_reading(agent);
}

TEST_F(SocketBox, pieces_and_binary_frames_read_like_any_other) {
  for (const Fault fault : {Fault::kPieces, Fault::kBinary}) {
    SocketAgent agent({fault, fault});
    EXPECT_TRUE(looked(agent.url()).ends_with("\nok"));
  }
}

class BrokenSocketBox : public SocketBox, public testing::WithParamInterface<std::vector<Fault>> {};
TEST_P(BrokenSocketBox, loses_and_doubles_nothing) {
  SocketAgent agent(GetParam());
  count_parts(agent, 1, 5);
  read(agent);
  ASSERT_TRUE(wait_for("part_count=5"));
  count_parts(agent, 6, 20);
  ASSERT_TRUE(wait_for("part_count=20"));
  EXPECT_EQ(values_of("part_count"), range(5, 20)) << "of the current, and each after it once";
  EXPECT_EQ(ingest_.gaps().size(), 0U);
  expect_only_reading(agent);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, BrokenSocketBox,
    testing::Values(std::vector{Fault::kMasked, Fault::kHalfFrame, Fault::kTooLong},
                    std::vector{Fault::kForeignJson, Fault::kWrongAccept, Fault::kNoSocket}));

TEST_F(SocketBox, a_restart_is_told_and_the_stream_is_cancelled_for_it) {
  SocketAgent agent;
  read(agent);
  ASSERT_TRUE(wait_for("execution=-"));
  agent.with([](RingAgent& ring) {
    ring.restart(2'000, SystemClock().now());
    for (int i = 0; i < 20; ++i) ring.observe("part_count", "7", SystemClock().now());
    ring.observe("execution", "ACTIVE", SystemClock().now());
  });
  ASSERT_TRUE(wait_for("execution=ACTIVE"));
  EXPECT_TRUE(ingest_.wait_for_gap(machines::Gap::Reason::kRestarted));
  EXPECT_EQ(agent.connections(), 1);
  const auto requests = agent.requests();
  EXPECT_EQ(std::ranges::count_if(requests, [](const auto& r) { return r.contains("cancel"); }), 1);
  expect_only_reading(agent);
}

TEST_F(SocketBox, an_agent_that_is_deaf_to_cancel_is_connected_to_anew) {
  SocketAgent agent({Fault::kDeafToCancel});
  read(agent);
  ASSERT_TRUE(wait_for("execution=-"));
  agent.with([](RingAgent& ring) {
    ring.restart(2'000, SystemClock().now());
    for (int i = 0; i < 20; ++i) ring.observe("part_count", "7", SystemClock().now());
    ring.observe("execution", "ACTIVE", SystemClock().now());
  });
  ASSERT_TRUE(wait_for("execution=ACTIVE"));
  EXPECT_EQ(agent.connections(), 2);
}

TEST_F(SocketBox, a_buffer_that_wrapped_is_told_as_a_lost_range) {
  SocketAgent agent;
  read(agent);
  ASSERT_TRUE(wait_for("execution=-"));
  agent.with([](RingAgent& ring) {
    ring.buffer_size = 20;
    for (int i = 1; i <= 200; ++i) {
      ring.observe("part_count", std::to_string(i), SystemClock().now());
    }
  });
  ASSERT_TRUE(wait_for("part_count=200"));
  EXPECT_TRUE(ingest_.wait_for_gap(machines::Gap::Reason::kOutOfRange));
}

TEST_F(SocketBox, a_first_look_tells_what_is_wrong_and_its_mend) {
  SocketAgent no_socket({Fault::kNoSocket});
  const std::string none = looked(no_socket.url());
  EXPECT_TRUE(none.contains("write http:// in the place of ws://")) << none;
  SocketAgent wrong({Fault::kWrongAccept});
  const std::string accept = looked(wrong.url());
  EXPECT_TRUE(accept.contains("something answers in its place")) << accept;
}

}  // namespace
}  // namespace heed::box
