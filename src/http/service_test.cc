#include "http/service.h"

#include <gtest/gtest.h>

namespace heed::http {
namespace {

class ServiceTest : public ::testing::Test {
 protected:
  Reply finish(Response response, Terms terms = {}) const {
    return service_.finish(std::move(response), request_, terms);
  }

  Router router_;
  ManualClock clock_{*parse_time("1994-11-06T08:49:37Z")};
  Log log_{clock_, LogLevel::kError, Log::nowhere()};
  Request request_;
  const Limits limits_;
  Service service_{router_, clock_, log_, limits_, HostNames({})};
};

TEST_F(ServiceTest, an_answer_says_when_it_was_given) {
  EXPECT_TRUE(finish(text("x")).head.starts_with(
      "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  EXPECT_EQ(format_http_date(*parse_time("1969-12-31T23:59:59Z")), "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST_F(ServiceTest, a_header_value_cannot_begin_a_line_of_its_own) {
  const Reply reply = finish(text("x").with("Location", "/a\r\nSet-Cookie: evil=1"));
  EXPECT_EQ(reply.head.find("\nSet-Cookie"), std::string::npos);
}

TEST_F(ServiceTest, what_has_no_body_says_no_length) {
  EXPECT_EQ(finish(no_content()).head.find("Content-Length"), std::string::npos);
  Response unchanged;
  unchanged.status = 304;
  EXPECT_EQ(finish(std::move(unchanged)).head.find("Content-Length"), std::string::npos);
}

TEST_F(ServiceTest, a_handler_that_runs_out_of_memory_fails_one_request) {
  router_.add({.pattern = "/x",
               .name = "x",
               .need = Need::kNothing,
               .handler = [](const Context&) -> Response {
                 return text(std::string(std::string().max_size() + std::size_t{1}, 'x'));
               }});
  request_.path = "/x";
  EXPECT_TRUE(service_.answer(request_, {}).head.starts_with("HTTP/1.1 500 "));
}

TEST_F(ServiceTest, short_answers_are_not_packed) {
  request_.headers.set("Accept-Encoding", "gzip");
  const Reply shorter = finish(json(std::string(kMinGzipBytes - 1, ' ')));
  EXPECT_EQ(shorter.body.size(), kMinGzipBytes - 1);
  const Reply longer = finish(json(std::string(kMinGzipBytes, ' ')));
  EXPECT_LT(longer.body.size(), 100U);
}

}  // namespace
}  // namespace heed::http
