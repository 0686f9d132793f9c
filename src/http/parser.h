// Bytes of HTTP/1.1 to one Request at a time, within limits: the part of the door that outsiders
// write to, apart from sockets so that a fuzzer can drive it.
#pragma once

#include <memory>
#include <string>

#include "http/http.h"
#include "http/limits.h"

namespace heed::http {

/// Parses one request; a connection makes a new one for the next. Not thread-safe.
class RequestParser {
 public:
  enum class State : std::uint8_t {
    kHeader,    ///< Wants more of the header,
    kBody,      ///< or of the body.
    kComplete,  ///< take() it.
    kRefused,   ///< refusal() says why; nothing after it on this connection can be understood.
  };

  /// `limits` outlives it.
  explicit RequestParser(const Limits& limits);
  ~RequestParser();
  RequestParser(RequestParser&&) noexcept;
  RequestParser& operator=(RequestParser&&) = delete;

  /// Uses up the front of `input` and leaves what it cannot use yet, or what belongs to the next
  /// request (pipelining).
  State feed(std::string& input);
  State state() const;
  /// The 4xx or 5xx of kRefused.
  const Response& refusal() const;
  /// The request of kComplete; once. The caller fills in address and secure.
  Request take();
  /// Whether the client wants the connection kept (RFC 9112 §9.3).
  bool keep_alive() const;
  /// Whether it understands chunked answers: HTTP/1.1.
  bool speaks_1_1() const;
  /// Once true after the header: the client waits for 100 Continue before it sends its body.
  bool wants_continue();

 private:
  struct Inner;
  std::unique_ptr<Inner> inner_;
};

}  // namespace heed::http
