// The server: sockets, TLS, time-outs and threads around Router::answer().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "base/time.h"
#include "http/certificate.h"
#include "http/limits.h"
#include "http/router.h"

namespace heed::http {

struct ServerOptions {
  /// An IP address, or "localhost". Port 0 takes a free one.
  std::string address = "127.0.0.1";
  std::uint16_t port = 8910;
  /// Names under which it may be reached besides loopback and `address` itself, without port. A
  /// request for any other host is refused (421), which is what stops DNS rebinding.
  std::vector<std::string> host_names;
  /// Nothing: plain HTTP, which only a loopback address may have.
  std::optional<Certificate> certificate;
  Limits limits;
};

/// Runs from start() to stop(): one I/O thread, `worker_threads` workers. Thread-safe.
class Server {
 public:
  /// `router`, `clock` and `log` outlive it. Listens at once. kInvalid for an address that would
  /// be reachable without TLS, kUnavailable when the port is taken.
  static Result<std::unique_ptr<Server>> start(const Router& router, const Clock& clock, Log& log,
                                               ServerOptions options);
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  /// "https://host:port" as a person may type it.
  virtual std::string url() const = 0;
  /// Accepts no more, lets what is being answered finish within `stop_grace`, ends event streams,
  /// and returns within a second unless a handler takes longer. Again is harmless.
  virtual void stop() = 0;
};

}  // namespace heed::http
