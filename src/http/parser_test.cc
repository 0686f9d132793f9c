#include "http/parser.h"

#include <gtest/gtest.h>

namespace heed::http {
namespace {

using State = RequestParser::State;

/// The status that `bytes` are refused with, or 0.
int refusal_of(std::string bytes, const Limits& limits = {}) {
  RequestParser parser(limits);
  return parser.feed(bytes) == State::kRefused ? parser.refusal().status : 0;
}

TEST(RequestParser, a_request_may_come_byte_by_byte) {
  const Limits limits;
  RequestParser parser(limits);
  std::string input;
  for (const char c : std::string("POST /a%20b?x=1&y=z HTTP/1.1\r\nHost: h\r\n"
                                  "Content-Length: 3\r\n\r\nabc")) {
    EXPECT_NE(parser.state(), State::kComplete);
    input.push_back(c);
    parser.feed(input);
  }
  ASSERT_EQ(parser.state(), State::kComplete);
  EXPECT_TRUE(input.empty());
  const Request request = parser.take();
  EXPECT_EQ(request.method, Method::kPost);
  EXPECT_EQ(request.path, "/a%20b");
  EXPECT_EQ(*request.query.find("y"), "z");
  EXPECT_EQ(request.headers.value("host"), "h");
  EXPECT_EQ(request.body, "abc");
}

TEST(RequestParser, a_program_s_text_may_be_longer_than_any_other_body) {
  const Limits limits{.body_bytes = 4, .program_bytes = 8};
  const std::string to_program =
      "POST /api/v1/organizations/o/programs/p/revisions?comment=c HTTP/1.1\r\nHost: h\r\n";
  const std::string elsewhere = "POST /api/v1/organizations/o/programs HTTP/1.1\r\nHost: h\r\n";
  const std::string eight = "Content-Length: 8\r\n\r\n12345678";
  EXPECT_EQ(refusal_of(to_program + eight, limits), 0);
  EXPECT_EQ(refusal_of(to_program + "Content-Length: 9\r\n\r\n", limits), 413);
  EXPECT_EQ(refusal_of(elsewhere + eight, limits), 413);
  const std::string chunks = "Transfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n0\r\n\r\n";
  EXPECT_EQ(refusal_of(to_program + chunks, limits), 0);
  EXPECT_EQ(refusal_of(elsewhere + chunks, limits), 413);
}

TEST(RequestParser, what_follows_a_request_is_left_for_the_next) {
  const Limits limits;
  RequestParser parser(limits);
  std::string input = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n";
  EXPECT_EQ(parser.feed(input), State::kComplete);
  EXPECT_TRUE(parser.keep_alive());
  EXPECT_EQ(input, "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(RequestParser, a_chunked_body_is_put_together_and_its_trailer_is_no_header) {
  const Limits limits;
  RequestParser parser(limits);
  std::string input =
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;note=x\r\nde\r\n0\r\nX-Heed-Csrf: forged\r\n\r\n";
  ASSERT_EQ(parser.feed(input), State::kComplete);
  const Request request = parser.take();
  EXPECT_EQ(request.body, "abcde");
  EXPECT_EQ(request.headers.find("X-Heed-Csrf"), nullptr);
}

TEST(RequestParser, an_absolute_address_is_taken_for_its_path) {
  const Limits limits;
  RequestParser parser(limits);
  std::string input = "GET http://h:1/x?y=1 HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_EQ(parser.feed(input), State::kComplete);
  EXPECT_EQ(parser.take().path, "/x");
}

TEST(RequestParser, what_can_be_framed_in_two_ways_is_refused) {
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(refusal_of(post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(post + "Content-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of(post + "Transfer-Encoding: gzip\r\n\r\n"), 501);
  EXPECT_EQ(refusal_of(post + "Transfer-Encoding: gzip, chunked\r\n\r\n"), 501);
  EXPECT_EQ(refusal_of(post + "Transfer-Encoding : chunked\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestParser, a_request_has_one_host) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\n\r\n"), 0);
}

TEST(RequestParser, what_is_no_request_is_refused) {
  EXPECT_EQ(refusal_of("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), 400);
  EXPECT_EQ(refusal_of("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 505);
  EXPECT_EQ(refusal_of("BREW / HTTP/1.1\r\nHost: h\r\n\r\n"), 501);
  EXPECT_EQ(refusal_of("GET /?a=% HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

TEST(RequestParser, a_header_may_be_as_long_as_its_limit_and_no_longer) {
  const Limits limits{.header_bytes = 100};
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  const auto header = [&](std::size_t size) {
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(refusal_of(header(100), limits), 0);
  EXPECT_EQ(refusal_of(header(101), limits), 431);
  EXPECT_EQ(refusal_of(header(300).substr(0, 200), limits), 431);
}

TEST(RequestParser, an_address_may_be_as_long_as_its_limit_and_no_longer) {
  const auto get = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  };
  EXPECT_EQ(refusal_of(get(kMaxTargetBytes)), 0);
  EXPECT_EQ(refusal_of(get(kMaxTargetBytes + 1)), 414);
}

TEST(RequestParser, a_body_may_be_as_long_as_its_limit_and_no_longer) {
  const Limits limits{.body_bytes = 4};
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(refusal_of(post + "Content-Length: 4\r\n\r\nabcd", limits), 0);
  EXPECT_EQ(refusal_of(post + "Content-Length: 5\r\n\r\n", limits), 413);
  EXPECT_EQ(refusal_of(post + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n", limits),
            0);
  EXPECT_EQ(refusal_of(post + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n", limits),
            413);
}

TEST(RequestParser, a_chunk_size_line_is_only_so_long) {
  const Limits limits{.header_bytes = 200};
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(refusal_of(post + "1;" + std::string(100, 'x'), limits), 0);
  EXPECT_EQ(refusal_of(post + "1;" + std::string(300, 'x'), limits), 400);
}

TEST(RequestParser, a_client_that_asks_first_is_told_once_to_go_on) {
  const Limits limits;
  RequestParser parser(limits);
  std::string input =
      "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
  EXPECT_EQ(parser.feed(input), State::kBody);
  EXPECT_TRUE(parser.wants_continue());
  EXPECT_FALSE(parser.wants_continue());
}

}  // namespace
}  // namespace heed::http
