#include "base/handshake.h"

#include <gtest/gtest.h>

namespace heed {
namespace {

TEST(Handshake, base64_is_padded_as_the_vectors_of_rfc_4648_are) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
}

TEST(Handshake, sha1_is_that_of_fips_180) {
  EXPECT_EQ(to_hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

}  // namespace
}  // namespace heed
