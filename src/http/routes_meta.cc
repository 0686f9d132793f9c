// About the server itself: whether it lives, and what its API is.
#include "http/asked.h"
#include "http/openapi.h"
#include "http/routes.h"

namespace heed::http {
namespace {

Asked<Response> health(const Api& api, const Context& /*context*/) {
  JsonWriter w;
  w.begin_object().member("status", "ok").member("version", api.version).end_object();
  return json(std::move(w));
}

}  // namespace

void add_meta_routes(Router& router, const Api& api) {
  router.add({.method = Method::kGet,
              .pattern = "/health",
              .name = "show_health",
              .summary = "Whether the server answers, and which version it is",
              .need = Need::kNothing,
              .answers = {{.description = "{status, version}"}},
              .handler = bind(api, health)});
  router.add(
      {.method = Method::kGet,
       .pattern = below(kApiPath, "/openapi.json"),
       .name = "show_openapi",
       .summary = "This description",
       .need = Need::kNothing,
       .answers = {{.body = Body{"OpenApi"}}},
       .handler = [&router, &api](const Context&) { return json(openapi(router, api.version)); }});
}

}  // namespace heed::http
