#include "box/source.h"

#include <gtest/gtest.h>

namespace heed::box {
namespace {

struct Case {
  Protocol protocol;
  const char* address;
  const char* text;
  const char* path;
};

TEST(Address, is_taken_apart) {
  const Case cases[] = {
      {Protocol::kShdr, "10.0.0.7:7879", "10.0.0.7:7879", ""},
      {Protocol::kShdr, "mill.shop", "mill.shop:7878", ""},
      {Protocol::kLinuxcnc, "mill-3", "mill-3:5007", ""},
      {Protocol::kShdr, "[fe80::1%eth0]:1", "[fe80::1%eth0]:1", ""},
      {Protocol::kMtconnect, "http://agent:5001", "agent:5001", ""},
      {Protocol::kMtconnect, "http://agent/", "agent:5000", ""},
      {Protocol::kMtconnect, "agent:80", "agent:80", ""},
      {Protocol::kMtconnect, "https://agent:443/VMC-3Axis", "agent:443", "/VMC-3Axis"},
      {Protocol::kMtconnect, "ws://agent/Mill", "agent:5000", "/Mill"},
      {Protocol::kMtconnect, "mqtt://broker/MTConnect/Mill", "broker:1883", "/MTConnect/Mill"},
      {Protocol::kMtconnect, "mqtts://broker", "broker:8883", ""},
  };
  for (const Case& one : cases) {
    const auto endpoint = parse_address(one.protocol, one.address);
    ASSERT_TRUE(endpoint) << one.address << ": " << endpoint.error().message;
    EXPECT_EQ(endpoint->text(), one.text);
    EXPECT_EQ(endpoint->path, one.path);
  }
}

TEST(Address, tells_by_its_scheme_what_an_agents_documents_come_over) {
  const auto transport = [](const char* address) {
    return parse_address(Protocol::kMtconnect, address)->transport;
  };
  EXPECT_EQ(transport("agent"), Transport::kHttp);
  EXPECT_EQ(transport("https://agent"), Transport::kHttp);
  EXPECT_EQ(transport("ws://agent"), Transport::kWebSocket);
  EXPECT_EQ(transport("mqtt://broker"), Transport::kBroker);
  EXPECT_FALSE(parse_address(Protocol::kMtconnect, "mqtt://broker")->tls);
  EXPECT_TRUE(parse_address(Protocol::kMtconnect, "mqtts://broker")->tls);
  EXPECT_EQ(transport("wss://agent"), Transport::kWebSocket);
  EXPECT_FALSE(parse_address(Protocol::kMtconnect, "ws://agent")->tls);
  EXPECT_TRUE(parse_address(Protocol::kMtconnect, "wss://agent")->tls);
}

TEST(Address, is_refused_when_it_cannot_be_one) {
  const std::pair<Protocol, std::string> cases[] = {
      {Protocol::kShdr, ""},
      {Protocol::kShdr, ":7878"},
      {Protocol::kShdr, "mill:0"},
      {Protocol::kShdr, "mill:65536"},
      {Protocol::kShdr, "mill:78x"},
      {Protocol::kShdr, "mill:"},
      {Protocol::kShdr, "http://mill:7878"},
      {Protocol::kShdr, "mill:7878/path"},
      {Protocol::kShdr, "[::1:7878"},
      {Protocol::kShdr, "[::1/x]:7878"},
      {Protocol::kShdr, "mi ll:7878"},
      {Protocol::kShdr, std::string(254, 'a')},
      {Protocol::kMtconnect, "ftp://agent:5000"},
      {Protocol::kMtconnect, "mqtt://broker/MTConnect/#"},
      {Protocol::kMqtt, "mqtt://broker:1883"},
      {Protocol::kMtconnect, "http://user@agent:5000"},
      {Protocol::kMtconnect, "http://agent:5000/a?b"},
      {Protocol::kMtconnect, "http://agent:5000/a\r\nX: y"},
      {Protocol::kMtconnect, "http://agent:5000/" + std::string(300, 'a')},
  };
  for (const auto& [protocol, address] : cases) {
    const auto endpoint = parse_address(protocol, address);
    ASSERT_FALSE(endpoint) << address;
    EXPECT_EQ(endpoint.error().kind, ErrorKind::kInvalid);
    EXPECT_FALSE(endpoint.error().mend.empty());
  }
}

TEST(Address, takes_the_longest_host_and_no_longer) {
  EXPECT_TRUE(parse_address(Protocol::kShdr, std::string(kLongestHost, 'a') + ":1"));
  EXPECT_FALSE(parse_address(Protocol::kShdr, std::string(kLongestHost + 1, 'a') + ":1"));
}

}  // namespace
}  // namespace heed::box
