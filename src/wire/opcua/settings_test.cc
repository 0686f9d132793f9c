#include "wire/opcua/settings.h"

#include <gtest/gtest.h>

namespace heed::wire::opcua {
namespace {

Result<Settings> read(std::string_view text) {
  return settings_of(*Json::parse(text));
}

TEST(OpcuaSettings, encrypt_and_take_the_only_machine_where_nothing_is_said) {
  const auto settings = *read("{}");
  EXPECT_EQ(settings.security, Security::kSignAndEncrypt);
  EXPECT_TRUE(settings.nodes.empty());
  EXPECT_EQ(request_of(settings, "opc.tcp://mill:4840", "/var/heed"),
            R"({"endpoint":"opc.tcp://mill:4840","security":"sign_and_encrypt","user":"",)"
            R"("password":"","machine":"","fingerprint":"","interval":500,)"
            R"("directory":"/var/heed","nodes":[]})"
            "\n");
}

TEST(OpcuaSettings, name_nodes_and_what_they_mean) {
  const auto settings = *read(R"({"security": "none", "nodes": [
    {"node": "nsu=SinumerikVarProvider;s=/Channel/State/acProg", "item": "execution",
     "type": "EXECUTION", "values": {"3": "ACTIVE"}},
    {"node": "i=2258", "counts": {"wraps_at": 100}}]})");
  EXPECT_EQ(settings.security, Security::kNone);
  ASSERT_EQ(settings.nodes.size(), 2U);
  EXPECT_EQ(settings.nodes[0], "nsu=SinumerikVarProvider;s=/Channel/State/acProg");
  EXPECT_EQ(settings.mappings[0].words.at("3"), "ACTIVE");
  EXPECT_TRUE(settings.mappings[1].counts.has_value());
}

TEST(OpcuaSettings, say_what_is_wrong_and_how_it_is_mended) {
  struct Wrong {
    std::string_view settings;
    std::string_view says;
  };
  for (const auto& [settings, says] : {
           Wrong{R"({"security": "basic128"})", "settings.security"},
           Wrong{R"({"user": "heed"})", "settings.password: this is missing"},
           Wrong{R"({"interval_ms": 1})", "settings.interval_ms"},
           Wrong{R"({"nodes": [{"node": "ns=2;s=X", "item": "x"}]})", "settings.nodes[0].node"},
           Wrong{R"({"nodes": [{"node": "nsu=;s=X", "item": "x"}]})", "settings.nodes[0].node"},
           Wrong{R"({"nodes": [{"item": "x"}]})", "settings.nodes[0]: node is missing"},
           Wrong{R"({"nodes": [{"node": "i=1"}]})", "settings.nodes[0]: item"},
           Wrong{R"({"nodes": [{"node": "i=1", "topic": "x", "item": "x"}]})",
                 "settings.nodes[0]: there is no setting topic"},
           Wrong{R"({"nodes": [{"node": "i=1", "item": "x"}, {"node": "i=2", "item": "x"}]})",
                 "settings.nodes: two of them are the item x"},
           Wrong{R"({"machine": "Mill", "nodes": [{"node": "i=1", "item": "x"}]})",
                 "settings.machine"},
           Wrong{R"({"certificate": 1})", "settings: there is no setting certificate"},
       }) {
    const auto refused = read(settings);
    ASSERT_FALSE(refused) << settings;
    EXPECT_TRUE(refused.error().message.starts_with(says)) << refused.error().message;
    EXPECT_FALSE(refused.error().mend.empty()) << settings;
  }
}

}  // namespace
}  // namespace heed::wire::opcua
