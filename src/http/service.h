// From a parsed request to the bytes of its answer, without a socket: the part of the server that
// workers run and tests and fuzzers drive.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/log.h"
#include "http/guard.h"
#include "http/limits.h"
#include "http/rate_limit.h"
#include "http/router.h"

namespace heed::http {

/// What the request's connection can take.
struct Terms {
  bool keep_alive = true;
  bool chunks = true;  ///< HTTP/1.1; an older client reads a stream until the connection ends.
};

/// An answer as the connection writes it: the head, then the body, the stream or the events.
struct Reply {
  std::string head;
  std::string body;
  BodyStream body_stream;
  std::shared_ptr<EventSource> events;
  /// Where `events` resumes.
  std::optional<std::uint64_t> after;
  Terms terms;
};

/// Immutable after construction but for its rates; thread-safe.
class Service {
 public:
  /// Everything passed by reference outlives it.
  Service(const Router& router, const Clock& clock, Log& log, const Limits& limits,
          HostNames hosts);

  /// What must be said before a worker is bothered: a wrong host, too many from one address.
  std::optional<Response> gate(const Request& request);
  /// The route's answer. May block; on a worker.
  Reply answer(const Request& request, Terms terms) const;
  /// An answer that no route gave. `request` may be empty when there was none.
  Reply finish(Response&& response, const Request& request, Terms terms) const;
  bool allows_host(std::string_view host) const { return hosts_.allows(host); }

 private:
  Response guarded_answer(const Request& request) const;

  const Router& router_;
  const Clock& clock_;
  Log& log_;
  const HostNames hosts_;
  RateLimit rate_;
};

/// A piece of a chunked body (RFC 9112 §7.1); nothing for an empty one, which would end it.
std::string format_chunk(std::string_view piece);
constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
std::string format_http_date(Time time);

}  // namespace heed::http
