#include "http/basic_auth.h"

#include <gtest/gtest.h>

namespace heed::http {
namespace {

TEST(BasicAuth, the_password_is_what_follows_the_first_colon) {
  EXPECT_EQ(basic_password("Basic dXNlcjpoZWVkX2s="), "heed_k");  // user:heed_k
  EXPECT_EQ(basic_password("basic OmhlZWRfazp4"), "heed_k:x");    // :heed_k:x
  // Both letters that the other alphabet of base 64 has not.
  EXPECT_EQ(basic_password("BASIC dTo/Pz8+"), std::string(3, '?') + ">");
}

TEST(BasicAuth, anything_else_is_no_password) {
  for (const char* header :
       {"", "Basic", "Basic ", "Basic dXNlcg==",                       // no colon
        "Basic dXNlcjo=",                                              // nothing after it
        "Basic dTo_Pz8-",                                              // of the other alphabet
        "Basic !!!!", "Bearer dXNlcjpoZWVkX2s=", "Basic dTphDQpi"}) {  // u:a\r\nb
    EXPECT_FALSE(basic_password(header)) << header;
  }
}

TEST(BasicAuth, becomes_a_bearer_token) {
  Request request;
  EXPECT_FALSE(with_bearer(request));
  request.headers.set("Authorization", "Basic dXNlcjpoZWVkX2s=");
  const auto bearer = with_bearer(request);
  ASSERT_TRUE(bearer);
  EXPECT_EQ(bearer->headers.value("authorization"), "Bearer heed_k");
}

}  // namespace
}  // namespace heed::http
