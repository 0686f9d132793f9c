#include "http/server.h"

#include <thread>

#include <gtest/gtest.h>

#include "base/sync.h"
#include "http/testing.h"

namespace heed::http {
namespace {

using testing::Answer;
using testing::Client;
using testing::kFarOff;
using testing::Running;

/// In seconds: far beyond what should take next to no time, on however busy a machine, and far
/// below kFarOff.
constexpr double kPatience = 20.0;

double seconds_since(Duration start) {
  return (SystemClock().steady() - start).in_seconds();
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() {
    router_
        .add({.pattern = "/hello",
              .name = "hello",
              .need = Need::kNothing,
              .handler = [](const Context&) { return text("hello"); }})
        .add({.method = Method::kPost,
              .pattern = "/echo",
              .name = "echo",
              .need = Need::kNothing,
              .handler = [](const Context& c) { return text(c.request.body); }})
        .add({.pattern = "/big",
              .name = "big",
              .need = Need::kNothing,
              .handler = [](const Context&) { return text(std::string(3'000'000, 'x')); }})
        .add({.pattern = "/rows", .name = "rows", .need = Need::kNothing, .handler = rows})
        .add({.pattern = "/broken", .name = "broken", .need = Need::kNothing, .handler = broken})
        .add({.pattern = "/wait",
              .name = "wait",
              .need = Need::kNothing,
              .handler = [this](const Context&) { return wait(); }});
  }

  static Response rows(const Context&) {
    Response response = text("", "text/csv");
    response.body_stream = [row = 0]() mutable -> Result<std::optional<std::string>> {
      if (row == 1000) return std::optional<std::string>();
      return std::optional(std::to_string(row++) + "\n");
    };
    return response;
  }
  static Response broken(const Context&) {
    Response response = text("");
    response.body_stream = [first = true]() mutable -> Result<std::optional<std::string>> {
      if (std::exchange(first, false)) return std::optional<std::string>("a");
      return fail(ErrorKind::kCorrupt, "the file ends early");
    };
    return response;
  }
  Response wait() {
    const Lock lock(mutex_);
    ++waiting_;
    changed_.wake_all();
    while (!released_) changed_.wait(mutex_);
    return text("waited");
  }
  void wait_for_waiting(int count) {
    const Lock lock(mutex_);
    while (waiting_ < count) changed_.wait(mutex_);
  }
  void release() {
    const Lock lock(mutex_);
    released_ = true;
    changed_.wake_all();
  }

  Router router_;
  Mutex mutex_;
  Condition changed_;
  int waiting_ HEED_GUARDED_BY(mutex_) = 0;
  bool released_ HEED_GUARDED_BY(mutex_) = false;
};

TEST_F(ServerTest, one_connection_serves_many_requests) {
  Running running(router_);
  Client client(running.port());
  for (int i = 0; i < 3; ++i) {
    client.get("/hello");
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
  }
}

TEST_F(ServerTest, a_client_that_asks_for_it_is_closed_after_its_answer) {
  Running running(router_);
  Client client(running.port());
  client.get("/hello", "Connection: close\r\n");
  EXPECT_EQ(client.answer().headers.value("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, an_older_client_is_closed_unless_it_asks_to_be_kept) {
  Running running(router_);
  Client old(running.port());
  old.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.answer().body, "hello");
  EXPECT_TRUE(old.ended());
  Client kept(running.port());
  kept.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(kept.answer().headers.value("Connection"), "keep-alive");
  kept.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(kept.answer().body, "hello");
}

TEST_F(ServerTest, pipelined_requests_are_answered_in_their_order) {
  Running running(router_);
  Client client(running.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: h.localhost\r\nContent-Length: 1\r\n\r\na"
      "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nb");
  EXPECT_EQ(client.answer().status, 421);
  EXPECT_EQ(client.answer().body, "hello");
  EXPECT_EQ(client.answer().body, "b");
}

TEST_F(ServerTest, a_chunked_body_arrives_whole) {
  Running running(router_);
  Client client(running.port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send("3\r\nabc\r\n");
  client.send("2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(client.answer().body, "abcde");
}

TEST_F(ServerTest, a_client_that_waits_before_its_body_is_told_to_go_on) {
  Running running(router_);
  Client client(running.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
      "Content-Length: 2\r\n\r\n");
  EXPECT_EQ(client.take_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ok");
  EXPECT_EQ(client.answer().body, "ok");
}

TEST_F(ServerTest, head_says_the_length_and_sends_no_body) {
  Running running(router_);
  Client client(running.port());
  client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Answer answer = client.answer(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.value("Content-Length"), "5");
  client.get("/hello");
  EXPECT_EQ(client.answer().body, "hello");
}

TEST_F(ServerTest, a_long_answer_arrives_whole) {
  Running running(router_);
  Client client(running.port());
  client.get("/big");
  EXPECT_EQ(client.answer().body, std::string(3'000'000, 'x'));
}

TEST_F(ServerTest, a_body_in_pieces_arrives_in_chunks_and_the_connection_stays) {
  Running running(router_);
  Client client(running.port());
  client.get("/rows");
  const Answer answer = client.answer();
  EXPECT_EQ(answer.headers.value("Transfer-Encoding"), "chunked");
  EXPECT_TRUE(answer.body.starts_with("0\n1\n2\n"));
  EXPECT_TRUE(answer.body.ends_with("998\n999\n"));
  client.get("/hello");
  EXPECT_EQ(client.answer().body, "hello");
}

TEST_F(ServerTest, an_older_client_reads_a_body_in_pieces_until_the_end) {
  Running running(router_);
  Client client(running.port());
  client.send("GET /rows HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Answer answer = client.answer();
  EXPECT_EQ(answer.headers.find("Transfer-Encoding"), nullptr);
  EXPECT_TRUE(answer.body.ends_with("998\n999\n"));
}

TEST_F(ServerTest, a_body_that_breaks_off_does_not_look_whole) {
  Running running(router_);
  Client client(running.port());
  client.get("/broken");
  EXPECT_EQ(client.take_until("0\r\n\r\n").find("\r\n0\r\n\r\n"), std::string::npos);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, a_header_that_is_too_long_is_refused_with_431_even_while_it_is_sent) {
  Running running(router_);
  Client client(running.port());
  client.get("/hello", "X: " + std::string(200'000, 'x') + "\r\n");
  EXPECT_EQ(client.answer().status, 431);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, a_body_that_is_too_long_is_refused_with_413) {
  Running running(router_, {.limits = {.body_bytes = 10}});
  Client client(running.port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\n");
  EXPECT_EQ(client.answer().status, 413);
  Client within(running.port());
  within.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n0123456789");
  EXPECT_EQ(within.answer().body, "0123456789");
}

TEST_F(ServerTest, bodies_of_all_connections_together_are_bounded) {
  Running running(router_, {.limits = {.bodies_bytes = 10'000}});
  Client client(running.port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000\r\n\r\n");
  client.send(std::string(30'000, 'x'));
  EXPECT_EQ(client.answer().status, 503);
  Client next(running.port());
  next.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(next.answer().body, "ok");
}

TEST_F(ServerTest, what_is_no_http_is_told_so) {
  Running running(router_);
  Client client(running.port());
  client.send("\x16\x03\x01\x02\x00\x01\r\n\r\n");
  EXPECT_EQ(client.answer().status, 400);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, another_method_is_405_with_those_that_are_allowed) {
  Running running(router_);
  Client client(running.port());
  client.send("DELETE /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Answer answer = client.answer();
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.value("Allow"), "GET, HEAD, OPTIONS");
}

TEST_F(ServerTest, a_host_of_another_name_is_refused) {
  Running running(router_, {.host_names = {"Heed.example"}});
  const auto status_for = [&](const std::string& host) {
    Client client(running.port());
    client.send("GET /hello HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return client.answer().status;
  };
  for (const char* host : {"localhost", "LOCALHOST:80", "127.0.0.1:8910", "[::1]:8910",
                           "heed.example", "heed.example.:443", "192.168.7.4"}) {
    EXPECT_EQ(status_for(host), 200) << host;
  }
  for (const char* host : {"rebound.example", "localhost.example", "127.0.0.1.example", "", "[",
                           "heed.example@evil"}) {
    EXPECT_EQ(status_for(host), 421) << host;
  }
}

TEST_F(ServerTest, a_client_that_sends_its_header_drop_by_drop_is_cut_off) {
  Running running(router_, {.limits = {.header_timeout = Duration::milliseconds(200)}});
  Client client(running.port());
  const Duration start = SystemClock().steady();
  client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n");
  while (client.silent_for(Duration::milliseconds(20)) && seconds_since(start) < kPatience) {
    client.send("X: y\r\n");
  }
  EXPECT_GT(seconds_since(start), 0.19);
  EXPECT_LT(seconds_since(start), kPatience);
}

TEST_F(ServerTest, a_body_that_does_not_come_is_waited_for_only_so_long) {
  Running running(router_, {.limits = {.body_timeout = Duration::milliseconds(200)}});
  Client client(running.port());
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, a_connection_that_is_not_used_ends) {
  Running running(router_, {.limits = {.header_timeout = kFarOff,
                                       .idle_timeout = Duration::milliseconds(200)}});
  Client client(running.port());
  client.get("/hello");
  EXPECT_EQ(client.answer().status, 200);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, a_client_that_does_not_read_its_answer_is_cut_off) {
  Running running(router_, {.limits = {.write_timeout = Duration::milliseconds(200)}});
  Client client(running.port());
  for (int i = 0; i < 10; ++i) client.get("/big");  // More than any buffer holds.
  testing::let_pass(Duration::milliseconds(800));
  std::size_t whole = 0;
  while (client.answer().body.size() == 3'000'000) ++whole;
  EXPECT_LT(whole, 10U);
}

TEST_F(ServerTest, more_requests_than_workers_and_queue_hold_are_answered_503) {
  Running running(router_, {.limits = {.queued_requests = 1, .worker_threads = 1}});
  Client working(running.port());
  working.get("/wait");
  wait_for_waiting(1);
  Client queued(running.port());
  queued.get("/hello");
  EXPECT_TRUE(queued.silent_for(Duration::milliseconds(100)));
  Client refused(running.port());
  refused.get("/hello");
  const Answer answer = refused.answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.value("Retry-After"), "1");
  release();
  EXPECT_EQ(working.answer().body, "waited");
  EXPECT_EQ(queued.answer().body, "hello");
  refused.get("/hello");
  EXPECT_EQ(refused.answer().body, "hello");
}

TEST_F(ServerTest, connections_beyond_the_limit_are_answered_503) {
  Running running(router_, {.limits = {.connections_per_address = 2}});
  Client first(running.port());
  first.get("/hello");
  EXPECT_EQ(first.answer().status, 200);
  {
    Client second(running.port());
    second.get("/hello");
    EXPECT_EQ(second.answer().status, 200);
    Client third(running.port());
    EXPECT_EQ(third.answer().status, 503);
    EXPECT_TRUE(third.ended());
  }
  first.get("/hello");
  EXPECT_EQ(first.answer().status, 200);
}

TEST_F(ServerTest, an_address_that_asks_too_often_is_told_when_to_come_back) {
  Running running(router_, {.limits = {.requests_per_second = 0.1, .request_burst = 2}});
  Client client(running.port());
  for (const int status : {200, 200, 429}) {
    client.get("/hello");
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, status);
    if (status == 429) EXPECT_EQ(answer.headers.value("Retry-After"), "10");
  }
}

TEST_F(ServerTest, every_answer_tells_the_browser_what_it_may_not_do) {
  Running running(router_);
  Client client(running.port());
  for (const char* path : {"/hello", "/nothing", "/api/v1/nothing"}) {
    client.get(path);
    const Answer answer = client.answer();
    const std::string_view policy = answer.headers.value("Content-Security-Policy");
    EXPECT_TRUE(policy.starts_with("default-src 'self'")) << path;
    EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
    EXPECT_EQ(answer.headers.value("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.headers.find("Strict-Transport-Security"), nullptr);
  }
  client.get("/api/v1/nothing");
  EXPECT_EQ(client.answer().headers.value("Cache-Control"), "no-store");
}

TEST_F(ServerTest, a_browser_gets_long_answers_compressed) {
  Running running(router_);
  Client client(running.port());
  client.get("/big", "Accept-Encoding: br, gzip\r\n");
  const Answer answer = client.answer();
  EXPECT_EQ(answer.headers.value("Content-Encoding"), "gzip");
  EXPECT_LT(answer.body.size(), 100'000U);
  client.get("/rows", "Accept-Encoding: gzip\r\n");
  const Answer stream = client.answer();
  EXPECT_EQ(stream.headers.value("Content-Encoding"), "gzip");
  EXPECT_TRUE(stream.body.starts_with("\x1f\x8b"));
}

TEST_F(ServerTest, plain_http_is_for_loopback_alone) {
  SystemClock clock;
  Log log(clock, LogLevel::kError, Log::nowhere());
  for (const char* address : {"0.0.0.0", "::", "192.168.7.4"}) {
    const auto server = Server::start(router_, clock, log, {.address = address, .port = 0});
    ASSERT_FALSE(server.has_value());
    EXPECT_EQ(server.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(server.error().mend.find("TLS"), std::string::npos);
  }
}

TEST_F(ServerTest, a_port_that_is_taken_is_named) {
  Running running(router_);
  SystemClock clock;
  Log log(clock, LogLevel::kError, Log::nowhere());
  const auto second = Server::start(router_, clock, log, {.port = running.port()});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
  EXPECT_NE(second.error().message.find(std::to_string(running.port())), std::string::npos);
}

TEST_F(ServerTest, stopping_ends_idle_connections_and_takes_no_new_ones) {
  Running running(router_, {.limits = {.stop_grace = kFarOff}});
  Client idle(running.port());
  idle.get("/hello");
  EXPECT_EQ(idle.answer().status, 200);
  const Duration start = SystemClock().steady();
  running.server().stop();
  EXPECT_LT(seconds_since(start), kPatience);
  EXPECT_TRUE(idle.ended());
  Client late(running.port());
  EXPECT_FALSE(late.get("/hello") && late.answer().status != 0);
}

TEST_F(ServerTest, stopping_lets_a_request_at_work_finish) {
  Running running(router_, {.limits = {.stop_grace = Duration::seconds(5)}});
  Client client(running.port());
  client.get("/wait");
  wait_for_waiting(1);
  std::thread stopping([&] { running.server().stop(); });
  testing::let_pass(Duration::milliseconds(50));
  release();
  EXPECT_EQ(client.answer().body, "waited");
  EXPECT_TRUE(client.ended());
  stopping.join();
}

TEST_F(ServerTest, stopping_does_not_wait_for_a_client_that_does_not_read) {
  Running running(router_, {.limits = {.write_timeout = kFarOff}});
  Client client(running.port());
  for (int i = 0; i < 10; ++i) client.get("/big");  // More than any buffer holds.
  testing::let_pass(Duration::milliseconds(200));
  const Duration start = SystemClock().steady();
  running.server().stop();
  EXPECT_LT(seconds_since(start), kPatience);
}

}  // namespace
}  // namespace heed::http
