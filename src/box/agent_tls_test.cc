// The box against an agent behind TLS on loopback: https:// and wss://, and all that can be wrong
// with the two.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "box/agent_link.h"
#include "box/box.h"
#include "box/test_directory.h"
#include "box/test_ingest.h"
#include "box/test_tls.h"
#include "policy/testing.h"
#include "wire/mtconnect/testing.h"
#include "wire/websocket/client.h"
#include "wire/websocket/testing.h"

namespace heed::box {
namespace {

using machines::MachineId;
using wire::mtconnect::testing::RingAgent;
using wire::websocket::server_frame;

/// An agent of HTTP and WebSocket, on one port as cppagent's; behind TLS or not.
class TlsAgent {
 public:
  explicit TlsAgent(std::optional<TestTlsWishes> tls)
      : tls_(std::move(tls)), server_([this](auto& peer, int) {
          if (!tls_) return serve(peer);
          TlsPeer over(peer, *tls_);
          serve(over);
        }) {}

  std::uint16_t port() const { return server_.port(); }
  std::string url(const std::string& scheme) const { return scheme + server_.address(); }
  std::string heard() { return server_.received(); }
  void observe(const std::string& item, const std::string& value) {
    const Lock lock(mutex_);
    ring_.observe(item, value, SystemClock().now());
  }

 private:
  template <class Peer>
  void serve(Peer& peer) {
    std::string bytes;
    while (!peer.gone()) {
      bytes += peer.hear(50);
      if (!bytes.empty() && !bytes.starts_with("GET ")) {
        peer.say("HTTP/1.1 400 Bad Request\r\n\r\n");
        return;
      }
      const std::size_t end = bytes.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      const std::string head = bytes.substr(0, end);
      bytes.erase(0, end + 4);
      if (head.contains("Upgrade: websocket")) return converse(peer, head);
      answer(peer, head.substr(4, head.find(' ', 4) - 4));
    }
  }
  template <class Peer>
  void answer(Peer& peer, const std::string& target) {
    if (target.contains("interval=")) return stream(peer);
    const std::string document = answer_of(target);
    peer.say(fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
                         document.size()) +
             document);
  }
  template <class Peer>
  void stream(Peer& peer) {
    peer.say(
        "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n"
        "Connection: close\r\n\r\n");
    tell_all(peer, [&](const std::string& document) {
      peer.say(fmt::format("--b\r\nContent-type: text/xml\r\nContent-length: {}\r\n\r\n{}\r\n",
                           document.size(), document));
    });
  }
  template <class Peer>
  void converse(Peer& peer, const std::string& head) {
    const std::size_t key = head.find("Sec-WebSocket-Key: ") + 19;
    peer.say(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        wire::websocket::accept_of(head.substr(key, 24)) + "\r\n\r\n");
    const auto say = [&](const std::string& document) { peer.say(server_frame(0x81, document)); };
    std::string bytes;
    while (!peer.gone()) {
      bytes += peer.hear(5);
      const auto message = wire::websocket::take_client_message(bytes);
      if (!message) continue;
      const auto request = Json::parse(*message);
      if (!request) continue;
      if (request->find("interval") != nullptr) return tell_all(peer, say);
      say(answer_of("/" + *request->find("request")->string()));
    }
  }
  /// What is new, as long as the peer is there.
  template <class Peer, class Say>
  void tell_all(Peer& peer, Say say) {
    std::uint64_t from = 1;
    while (!peer.gone()) {
      std::string document;
      {
        const Lock lock(mutex_);
        if (ring_.next() > from) document = ring_.sample(from, 100);
        from = ring_.next();
      }
      if (!document.empty()) say(document);
      peer.hear(5);
    }
  }
  std::string answer_of(const std::string& target) {
    const Lock lock(mutex_);
    return ring_.answer(target);
  }

  const std::optional<TestTlsWishes> tls_;
  Mutex mutex_;
  RingAgent ring_ HEED_GUARDED_BY(mutex_);
  TestServer server_;  // last: its threads use what stands above
};

const TestCertificate& authority() {
  static const TestCertificate kAuthority = make_certificate({.name = "ca", .authority = true});
  return kAuthority;
}

TestTlsWishes shown_for(const std::string& alternatives, int first_day = -1, int last_day = 2) {
  return {.shown = make_certificate(
              {.alternatives = alternatives, .first_day = first_day, .last_day = last_day},
              &authority())};
}

/// Asks an agent one thing.
class OneQuestion final : private AgentLinkHandler {
 public:
  /// How it ended: "answered", or what is wrong and its mend.
  std::string ask(const std::string& url, const Certificates& certificates) {
    const auto endpoint = parse_address(Protocol::kMtconnect, url);
    AgentPlace agent{.endpoint = *endpoint, .login = {}, .options = {}};
    agent.login.ca = certificates.ca;
    agent.login.cert = certificates.cert;
    agent.login.key = certificates.key;
    const auto link = make_agent_link(agent, {*net_, clock_, random_, log_, ""}, *this);
    link->ask({.path = "/probe", .silence_limit = Duration::seconds(5)});
    net_->at(clock_.steady() + Duration::seconds(10), [this] { net_->stop(); });
    net_->run();
    return ended_;
  }

 private:
  void on_head(int, std::string_view) override {}
  bool on_body(BytesView) override { return answered(); }
  void on_messages() override {}
  bool on_message(BytesView) override { return answered(); }
  bool answered() {
    ended_ = "answered";
    net_->stop();
    return false;
  }
  void on_end(const Result<void>& how) override {
    ended_ = how ? "ended" : how.error().message + "; " + how.error().mend;
    net_->stop();
  }

  SystemClock clock_;
  SystemRandom random_;
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  std::unique_ptr<Net> net_ = *Net::create(clock_);
  std::string ended_ = "nothing";
};

class SecureAgent : public testing::TestWithParam<const char*> {
 protected:
  static std::string asked(const std::string& url, const Certificates& certificates = {}) {
    return OneQuestion().ask(url, certificates);
  }
  std::string asked(TestTlsWishes wishes, const Certificates& certificates = {}) const {
    TlsAgent agent(std::move(wishes));
    return asked(agent.url(GetParam()), certificates);
  }
};

TEST_P(SecureAgent, answers_whom_it_proves_to_be_the_host_of_the_address) {
  const Certificates trusting{.ca = authority().cert};
  TlsAgent agent(shown_for("IP:127.0.0.1,DNS:localhost"));
  EXPECT_EQ(asked(agent.url(GetParam()), trusting), "answered");
  EXPECT_EQ(asked(GetParam() + std::string("localhost:") + std::to_string(agent.port()), trusting),
            "answered");
  EXPECT_FALSE(agent.heard().contains("GET ")) << "nothing is said plainly";
  const TestCertificate alone = make_certificate({.alternatives = "IP:127.0.0.1"});
  EXPECT_EQ(asked({.shown = alone}, {.ca = alone.cert}), "answered")
      << "one that signed itself is trusted where it is pasted";
}

TEST_P(SecureAgent, is_refused_with_the_mend_when_its_certificate_does_not_hold) {
  struct Case {
    TestTlsWishes wishes;
    std::string ca, says, mend;
  };
  const TestCertificate other = make_certificate({.name = "other", .authority = true});
  const Case cases[] = {
      {shown_for("IP:127.0.0.1"), other.cert, "nobody whom Heed trusts", "setting ca"},
      {shown_for("IP:127.0.0.1"), "", "nobody whom Heed trusts", "setting ca"},
      {shown_for("DNS:mill.shop"), authority().cert, "for another host", "in the address"},
      {shown_for("IP:127.0.0.1", -9, -2), authority().cert, "has expired", "renewed"},
      {shown_for("IP:127.0.0.1", 3, 9), authority().cert, "not valid yet", "what time it is"},
  };
  for (const Case& one : cases) {
    const std::string said = asked(one.wishes, {.ca = one.ca});
    EXPECT_TRUE(said.contains(one.says)) << said;
    EXPECT_TRUE(said.contains(one.mend)) << said;
  }
}

TEST_P(SecureAgent, that_wants_our_certificate_gets_it_or_the_settings_are_named) {
  TestTlsWishes wishes = shown_for("IP:127.0.0.1");
  wishes.wants_signed_by = authority().cert;
  const TestCertificate ours = make_certificate({.name = "heed"}, &authority());
  EXPECT_EQ(asked(wishes, {.ca = authority().cert, .cert = ours.cert, .key = ours.key}),
            "answered");
  const std::string said = asked(wishes, {.ca = authority().cert});
  EXPECT_TRUE(said.contains("settings cert and key")) << said;
}

TEST_P(SecureAgent, that_speaks_plainly_is_told_with_the_scheme_to_write) {
  TlsAgent plain({});
  const std::string said = asked(plain.url(GetParam()));
  EXPECT_TRUE(said.contains("speaks no TLS")) << said;
  EXPECT_TRUE(said.contains("ws:// in the place of wss:// (http:// of https://)")) << said;
  TestServer silent([](auto& peer, int) { peer.leave(); });
  const std::string closed = asked(GetParam() + silent.address());
  EXPECT_TRUE(closed.contains("this port has TLS") || closed.contains("port that has TLS"))
      << closed;
}

TEST_P(SecureAgent, is_read_live) {
  TestDirectory directory;
  SystemClock clock;
  SystemRandom random;
  Log log{clock, LogLevel::kError, Log::nowhere()};
  TestIngest ingest;
  BoxOptions options;
  options.directory = directory.path();
  options.policy = policy::in_force(policy::heed_policy());
  const auto box = *Box::open(std::move(options), ingest.ingest(), clock, random, log);
  TlsAgent agent(shown_for("IP:127.0.0.1"));
  const auto added =
      box->add({MachineId::make(random), Protocol::kMtconnect, agent.url(GetParam()) + "/Torture",
                false, R"({"ca":)" + json_quote(authority().cert) + "}"});
  ASSERT_TRUE(added) << added.error().message;
  ASSERT_TRUE(ingest.wait_for_link(true));
  agent.observe("execution", "ACTIVE");
  EXPECT_TRUE(ingest.wait([](const auto& reports) {
    return std::ranges::count(TestIngest::values(reports), "execution=ACTIVE") > 0;
  }));
  EXPECT_EQ(ingest.gaps().size(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Schemes, SecureAgent, testing::Values("https://", "wss://"));

class PlainAddress : public testing::TestWithParam<const char*> {};
TEST_P(PlainAddress, of_an_agent_behind_tls_is_told_with_the_scheme_to_write) {
  TlsAgent agent(shown_for("IP:127.0.0.1"));
  const std::string said = OneQuestion().ask(agent.url(GetParam()), {});
  EXPECT_TRUE(said.contains("write wss:// in the place of ws://")) << said;
}
TEST_P(PlainAddress, has_no_certificates) {
  const auto reading = parse_reading(Protocol::kMtconnect, GetParam() + std::string("mill:5000"),
                                     R"({"ca":)" + json_quote(authority().cert) + "}");
  ASSERT_FALSE(reading);
  EXPECT_TRUE(reading.error().mend.contains("https:// or wss://")) << reading.error().mend;
}
INSTANTIATE_TEST_SUITE_P(Schemes, PlainAddress, testing::Values("http://", "ws://"));

}  // namespace
}  // namespace heed::box
