#include "box/tls.h"

#include <gtest/gtest.h>

#include "box/test_tls.h"

namespace heed::box {
namespace {

const Time kNow = SystemClock().now();

class TlsClientTest : public testing::Test {
 protected:
  TestCertificate signed_for(const std::string& alternatives, int first = -1, int last = 2) const {
    return make_certificate({.alternatives = alternatives, .first_day = first, .last_day = last},
                            &ca_);
  }
  static std::unique_ptr<TlsClient> client(const std::string& host, const std::string& ca,
                                           Time now = kNow) {
    auto made = TlsClient::create(host, {.ca = ca}, now);
    EXPECT_TRUE(made) << made.error().message;
    return *std::move(made);
  }
  /// Hands bytes over, `step` at a time, until neither has more; what the client failed with.
  static std::string shake(TlsClient& client, TestTls& server, std::size_t step = SIZE_MAX) {
    for (int i = 0; i < 10; ++i) {
      server.feed(client.take_output());
      const Bytes all = server.take_output();
      for (BytesView rest = all; !rest.empty(); rest.remove_prefix(std::min(step, rest.size()))) {
        const auto fed = client.feed(rest.substr(0, step));
        if (!fed) return fed.error().message + "; " + fed.error().mend;
      }
    }
    return client.is_open() ? "open" : "closed";
  }

  const TestCertificate ca_ = make_certificate({.name = "ca", .authority = true});
  const TestCertificate other_ = make_certificate({.name = "other", .authority = true});
};

TEST_F(TlsClientTest, what_is_said_arrives_on_either_side_however_it_is_cut) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, SIZE_MAX}) {
    TestTls server({.shown = signed_for("DNS:mill.shop")});
    const auto client = this->client("mill.shop", ca_.cert);
    ASSERT_EQ(shake(*client, server, step), "open");
    client->send("GET /probe");
    server.feed(client->take_output());
    EXPECT_EQ(server.take_plain(), "GET /probe");
    server.say(std::string(100'000, 'x'));
    EXPECT_EQ(shake(*client, server, step), "open");
    EXPECT_EQ(client->take_plain(), std::string(100'000, 'x'));
    EXPECT_EQ(client->take_plain(), "");
  }
}

TEST_F(TlsClientTest, a_host_must_prove_that_it_is_that_host) {
  struct Case {
    std::string alternatives, host, says;
  };
  const Case cases[] = {
      {"DNS:mill.shop", "mill.shop", "open"},
      {"DNS:*.shop.example", "mill.shop.example", "open"},
      {"IP:127.0.0.1", "127.0.0.1", "open"},
      {"IP:fe80::1", "fe80::1%eth0", "open"},
      {"DNS:mill.shop,IP:10.0.0.7", "lathe.shop", "it names mill.shop, 10.0.0.7"},
      {"DNS:mill.shop", "127.0.0.1", "it names mill.shop"},
      {"DNS:m*.shop", "mill.shop", "another host"},
      {"", "mill.shop", "it names test"},
  };
  for (const Case& one : cases) {
    TestTls server({.shown = signed_for(one.alternatives)});
    const std::string said = shake(*client(one.host, ca_.cert), server);
    EXPECT_TRUE(said.contains(one.says)) << one.alternatives << " " << one.host << ": " << said;
    if (one.says != "open") EXPECT_TRUE(said.contains("have one made for this address")) << said;
  }
}

TEST_F(TlsClientTest, a_certificate_holds_from_its_first_to_its_last_day) {
  const TestCertificate shown = signed_for("DNS:mill.shop", 10, 20);
  const auto said = [&](int day) {
    TestTls server({.shown = shown});
    // The authority's own certificate is trusted by itself, but it has its days, too.
    const TestCertificate& trusted = shown;
    return shake(*client("mill.shop", trusted.cert, kNow + Duration::days(day)), server);
  };
  EXPECT_TRUE(said(9).contains("not valid yet")) << said(9);
  EXPECT_TRUE(said(9).contains("what time it is")) << said(9);
  EXPECT_EQ(said(15), "open");
  EXPECT_TRUE(said(21).contains("has expired")) << said(21);
  EXPECT_TRUE(said(21).contains("renewed")) << said(21);
}

TEST_F(TlsClientTest, who_is_trusted_is_who_was_pasted_and_nobody_else) {
  const auto said = [&](const TestCertificate& shown, const std::string& ca) {
    TestTls server({.shown = shown});
    return shake(*client("mill.shop", ca), server);
  };
  const TestCertificate mill = signed_for("DNS:mill.shop");
  const TestCertificate alone = make_certificate({.alternatives = "DNS:mill.shop"});
  EXPECT_EQ(said(mill, other_.cert + ca_.cert), "open");
  EXPECT_EQ(said(alone, alone.cert), "open") << "it signed itself and is pasted itself";
  EXPECT_EQ(said(mill, mill.cert), "open") << "it alone is trusted";
  for (const std::string& refused :
       {said(mill, other_.cert), said(mill, ""), said(alone, ""), said(alone, ca_.cert)}) {
    EXPECT_TRUE(refused.contains("nobody whom Heed trusts")) << refused;
    EXPECT_TRUE(refused.contains("setting ca")) << refused;
  }
}

TEST_F(TlsClientTest, old_versions_and_plain_words_are_refused_with_the_mend) {
  TestTls old({.shown = signed_for("DNS:mill.shop"), .highest_version = TLS1_1_VERSION});
  const std::string said = shake(*client("mill.shop", ca_.cert), old);
  EXPECT_TRUE(said.contains("protocol version")) << said;
  EXPECT_TRUE(said.contains("TLS 1.2")) << said;
  for (const std::string_view words : {"HTTP/1.1 400 Bad Request\r\n\r\n", "* PING\r\n"}) {
    const auto client = this->client("mill.shop", ca_.cert);
    const auto fed = client->feed(words);
    ASSERT_FALSE(fed);
    EXPECT_TRUE(fed.error().message.contains("speaks no TLS")) << fed.error().message;
    EXPECT_TRUE(fed.error().mend.contains("ws:// in the place of wss://")) << fed.error().mend;
    EXPECT_FALSE(client->feed("more")) << "the first failure stays";
  }
}

TEST_F(TlsClientTest, a_peer_that_wants_our_certificate_gets_it_or_is_told) {
  const TestTlsWishes wishes{.shown = signed_for("DNS:mill.shop"), .wants_signed_by = ca_.cert};
  const TestCertificate ours = make_certificate({.name = "heed"}, &ca_);
  TestTls with(wishes);
  const auto known =
      *TlsClient::create("mill.shop", {.ca = ca_.cert, .cert = ours.cert, .key = ours.key}, kNow);
  EXPECT_EQ(shake(*known, with), "open");
  EXPECT_TRUE(with.is_open());
  TestTls without(wishes);
  const std::string said = shake(*client("mill.shop", ca_.cert), without);
  EXPECT_TRUE(said.contains("refuses ours")) << said;
  EXPECT_TRUE(said.contains("settings cert and key")) << said;
}

TEST_F(TlsClientTest, what_is_no_certificate_is_refused_before_anything_is_said) {
  const TestCertificate ours = make_certificate({.name = "heed"}, &ca_);
  const Certificates wrong[] = {
      {.ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
      {.ca = ca_.cert, .cert = ours.cert, .key = other_.key},
      {.ca = ca_.cert, .cert = "-----BEGIN nothing", .key = ours.key},
  };
  for (const Certificates& one : wrong) {
    const auto made = TlsClient::create("mill.shop", one, kNow);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
    EXPECT_TRUE(made.error().mend.contains("paste")) << made.error().mend;
  }
}

TEST_F(TlsClientTest, the_peers_end_is_told_after_what_it_said) {
  TestTls server({.shown = signed_for("DNS:mill.shop")});
  const auto client = this->client("mill.shop", ca_.cert);
  ASSERT_EQ(shake(*client, server), "open");
  server.say("last");
  server.leave();
  EXPECT_TRUE(shake(*client, server).contains("closed the connection"));
  EXPECT_EQ(client->take_plain(), "last");
}

}  // namespace
}  // namespace heed::box
