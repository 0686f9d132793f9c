// TLS as a client meets it, and the certificates behind it.
#include "http/tls.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include <openssl/ssl.h>

#include <gtest/gtest.h>

#include "http/certificate.h"
#include "http/testing.h"

namespace heed::http {
namespace {

using testing::Client;
using testing::Running;

const Time kNow = SystemClock().now();

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    std::string name = ::testing::TempDir() + "tls_XXXXXX";
    directory_ = std::string(mkdtemp(name.data())) + "/tls";
    router_.add({.pattern = "/hello",
                 .name = "hello",
                 .need = Need::kNothing,
                 .handler = [](const Context& c) { return text(c.request.secure ? "s" : "p"); }});
  }
  ~TlsTest() override {
    for (const char* file : {"/certificate.pem", "/key.pem", ""}) {
      static_cast<void>(std::remove((directory_ + file).c_str()));
    }
    static_cast<void>(std::remove(directory_.substr(0, directory_.rfind('/')).c_str()));
  }
  TlsTest(const TlsTest&) = delete;
  TlsTest& operator=(const TlsTest&) = delete;

  Certificate own(Time now = kNow, std::vector<std::string> names = {"localhost", "127.0.0.1"}) {
    auto made = own_certificate(directory_, names, now);
    EXPECT_TRUE(made.has_value()) << made.error().message;
    return *made;
  }
  std::string file(const std::string& name) const { return directory_ + name; }

  std::string directory_;
  Router router_;
};

/// A TLS client for exactly one version and one request; empty when the handshake fails.
std::string over_tls(std::uint16_t port, int version, const std::string& request,
                     std::string_view protocols = {}) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_security_level(context, 0);  // So that OpenSSL itself would speak 1.1.
  SSL_CTX_set_min_proto_version(context, version);
  SSL_CTX_set_max_proto_version(context, version);
  if (!protocols.empty()) {
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned int>(protocols.size()));
  }
  Client client(port);
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, client.descriptor());
  std::string answer;
  if (SSL_connect(ssl) == 1) {
    SSL_write(ssl, request.data(), static_cast<int>(request.size()));
    char piece[4096];
    for (int count = 0; (count = SSL_read(ssl, piece, sizeof piece)) > 0;) {
      answer.append(piece, static_cast<std::size_t>(count));
    }
    SSL_shutdown(ssl);
  }
  SSL_free(ssl);
  SSL_CTX_free(context);
  return answer;
}

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST_F(TlsTest, tls_1_2_and_1_3_are_spoken_and_1_1_is_refused_O58) {
  Running running(router_, {.certificate = own()});
  EXPECT_TRUE(over_tls(running.port(), TLS1_2_VERSION, kHello).ends_with("\r\n\r\ns"));
  EXPECT_TRUE(over_tls(running.port(), TLS1_3_VERSION, kHello).ends_with("\r\n\r\ns"));
  EXPECT_EQ(over_tls(running.port(), TLS1_1_VERSION, kHello), "");
  EXPECT_EQ(over_tls(running.port(), TLS1_VERSION, kHello), "");
}

TEST_F(TlsTest, of_the_protocols_offered_http_1_1_is_chosen) {
  Running running(router_, {.certificate = own()});
  using namespace std::string_view_literals;
  EXPECT_NE(over_tls(running.port(), TLS1_3_VERSION, kHello, "\x02h2\x08http/1.1"sv), "");
  EXPECT_EQ(over_tls(running.port(), TLS1_3_VERSION, kHello, "\x02h2"sv), "");
}

TEST_F(TlsTest, over_tls_the_browser_is_told_to_stay_there) {
  Running running(router_, {.certificate = own()});
  EXPECT_NE(over_tls(running.port(), TLS1_3_VERSION, kHello).find("Strict-Transport-Security: "),
            std::string::npos);
}

TEST_F(TlsTest, a_page_asked_for_in_plain_text_is_sent_on_and_a_post_is_refused_O58) {
  Running running(router_, {.certificate = own()});
  Client page(running.port());
  page.get("/hello");
  const auto answer = page.answer();
  EXPECT_EQ(answer.status, 308);
  EXPECT_EQ(answer.headers.value("Location"), "https://localhost/hello");
  Client post(running.port());
  post.send("POST /hello HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx");
  EXPECT_EQ(post.answer().status, 400);
  Client rebound(running.port());
  rebound.send("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(rebound.answer().status, 400);
}

TEST_F(TlsTest, a_client_that_never_greets_is_cut_off) {
  Running running(
      router_, {.certificate = own(), .limits = {.header_timeout = Duration::milliseconds(200)}});
  Client silent(running.port());
  EXPECT_TRUE(silent.ended());
  Client halfway(running.port());
  halfway.send("\x16\x03\x01");
  EXPECT_TRUE(halfway.ended());
}

TEST_F(TlsTest, with_tls_it_may_listen_on_every_address) {
  Running running(router_, {.address = "0.0.0.0", .certificate = own()});
  EXPECT_EQ(running.server().url(), "https://localhost:" + std::to_string(running.port()));
}

TEST_F(TlsTest, our_own_certificate_is_kept_and_its_key_is_private) {
  const Certificate first = own();
  EXPECT_EQ(own().chain, first.chain);
  struct stat status{};
  ASSERT_EQ(stat(file("/key.pem").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  ASSERT_EQ(stat(directory_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(TlsTest, our_own_certificate_is_made_again_before_it_ends) {
  const Certificate first = own();
  EXPECT_EQ(own(kNow + Duration::days(330)).chain, first.chain);
  EXPECT_NE(own(kNow + Duration::days(340)).chain, first.chain);
}

TEST_F(TlsTest, our_own_certificate_is_made_again_for_a_new_name) {
  const Certificate first = own();
  const Certificate second = own(kNow, {"localhost", "heed.example", "192.168.7.4", "::1"});
  EXPECT_NE(second.chain, first.chain);
  EXPECT_EQ(own(kNow, {"192.168.7.4"}).chain, second.chain);
}

TEST_F(TlsTest, a_name_cannot_bring_a_field_of_its_own) {
  for (const char* name : {"a,DNS:b", "", "a b", "https://x", "a:80"}) {
    EXPECT_FALSE(own_certificate(directory_, {name}, kNow).has_value()) << name;
  }
}

TEST_F(TlsTest, the_operators_files_are_checked_before_they_are_used) {
  own();
  const std::string chain = file("/certificate.pem");
  const std::string key = file("/key.pem");
  EXPECT_TRUE(load_certificate(chain, key, kNow).has_value());
  EXPECT_FALSE(load_certificate(file("/none.pem"), key, kNow).has_value());
  EXPECT_FALSE(load_certificate(key, key, kNow).has_value());
  EXPECT_FALSE(load_certificate(chain, chain, kNow).has_value());
  EXPECT_FALSE(load_certificate(chain, key, kNow + Duration::days(400)).has_value());
  const Certificate first{own().chain, own().key};
  const Certificate other = own(kNow, {"other.example"});
  EXPECT_FALSE(tls_context({first.chain, other.key}).has_value());
}

TEST_F(TlsTest, a_fingerprint_is_what_a_browser_shows) {
  const auto shown = fingerprint(own());
  ASSERT_TRUE(shown.has_value());
  EXPECT_EQ(shown->size(), 95U);
  EXPECT_EQ(std::count(shown->begin(), shown->end(), ':'), 31);
  EXPECT_FALSE(fingerprint({}).has_value());
}

}  // namespace
}  // namespace heed::http
