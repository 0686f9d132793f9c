#include "box/net.h"

#include <gtest/gtest.h>

#include <thread>

#include "box/test_server.h"

namespace heed::box {
namespace {

// Runs a loop on the test's own thread until `done` or ten seconds have passed.
class NetTest : public testing::Test, protected StreamHandler, protected HttpHandler {
 protected:
  void run_until_done() {
    net_->at(clock_.steady() + Duration::seconds(10), [this] {
      ADD_FAILURE() << "too late";
      net_->stop();
    });
    net_->run();
  }
  void on_open(const std::string& where) override {
    opened_ = where;
    if (say_on_open_.empty()) return;
    stream_->send(say_on_open_);
  }
  void on_bytes(BytesView bytes) override {
    received_ += bytes;
    if (received_.size() >= enough_) net_->stop();
  }
  void on_closed(const Error& why) override {
    closed_ = why.message;
    net_->stop();
  }
  void on_head(int status, std::string_view type) override {
    status_ = status;
    type_ = type;
  }
  bool on_body(BytesView piece) override {
    received_ += piece;
    return !close_in_body_;
  }
  void on_end(const Result<void>& how) override {
    ended_ = how ? "whole" : how.error().message;
    net_->stop();
  }
  std::string url(const TestServer& server) { return "http://" + server.address() + "/probe"; }

  SystemClock clock_;
  std::unique_ptr<Net> net_ = *Net::create(clock_);
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<Exchange> exchange_;
  std::string opened_, received_, closed_, type_, ended_, say_on_open_;
  std::size_t enough_ = SIZE_MAX;
  int status_ = 0;
  bool close_in_body_ = false;
};

TEST_F(NetTest, moves_bytes_both_ways) {
  TestServer server([](auto& peer, int) { peer.say("echo " + peer.hear()); });
  say_on_open_ = "hello";
  stream_ = net_->connect("127.0.0.1", server.port(), Duration::seconds(5), *this);
  run_until_done();
  EXPECT_EQ(opened_, server.address());
  EXPECT_EQ(received_, "echo hello");
  EXPECT_EQ(closed_, server.address() + " closed the connection");
}

TEST_F(NetTest, looks_names_up_and_tries_each_address) {
  TestServer server([](auto& peer, int) { peer.say("hi"); });
  stream_ = net_->connect("localhost", server.port(), Duration::seconds(5), *this);
  run_until_done();
  EXPECT_EQ(received_, "hi");
}

TEST_F(NetTest, says_why_a_connection_is_refused) {
  std::uint16_t free_port = 0;
  {
    const TestServer server([](auto&, int) {});
    free_port = server.port();
  }
  stream_ = net_->connect("127.0.0.1", free_port, Duration::seconds(5), *this);
  run_until_done();
  EXPECT_EQ(closed_,
            "no connection to 127.0.0.1:" + std::to_string(free_port) + ": Connection refused");
}

TEST_F(NetTest, says_that_a_name_is_not_known) {
  stream_ = net_->connect("no-such-machine.invalid", 1, Duration::seconds(5), *this);
  run_until_done();
  EXPECT_TRUE(closed_.starts_with("no-such-machine.invalid is not known")) << closed_;
}

TEST_F(NetTest, reads_nothing_while_paused) {
  TestServer server([](auto& peer, int) {
    peer.say("early");
    peer.wait_until_gone();
  });
  enough_ = 5;
  stream_ = net_->connect("127.0.0.1", server.port(), Duration::seconds(5), *this);
  stream_->pause(true);
  std::string while_paused = "?";
  net_->at(clock_.steady() + Duration::milliseconds(100), [&] {
    while_paused = received_;
    stream_->pause(false);
  });
  run_until_done();
  EXPECT_EQ(while_paused, "");
  EXPECT_EQ(received_, "early");
}

TEST_F(NetTest, calls_no_handler_whose_stream_is_gone) {
  TestServer server([](auto& peer, int) { peer.say("hi"); });
  stream_ = net_->connect("127.0.0.1", server.port(), Duration::seconds(5), *this);
  stream_.reset();
  net_->at(clock_.steady() + Duration::milliseconds(100), [&] { net_->stop(); });
  run_until_done();
  EXPECT_EQ(opened_ + received_ + closed_, "");
}

TEST_F(NetTest, runs_timers_in_order_and_forgets_cancelled_ones) {
  std::string order;
  const Duration now = clock_.steady();
  net_->at(now + Duration::milliseconds(20), [&] { order += "b", net_->stop(); });
  net_->at(now + Duration::milliseconds(10), [&] { order += "a"; });
  net_->cancel(net_->at(now + Duration::milliseconds(5), [&] { order += "x"; }));
  run_until_done();
  EXPECT_EQ(order, "ab");
}

TEST_F(NetTest, stops_from_another_thread_at_once) {
  // Without a wake the loop looks up after a second. On a busy machine one may be as late as that;
  // on an average of many nobody is.
  constexpr int kTimes = 30;
  const Duration began = clock_.steady();
  for (int i = 0; i < kTimes; ++i) {
    net_ = *Net::create(clock_);
    std::thread other([&] { net_->post([&] { net_->stop(); }); });
    net_->run();
    other.join();
  }
  EXPECT_LT(clock_.steady() - began, Duration::milliseconds(500 * kTimes));
}

TEST_F(NetTest, gets_a_page_with_status_type_and_body) {
  TestServer server([](auto& peer, int) {
    peer.hear();
    peer.say("HTTP/1.1 404 Not Found\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\nnone");
  });
  exchange_ = net_->fetch({.url = url(server)}, *this);
  run_until_done();
  EXPECT_EQ(status_, 404);
  EXPECT_EQ(type_, "text/xml");
  EXPECT_EQ(received_, "none");
  EXPECT_EQ(ended_, "whole");
  EXPECT_TRUE(server.received().starts_with("GET /probe HTTP/1.1\r\n")) << server.received();
}

TEST_F(NetTest, tells_a_body_that_is_cut_short) {
  TestServer server([](auto& peer, int) {
    peer.hear();
    peer.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  exchange_ = net_->fetch({.url = url(server)}, *this);
  run_until_done();
  EXPECT_EQ(received_, "half");
  EXPECT_NE(ended_, "whole");
}

TEST_F(NetTest, ends_an_exchange_that_is_silent_for_too_long) {
  TestServer server([](auto& peer, int) { peer.wait_until_gone(); });
  exchange_ = net_->fetch({.url = url(server), .silence_limit = Duration::milliseconds(80)}, *this);
  run_until_done();
  EXPECT_EQ(ended_, "silent for 80 ms");
}

TEST_F(NetTest, closes_an_exchange_when_its_reader_has_enough) {
  TestServer server([](auto& peer, int) {
    peer.hear();
    peer.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    peer.wait_until_gone();
    EXPECT_TRUE(peer.gone());
  });
  close_in_body_ = true;
  exchange_ = net_->fetch({.url = url(server)}, *this);
  net_->at(clock_.steady() + Duration::milliseconds(200), [&] { net_->stop(); });
  run_until_done();
  EXPECT_EQ(received_, "half");
  EXPECT_EQ(ended_, "");
}

TEST_F(NetTest, does_not_follow_redirects) {
  TestServer server([](auto& peer, int) {
    peer.hear();
    peer.say("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  });
  exchange_ = net_->fetch({.url = url(server)}, *this);
  run_until_done();
  EXPECT_EQ(status_, 302);
  EXPECT_EQ(ended_, "whole");
}

TEST_F(NetTest, holds_a_paused_exchange_back_without_calling_it_silent) {
  TestServer server([](auto& peer, int) {
    peer.hear();
    peer.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody");
    peer.wait_until_gone();
  });
  exchange_ =
      net_->fetch({.url = url(server), .silence_limit = Duration::milliseconds(100)}, *this);
  exchange_->pause(true);
  std::string while_paused = "?";
  net_->at(clock_.steady() + Duration::milliseconds(300), [&] {
    while_paused = received_ + ended_;
    exchange_->pause(false);
  });
  run_until_done();
  EXPECT_EQ(while_paused, "");
  EXPECT_EQ(received_, "body");
  EXPECT_EQ(ended_, "whole");
}

}  // namespace
}  // namespace heed::box
