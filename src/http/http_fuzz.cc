// Bytes of a connection through the parser, the router and the reply, as a client would send them:
// what outsiders reach before anything knows who they are.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/log.h"
#include "http/parser.h"
#include "http/service.h"

namespace heed::http {
namespace {

Router make_router() {
  Router router;
  router
      .add({.pattern = "/api/v1/health",
            .name = "health",
            .need = Need::kNothing,
            .handler = [](const Context&) { return json("{}"); }})
      .add({.method = Method::kPost,
            .pattern = "/api/v1/session",
            .name = "sign_in",
            .need = Need::kNothing,
            .handler =
                [](const Context& c) {
                  const auto body = json_body(c.request);
                  return body ? no_content() : problem(body.error());
                }})
      .add({.pattern = "/api/v1/organizations/{organization}/machines/{machine}/samples",
            .name = "samples",
            .need = Need::kSessionOrKey,
            .handler =
                [](const Context& c) {
                  const auto points = c.request.query.number("points", 2, 5000, 500);
                  const auto from = c.request.query.time("from");
                  if (!points) return problem(points.error(), "points");
                  if (!from) return problem(from.error(), "from");
                  return text(c.parameter("machine"));
                }})
      .authenticator([](const Request& request) {
        Principal principal;
        if (request.cookie("heed_session") != "s") return principal;
        principal.kind = Principal::Kind::kPerson;
        principal.csrf = "t";
        principal.organizations = {OrganizationId()};
        return principal;
      });
  return router;
}

void converse(std::string input) {
  static const Router router = make_router();
  static ManualClock clock(Time{});
  static Log log(clock, LogLevel::kError, Log::nowhere());
  static const Limits limits{.header_bytes = 2'000, .body_bytes = 4'000};
  static Service service(router, clock, log, limits, HostNames({"heed.example"}));
  for (int requests = 0; requests < 8; ++requests) {
    RequestParser parser(limits);
    const RequestParser::State state = parser.feed(input);
    if (state == RequestParser::State::kRefused) {
      service.finish(Response(parser.refusal()), {}, {.keep_alive = false});
      return;
    }
    if (state != RequestParser::State::kComplete) return;
    const Terms terms{.keep_alive = parser.keep_alive(), .chunks = parser.speaks_1_1()};
    const Request request = parser.take();
    require(request.body.size() <= limits.body_bytes, "a body stays within its limit");
    clock.advance(Duration::seconds(1));
    auto no = service.gate(request);
    const Reply reply =
        no ? service.finish(*std::move(no), request, terms) : service.answer(request, terms);
    require(reply.head.find("\r\n\r\n") == reply.head.size() - 4, "a head has one end");
  }
}

}  // namespace
}  // namespace heed::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  heed::http::converse({reinterpret_cast<const char*>(data), size});
  return 0;
}
