// One client's connection, from its first byte to its last. The coroutines are in connection.cc;
// nothing of Asio but two names is seen here.
#pragma once

#include <memory>
#include <string>

#include "base/log.h"
#include "http/limits.h"

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
}  // namespace boost::asio

namespace heed::http {

class Service;
class WorkerPool;

/// What all connections of a server share; everything outlives them. On the I/O thread alone.
struct House {
  boost::asio::io_context& loop;
  /// nullptr for plain HTTP.
  boost::asio::ssl::context* tls;
  Service& service;
  WorkerPool& workers;
  const Limits& limits;
  Log& log;
  /// Bytes of request bodies that are held now, over all connections.
  std::size_t body_bytes = 0;
};

/// The open connections. Every method on the I/O thread, or when it runs no more.
class Connections {
 public:
  explicit Connections(House& house);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// Serves the accepted socket until it ends; `address` is the peer's. Takes the descriptor over.
  /// Too many in all or from that address: answered 503 (without TLS alone) and closed.
  void take(int descriptor, std::string address);
  /// Idle ones end now, those at work after their answer, event streams at once.
  void wind_down();
  /// Every socket closes; the coroutines end in the loop's next turns.
  void cut();
  /// Closes what has overstayed its time-out. To be called every kSweepInterval.
  void sweep();
  std::size_t size() const;

  class Registry;

 private:
  std::shared_ptr<Registry> registry_;
};

/// How exact time-outs are. One sweep for all, because a timer for each read was measured at 12 to
/// 21 % more CPU a request.
constexpr Duration kSweepInterval = Duration::milliseconds(50);

}  // namespace heed::http
