#include "wire/websocket/client.h"

#include <gtest/gtest.h>

#include <fmt/core.h>

#include "wire/websocket/testing.h"

namespace heed::wire::websocket {
namespace {

/// What a client sent, unmasked: opcode and payload of each frame.
std::vector<std::string> sent(BytesView bytes) {
  std::vector<std::string> frames;
  while (!bytes.empty()) {
    ByteReader in(bytes);
    const std::uint8_t first = in.u8();
    const std::uint8_t second = in.u8();
    EXPECT_NE(second & 0x80, 0) << "a client masks";
    EXPECT_NE(first & 0x80, 0) << "a client sends whole messages";
    std::uint64_t size = second & 0x7f;
    if (size == 126) size = in.u16();
    if (size == 127) size = in.u64();
    const Bytes mask(in.raw(4));
    Bytes payload(in.raw(size));
    EXPECT_TRUE(in.ok());
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] ^= mask[i % 4];
    frames.push_back(fmt::format("{} {}", first & 0x0f, payload));
    bytes = in.rest();
  }
  return frames;
}

class WebSocket : public testing::Test {
 protected:
  std::string answer(std::string_view accept = "", std::string_view more = "") {
    const std::size_t key = handshake_.find("Key: ") + 5;
    return fmt::format(
        "HTTP/1.1 101 Switching Protocols\r\nServer: x\r\nupgrade: WebSocket\r\n"
        "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: {}\r\n{}\r\n",
        accept.empty() ? accept_of(handshake_.substr(key, 24)) : std::string(accept), more);
  }
  void open() { ASSERT_TRUE(client_.feed(answer())); }
  std::vector<std::string> messages() {
    std::vector<std::string> all;
    while (auto message = client_.take_message()) all.push_back(std::move(*message));
    return all;
  }
  std::string refusal(BytesView bytes) {
    const auto fed = client_.feed(bytes);
    return fed ? "" : fed.error().message;
  }

  SeededRandom random_{7};
  Client client_{{.host = "agent:5000",
                  .path = "/x/",
                  .accept = "text/xml",
                  .user = "heed",
                  .password = "secret",
                  .longest_message = 1'000},
                 random_};
  Bytes handshake_ = client_.take_output();
};

TEST_F(WebSocket, asks_with_a_random_key_and_takes_the_accept_that_answers_it) {
  EXPECT_TRUE(handshake_.starts_with("GET /x/ HTTP/1.1\r\nHost: agent:5000\r\n")) << handshake_;
  EXPECT_TRUE(handshake_.contains("\r\nAccept: text/xml\r\n"));
  EXPECT_TRUE(handshake_.contains("\r\nAuthorization: Basic aGVlZDpzZWNyZXQ=\r\n"));
  EXPECT_TRUE(handshake_.ends_with("\r\n\r\n"));
  EXPECT_FALSE(client_.is_open());
  open();
  EXPECT_TRUE(client_.is_open());
  SeededRandom other(8);
  EXPECT_NE(Client({.host = "agent:5000"}, other).take_output(), handshake_);
}

TEST(WebSocketAccept, is_that_of_the_example_in_rfc_6455) {
  EXPECT_EQ(accept_of("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_F(WebSocket, any_other_answer_is_refused_with_its_mend) {
  const auto error_of = [](auto answer) {
    SeededRandom random(7);
    Client client({.host = "h"}, random);
    client.take_output();
    const auto fed = client.feed(answer);
    EXPECT_FALSE(client.is_open()) << answer;
    return fed ? std::string("taken") : fed.error().message + " / " + fed.error().mend;
  };
  EXPECT_TRUE(error_of(answer("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")).contains("accept key"));
  EXPECT_TRUE(error_of(answer("", "Sec-WebSocket-Extensions: permessage-deflate\r\n"))
                  .contains("not offered"));
  EXPECT_TRUE(error_of(answer("", "Sec-WebSocket-Accept: again\r\n")).contains("accept key"));
  EXPECT_TRUE(error_of("HTTP/1.1 200 OK\r\n\r\n").contains("write http://"));
  EXPECT_TRUE(error_of("HTTP/1.1 401 No\r\n\r\n").contains("user and password"));
  EXPECT_TRUE(error_of("HTTP/1.1 101 x\r\n\r\n").contains("does not upgrade"));
  EXPECT_TRUE(error_of("* PONG 10000\r\n\r\n").contains("no HTTP"));
  EXPECT_TRUE(error_of(std::string(kLongestHead + 1, 'x')).contains("head is longer"));
  EXPECT_EQ(error_of("HTTP/1.1 101 x\r\nUpgrade: web"), "taken") << "half a head is awaited";
}

TEST_F(WebSocket, a_message_is_sent_masked_in_the_shortest_form) {
  open();
  client_.send("hello");
  client_.send(std::string(126, 'a'));
  client_.send(std::string(65'536, 'b'));
  const Bytes bytes = client_.take_output();
  EXPECT_EQ(bytes.size(), 2 + 4 + 5 + 4 + 4 + 126 + 10 + 4 + 65'536U);
  EXPECT_FALSE(bytes.contains("hello"));
  EXPECT_EQ(sent(bytes), (std::vector<std::string>{"1 hello", "1 " + std::string(126, 'a'),
                                                   "1 " + std::string(65'536, 'b')}));
}

TEST_F(WebSocket, messages_come_whole_whatever_their_pieces_are) {
  const Bytes bytes =
      answer() + server_frame(0x81, "one") + server_frame(0x02, "t") + server_frame(0x00, "") +
      server_frame(0x89, "ping") + server_frame(0x00, "w") + server_frame(0x80, "o") +
      server_frame(0x81, std::string(300, 'x')) + server_frame(0x8a, "") + server_frame(0x81, "");
  for (const char c : bytes) ASSERT_TRUE(client_.feed(BytesView(&c, 1)));
  EXPECT_EQ(messages(), (std::vector<std::string>{"one", "two", std::string(300, 'x'), ""}));
  EXPECT_EQ(sent(client_.take_output()), std::vector<std::string>{"10 ping"});
}

TEST_F(WebSocket, of_a_storm_of_pings_the_last_is_answered) {
  open();
  Bytes storm;
  for (int i = 0; i < 10'000; ++i) storm += server_frame(0x89, std::to_string(i));
  ASSERT_TRUE(client_.feed(storm));
  EXPECT_EQ(sent(client_.take_output()), std::vector<std::string>{"10 9999"});
}

TEST_F(WebSocket, a_close_is_answered_and_what_came_before_can_be_taken) {
  open();
  EXPECT_EQ(refusal(server_frame(0x81, "last") + server_frame(0x88, "\x03\xe9 bye")),
            "the peer closed the WebSocket (1001:  bye)");
  EXPECT_EQ(messages(), std::vector<std::string>{"last"});
  EXPECT_EQ(sent(client_.take_output()), std::vector<std::string>{std::string("8 \x03\xe8")});
  EXPECT_NE(refusal(server_frame(0x81, "after")), "");
  EXPECT_EQ(messages(), std::vector<std::string>{});
}

TEST_F(WebSocket, our_close_is_said_once) {
  open();
  client_.close();
  client_.close();
  client_.send("no more");
  EXPECT_EQ(sent(client_.take_output()), std::vector<std::string>{std::string("8 \x03\xe8")});
}

TEST_F(WebSocket, messages_have_a_limit_that_holds_at_its_edge) {
  open();
  ASSERT_TRUE(client_.feed(server_frame(0x81, std::string(1'000, 'x'))));
  ASSERT_TRUE(client_.feed(server_frame(0x01, std::string(600, 'x')) +
                           server_frame(0x80, std::string(400, 'x'))));
  EXPECT_EQ(messages().size(), 2U);
  EXPECT_TRUE(
      refusal(server_frame(0x01, std::string(600, 'x')) + server_frame(0x80, std::string(401, 'x')))
          .contains("more than 1000 bytes"));
  EXPECT_EQ(sent(client_.take_output()), std::vector<std::string>{std::string("8 \x03\xf1")});
}

TEST_F(WebSocket, a_length_that_is_only_announced_takes_no_memory) {
  open();
  EXPECT_TRUE(refusal(Bytes("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10)).contains("longer"));
}

TEST_F(WebSocket, a_storm_of_empty_pieces_ends) {
  open();
  ASSERT_TRUE(client_.feed(server_frame(0x01, "")));
  Bytes storm;
  for (std::size_t i = 1; i < kMostFragments; ++i) storm += server_frame(0x00, "");
  ASSERT_TRUE(client_.feed(storm)) << "as many as may be";
  EXPECT_TRUE(refusal(server_frame(0x00, "")).contains("pieces"));
}

struct Broken {
  Bytes bytes;
  const char* words;
};
class WebSocketBroken : public WebSocket, public testing::WithParamInterface<Broken> {};
TEST_P(WebSocketBroken, is_refused_and_told_to_the_peer) {
  open();
  EXPECT_TRUE(refusal(GetParam().bytes).contains(GetParam().words)) << refusal("");
  const auto closes = sent(client_.take_output());
  ASSERT_EQ(closes.size(), 1U);
  EXPECT_TRUE(closes[0].starts_with("8 \x03"));
  EXPECT_NE(refusal(server_frame(0x81, "later")), "") << "the first failure stays";
}
INSTANTIATE_TEST_SUITE_P(
    Frames, WebSocketBroken,
    testing::Values(Broken{server_frame(0xc1, "x"), "reserved bit"},
                    Broken{Bytes("\x81\x81\0\0\0\0x", 7), "masked"},
                    Broken{server_frame(0x83, "x"), "unknown opcode 3"},
                    Broken{server_frame(0x8b, "x"), "unknown opcode 11"},
                    Broken{server_frame(0x80, "x"), "has not begun"},
                    Broken{server_frame(0x01, "x") + server_frame(0x81, "y"), "inside of another"},
                    Broken{server_frame(0x09, "x"), "in pieces"},
                    Broken{server_frame(0x89, std::string(126, 'x')), "longer than 125"},
                    Broken{Bytes("\x81\x7e\x00\x01x", 5), "shortest form"},
                    Broken{Bytes("\x81\x7f\0\0\0\0\0\0\0\x01x", 11), "shortest form"},
                    Broken{server_frame(0x81, "\xc3\x28"), "no UTF-8"}));

}  // namespace
}  // namespace heed::wire::websocket
