// A server on loopback for tests: a script runs for each connection, on a thread of its own, and
// everything that was received is kept.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/sync.h"

namespace heed::box {

class TestServer {
 public:
  class Peer {
   public:
    explicit Peer(int fd, TestServer& server) : fd_(fd), server_(server) {}
    /// False once the client is gone.
    bool say(std::string_view bytes) {
      while (!bytes.empty()) {
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
      }
      return true;
    }
    /// What came within the time; empty if nothing did or the client is gone.
    std::string hear(int milliseconds = 2'000) {
      pollfd one{fd_, POLLIN, 0};
      if (::poll(&one, 1, milliseconds) <= 0) return "";
      std::string bytes(16'384, '\0');
      const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), 0);
      bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
      const Lock lock(server_.mutex_);
      gone_ = got <= 0;
      server_.received_ += bytes;
      return bytes;
    }
    /// Waits until the client closes; for at most ten seconds.
    void wait_until_gone() {
      for (int i = 0; i < 1'000 && !gone_; ++i) hear(10);
    }
    bool gone() const { return gone_; }
    /// Ends the connection; the script may return.
    void leave() {
      ::shutdown(fd_, SHUT_RDWR);
      gone_ = true;
    }

   private:
    const int fd_;
    TestServer& server_;
    bool gone_ = false;
  };
  using Script = std::function<void(Peer&, int connection)>;

  /// `script` is called for each connection with its number from 0; the connection closes when it
  /// returns.
  explicit TestServer(Script script, std::uint16_t port = 0) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    require(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0,
            "the test's port is free");
    require(::listen(listener_, 64) == 0, "the test's server listens");
    socklen_t size = sizeof(address);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~TestServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const Lock lock(mutex_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (std::thread& peer : peers_) peer.join();
    ::close(listener_);
  }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string received() {
    const Lock lock(mutex_);
    return received_;
  }

 private:
  void accept_all() {
    for (int number = 0;; ++number) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      {
        const Lock lock(mutex_);
        open_.push_back(fd);
      }
      peers_.emplace_back([this, fd, number] {
        Peer peer(fd, *this);
        script_(peer, number);
        const Lock lock(mutex_);
        std::erase(open_, fd);
        ::close(fd);
      });
    }
  }

  const Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread acceptor_;
  std::vector<std::thread> peers_;
  Mutex mutex_;
  std::vector<int> open_ HEED_GUARDED_BY(mutex_);
  std::string received_ HEED_GUARDED_BY(mutex_);
};

}  // namespace heed::box
