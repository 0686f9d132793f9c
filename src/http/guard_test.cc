#include "http/guard.h"

#include <gtest/gtest.h>

namespace heed::http {
namespace {

TEST(Guard, the_whole_net_127_is_loopback_and_nothing_else) {
  for (const char* address : {"127.0.0.1", "127.8.9.10", "::1"}) EXPECT_TRUE(is_loopback(address));
  for (const char* address : {"0.0.0.0", "128.0.0.1", "::", "localhost", "", "::ffff:1.2.3.4"}) {
    EXPECT_FALSE(is_loopback(address)) << address;
  }
}

TEST(Guard, a_host_is_its_name_without_port_case_and_last_dot) {
  const std::pair<const char*, const char*> table[] = {{"Heed.Example:8910", "heed.example"},
                                                       {"heed.example.", "heed.example"},
                                                       {"[::1]:8910", "::1"},
                                                       {"[::1", "::1"},
                                                       {"", ""}};
  for (const auto& [host, name] : table) EXPECT_EQ(host_name(host), name);
}

TEST(Guard, tls_is_remembered_by_the_browser_and_plain_http_says_nothing_of_it) {
  Response secure;
  add_security_headers(secure, "/", true);
  EXPECT_EQ(secure.headers.value("Strict-Transport-Security"), "max-age=31536000");
  Response plain;
  add_security_headers(plain, "/", false);
  EXPECT_EQ(plain.headers.find("Strict-Transport-Security"), nullptr);
}

TEST(Guard, the_api_is_not_stored_unless_the_route_says_so) {
  Response page;
  add_security_headers(page, "/apis", false);
  EXPECT_EQ(page.headers.find("Cache-Control"), nullptr);
  Response own;
  own.headers.set("Cache-Control", "max-age=60");
  add_security_headers(own, "/api/v1/x", false);
  EXPECT_EQ(own.headers.value("Cache-Control"), "max-age=60");
}

}  // namespace
}  // namespace heed::http
