// http: the house's one door. Requests come in, answers, streams and pages go out.
//
// In:  bytes of HTTP/1.1, over TLS or on loopback; routes that the routes_*.cc files declare.
// Out: JSON of /api/v1, problem+json errors, server-sent events, CSV, the browser interface.
// Knows: people and machines and the box (in routes_*.cc alone), Boost.Beast (in the server's
//        files alone), OpenSSL and zlib.
//
// A request's way: server.cc reads and bounds it on the one I/O thread → guard.h checks its host
// and rate → a worker thread runs Router::answer() → the route's handler, a plain function → the
// I/O thread writes the Response. Nothing in a handler knows of sockets, and no header of this room
// knows of Boost. Read this file, then router.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "policy/governed.h"

namespace heed::http {

class EventSource;

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

/// "GET"; what is none of ours is nothing.
std::optional<Method> parse_method(std::string_view text);
std::string_view to_text(Method method);
/// Whether it changes nothing (RFC 9110 §9.2.1): GET, HEAD, OPTIONS.
bool is_safe(Method method);

/// Header fields in their order; names compare without regard to case.
class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}
  /// The first of that name, or nullptr.
  const std::string* find(std::string_view name) const;
  /// The first of that name, or nothing at all.
  std::string_view value(std::string_view name) const;
  /// Replaces every field of that name.
  void set(std::string_view name, std::string value);
  void add(std::string_view name, std::string value);
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// Decoded name and value pairs of a query string, in their order.
class Query {
 public:
  /// `text` is what follows the `?`. kInvalid on a malformed percent sign or too many pairs.
  static Result<Query> parse(std::string_view text);
  const std::string* find(std::string_view name) const;
  /// A whole number from `least` to `most`, `otherwise` when absent; kInvalid names the parameter.
  Result<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most,
                              std::int64_t otherwise) const;
  /// An RFC 3339 time; nothing when absent; kInvalid names the parameter.
  Result<std::optional<Time>> time(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

struct Request {
  Method method = Method::kGet;
  /// As sent, still percent-encoded, without the query: "/api/v1/session".
  std::string path;
  Query query;
  Headers headers;
  std::string body;
  /// The peer's IP address as text, without port.
  std::string address;
  /// Whether it came over TLS.
  bool secure = false;

  /// The cookie of that name (RFC 6265 §5.4); empty when absent.
  std::string_view cookie(std::string_view name) const;
};

/// The next piece of a body that is too long to hold; nothing at its end. Called on a worker
/// thread, one call at a time, so it may read from disk. An error breaks the connection off, which
/// is how HTTP/1.1 says that what arrived is not all.
using BodyStream = std::function<Result<std::optional<std::string>>()>;

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// When set, the body comes from here in chunks and `body` is not used.
  BodyStream body_stream;
  /// When set, this is an endless stream (event_stream.h), text/event-stream if no other type is
  /// given.
  std::shared_ptr<EventSource> events;

  Response& with(std::string_view name, std::string value) {
    headers.set(name, std::move(value));
    return *this;
  }
};

/// An RFC 9457 problem with our members. Empty ones are left out; an empty `title` becomes the
/// status's own words.
struct Problem {
  int status = 500;
  std::string title;
  std::string detail;    ///< What happened, for a person.
  std::string mend;      ///< What that person can do about it.
  std::string clause;    ///< The clause of the policy that refused,
  std::string sentence;  ///< and its published sentence.
  std::string field;     ///< The member or parameter that is wrong.
};

/// `body` is JSON text.
Response json(std::string body, int status = 200);
Response json(JsonWriter&& writer, int status = 200);
Response text(std::string body, std::string_view type = "text/plain; charset=utf-8");
Response no_content();
/// Says nothing about whether it exists for somebody else.
Response not_found();
Response problem(const Problem& problem);
/// kNotFound→404, kInvalid and kUnsupported→422, kConflict→409, kExhausted→429 (Retry-After 1),
/// kUnavailable and kCancelled→503 (Retry-After 1), kCorrupt and kInternal→500 without the message.
Response problem(const Error& error);
/// kInvalid about one field of the body or the query.
Response problem(const Error& error, std::string_view field);
/// 403 with the clause and its sentence.
Response problem(const policy::Refusal& refusal);
Response problem(const policy::Withheld& withheld);
/// 429 with Retry-After in whole seconds, rounded up.
Response too_many(Duration wait);
/// The words of RFC 9110 §15 for a status: "Not Found".
std::string_view status_words(int status);

/// The body as a JSON object; kInvalid says what is wrong with it.
Result<Json> json_body(const Request& request);

/// `text` with every %XX decoded; nothing if a percent sign is malformed or a NUL comes out. A plus
/// sign is a space only in queries.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

/// A Set-Cookie value: HttpOnly, SameSite=Lax, Path=/, and Secure over TLS. A zero `age` deletes.
std::string set_cookie(std::string_view name, std::string_view value, Duration age, bool secure);

}  // namespace heed::http
