#include "box/setting_secrets.h"

#include <gtest/gtest.h>

namespace heed::box {
namespace {

TEST(SettingSecrets, never_come_out) {
  EXPECT_EQ(without_secrets(R"j({"user":"heed","password":"s3cret","topics":[{"key":"k","n":1.5}],
                           "tls":true,"x":null,"n":-3})j"),
            R"j({"user":"heed","password":"(kept)","topics":[{"key":"(kept)","n":1.5}],)j"
            R"j("tls":true,"x":null,"n":-3})j");
  // Whatever stands there.
  EXPECT_EQ(without_secrets(R"j({"password":{"a":"s3cret"}})j"), R"j({"password":"(kept)"})j");
}

TEST(SettingSecrets, settings_without_any_stay_to_the_letter) {
  for (const char* settings : {"", "{ \"unit\" : 1 }", "[1, 2]", "no JSON"}) {
    EXPECT_EQ(without_secrets(settings), settings);
    EXPECT_EQ(with_secrets_of(settings, "{\"password\":\"x\"}"), settings);
  }
}

TEST(SettingSecrets, that_are_sent_back_as_shown_are_the_ones_that_are_there) {
  const char* before = R"j({"password":"old","b":[{"key":"k0"},{"key":"k1"}]})j";
  EXPECT_EQ(
      with_secrets_of(R"j({"password":"(kept)","b":[{"key":"(kept)"},{"key":"new"}]})j", before),
      R"j({"password":"old","b":[{"key":"k0"},{"key":"new"}]})j");
  EXPECT_EQ(with_secrets_of(without_secrets(before), before), before);
  EXPECT_EQ(with_secrets_of(R"j({"password":"(kept)"})j", "{}"), R"j({"password":"(kept)"})j");
  EXPECT_TRUE(keeps_secret(without_secrets(before)));
  EXPECT_FALSE(keeps_secret(before));
  EXPECT_FALSE(keeps_secret(R"j({"user":"(kept)"})j"));
}

}  // namespace
}  // namespace heed::box
