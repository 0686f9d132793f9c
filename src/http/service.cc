#include "http/service.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

#include <fmt/core.h>

#include "http/compression.h"
#include "http/event_stream.h"

namespace heed::http {
namespace {

/// Addresses whose rate is remembered: at 100 bytes each, some 6 MB.
constexpr std::size_t kAddressesRemembered = 65'536;

bool has_no_body(int status) {
  return status == 204 || status == 304 || status < 200;
}

/// A value that would end its line would let its author write headers of their own.
std::string one_line(std::string_view value) {
  std::string line(value);
  std::ranges::replace_if(line, [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return line;
}

void compress(Response& response, const Request& request) {
  if (response.events || response.headers.find("Content-Encoding")) return;
  if (!is_compressible(response.headers.value("Content-Type"))) return;
  if (!response.body_stream && response.body.size() < kMinGzipBytes) return;
  response.headers.set("Vary", "Accept-Encoding");
  if (!accepts_gzip(request.headers.value("Accept-Encoding"))) return;
  response.headers.set("Content-Encoding", "gzip");
  if (response.body_stream) {
    response.body_stream = gzip(std::move(response.body_stream));
  } else {
    response.body = gzip(response.body);
  }
}

std::optional<std::uint64_t> resume_point(const Request& request) {
  if (const auto id = parse_event_id(request.headers.value("Last-Event-ID"))) return id;
  const std::string* after = request.query.find("after");
  return after ? parse_event_id(*after) : std::nullopt;
}

}  // namespace

Service::Service(const Router& router, const Clock& clock, Log& log, const Limits& limits,
                 HostNames hosts)
    : router_(router),
      clock_(clock),
      log_(log),
      hosts_(std::move(hosts)),
      rate_(clock, {.burst = limits.request_burst, .per_second = limits.requests_per_second},
            kAddressesRemembered) {}

std::optional<Response> Service::gate(const Request& request) {
  const std::string* host = request.headers.find("Host");
  if (host && !hosts_.allows(*host)) {
    return problem(Problem{.status = 421,
                           .detail = "This server does not go by that name.",
                           .mend = "Use its address, or start it with --host-name and that name."});
  }
  if (const auto wait = rate_.take(request.address)) return too_many(*wait);
  return {};
}

Reply Service::answer(const Request& request, Terms terms) const {
  const Duration start = clock_.steady();
  Response response = guarded_answer(request);
  if (response.status >= 500 && response.status != 503) {
    log_.error("a request failed", {{"method", to_text(request.method)},
                                    {"status", response.status},
                                    {"took", clock_.steady() - start}});
  }
  return finish(std::move(response), request, terms);
}

Response Service::guarded_answer(const Request& request) const {
  // Our code throws nothing, but it may run out of memory: then one request fails, not the program.
  try {
    return router_.answer(request);
  } catch (const std::exception& thrown) {
    log_.error("a handler threw", {{"what", thrown.what()}});
    return problem(Error{ErrorKind::kInternal, "", ""});
  }
}

Reply Service::finish(Response&& response, const Request& request, Terms terms) const {
  add_security_headers(response, request.path, request.secure);
  compress(response, request);
  const bool streams = response.body_stream || response.events;
  if (response.events) {
    if (!response.headers.find("Content-Type")) {
      response.headers.set("Content-Type", "text/event-stream");
    }
    response.headers.set("Cache-Control", "no-store");
  }
  if (streams && !terms.chunks) terms.keep_alive = false;
  Reply reply{.head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                                  status_words(response.status), format_http_date(clock_.now()))};
  for (const auto& [name, value] : response.headers) {
    reply.head.append(name).append(": ").append(one_line(value)).append("\r\n");
  }
  if (streams && terms.chunks) {
    reply.head += "Transfer-Encoding: chunked\r\n";
  } else if (!streams && !has_no_body(response.status)) {
    reply.head += fmt::format("Content-Length: {}\r\n", response.body.size());
  }
  if (!terms.keep_alive) reply.head += "Connection: close\r\n";
  if (terms.keep_alive && !terms.chunks) reply.head += "Connection: keep-alive\r\n";
  reply.head += "\r\n";
  reply.terms = terms;
  if (request.method == Method::kHead || has_no_body(response.status)) return reply;
  reply.body = std::move(response.body);
  reply.body_stream = std::move(response.body_stream);
  reply.events = std::move(response.events);
  if (reply.events) reply.after = resume_point(request);
  return reply;
}

std::string format_chunk(std::string_view piece) {
  if (piece.empty()) return {};
  std::string chunk = fmt::format("{:x}\r\n", piece.size());
  return chunk.append(piece).append("\r\n");
}

std::string format_http_date(Time time) {
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_days day{std::chrono::days(time.utc_day())};
  const std::chrono::year_month_day date(day);
  const std::int64_t second = time.seconds() - std::int64_t{time.utc_day()} * 86'400;
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays.at(std::chrono::weekday(day).c_encoding()), unsigned{date.day()},
                     kMonths.at(unsigned{date.month()} - 1), int{date.year()}, second / 3600,
                     second / 60 % 60, second % 60);
}

}  // namespace heed::http
