// A recording played as a machine: an SHDR adapter on a loopback port, as a real one behaves.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "wire/shdr/recording.h"

namespace heed::app {

/// Plays from start() to destruction, over and over, to any number of clients (at most kMostClients
/// at a time). A client that connects is first told the latest value of every key, as adapters do.
class Player {
 public:
  static constexpr std::size_t kMostClients = 8;

  /// Port 0 takes a free one. `skip`: how far into the recording it begins. `clock` and `log`
  /// outlive the player. kUnavailable when the port is taken.
  static Result<std::unique_ptr<Player>> start(
      std::shared_ptr<const wire::shdr::Recording> recording, std::uint16_t port, Duration skip,
      const Clock& clock, Log& log);
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  class Loop;
  Player(std::unique_ptr<Loop> loop, std::uint16_t port);

  std::unique_ptr<Loop> loop_;
  std::uint16_t port_;
  std::thread thread_;
};

}  // namespace heed::app
