#include "http/router.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/crypto.h"
#include "http/basic_auth.h"
#include "http/limits.h"

namespace heed::http {
namespace {

constexpr std::array<std::string_view, 3> kScopes = {"read", "write", "ingest"};

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::string_view parameter_name(std::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

/// A path as its decoded segments; nothing if it is malformed, climbs, or is too deep. A decoded
/// slash stays inside its segment, so it can match a parameter but never a pattern's border.
std::optional<std::vector<std::string>> split_path(std::string_view path) {
  if (!path.starts_with('/')) return {};
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    auto segment = percent_decode(path.substr(0, end));
    if (!segment || *segment == "." || *segment == "..") return {};
    if (segments.size() == kMaxPathSegments) return {};
    segments.push_back(*std::move(segment));
    path.remove_prefix(end);
  }
  return segments;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& segments) {
  return std::ranges::equal(pattern, segments,
                            [](const std::string& want, const std::string& have) {
                              return is_parameter(want) ? !have.empty() : want == have;
                            });
}

/// Of two patterns that fit one path, the one with a literal where the other has a parameter first:
/// "/machines/probe" before "/machines/{machine}".
bool more_literal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::lexicographical_compare(a, b, [](const std::string& x, const std::string& y) {
    return !is_parameter(x) && is_parameter(y);
  });
}

bool same_shape(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::equal(a, b, [](const std::string& x, const std::string& y) {
    return is_parameter(x) ? is_parameter(y) : x == y;
  });
}

Response unauthorized() {
  return problem(Problem{.status = 401,
                         .detail = "Nobody is signed in.",
                         .mend = "Sign in, or send an API key as Authorization: Bearer heed_…"})
      .with("WWW-Authenticate", "Bearer");
}

Response forbidden(std::string detail, std::string mend) {
  return problem(Problem{.status = 403, .detail = std::move(detail), .mend = std::move(mend)});
}

/// Why this principal may not use this route, before anything is said of what is behind it.
std::optional<Response> refusal(const Route& route, const Principal& principal) {
  using Kind = Principal::Kind;
  if (route.need == Need::kNothing) return {};
  if (principal.kind == Kind::kNobody) return unauthorized();
  if (principal.kind == Kind::kPerson) {
    if (route.need != Need::kOperator || principal.operates) return {};
    return forbidden("Only who runs this server may do this.",
                     "Ask them; everybody may read the policy at /privacy.");
  }
  if (route.need == Need::kSession || route.need == Need::kOperator) {
    return forbidden("An API key may not do this.", "A signed-in person may.");
  }
  if (!principal.has(route.scope)) {
    return forbidden(fmt::format("This API key lacks the scope {}.", to_text(route.scope)),
                     "Make a key that has it in the settings.");
  }
  return {};
}

/// A browser sends the cookie by itself, so an unsafe request must also prove that our own page
/// made it. A bearer token is never sent by itself.
bool forged(const Route& route, const Request& request, const Principal& principal) {
  if (is_safe(request.method) || principal.kind != Principal::Kind::kPerson) return false;
  if (route.need == Need::kNothing) return false;
  const std::string_view token = request.headers.value("X-Heed-Csrf");
  return principal.csrf.empty() || !equal_in_constant_time(token, principal.csrf);
}

/// A path that is there, but not for this method.
Response other_method(const Request& request, std::vector<Method> allowed) {
  if (std::ranges::find(allowed, Method::kGet) != allowed.end()) allowed.push_back(Method::kHead);
  allowed.push_back(Method::kOptions);
  std::ranges::sort(allowed);
  std::string names;
  for (const Method method : allowed) {
    if (!names.empty()) names += ", ";
    names += to_text(method);
  }
  Response response = no_content();
  if (request.method != Method::kOptions) {
    response = problem(Problem{.status = 405, .detail = fmt::format("It answers {}.", names)});
  }
  return response.with("Allow", names);
}

}  // namespace

std::string_view to_text(Scope scope) {
  return kScopes.at(static_cast<std::size_t>(scope));
}

std::optional<Scope> parse_scope(std::string_view text) {
  const auto* found = std::ranges::find(kScopes, text);
  if (found == kScopes.end()) return {};
  return static_cast<Scope>(found - kScopes.begin());
}

bool Principal::has(Scope scope) const {
  return std::ranges::find(scopes, scope) != scopes.end();
}

bool Principal::belongs_to(OrganizationId organization) const {
  return std::ranges::find(organizations, organization) != organizations.end();
}

const std::string& Context::parameter(std::string_view name) const {
  const auto found =
      std::ranges::find_if(path, [&](const auto& pair) { return pair.first == name; });
  require(found != path.end(), "the route's pattern has the parameter");
  return found->second;
}

Router& Router::add(Route route) {
  auto pattern = split_path(route.pattern);
  require(pattern.has_value(), "a route's pattern is a path");
  require(route.handler != nullptr, "a route has a handler");
  require(route.method != Method::kHead && route.method != Method::kOptions,
          "HEAD and OPTIONS are answered by the router");
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    require(routes_[i].name != route.name, "a route's name is its own");
    require(routes_[i].method != route.method || !same_shape(patterns_[i], *pattern),
            "a path and method have one route");
  }
  patterns_.push_back(*std::move(pattern));
  routes_.push_back(std::move(route));
  return *this;
}

Router& Router::schema(std::string name, std::string json_schema) {
  require(Json::parse(json_schema).has_value(), "a schema is JSON");
  schemas_.emplace_back(std::move(name), std::move(json_schema));
  return *this;
}

Router& Router::authenticator(Authenticator authenticator) {
  authenticator_ = std::move(authenticator);
  return *this;
}

Router& Router::pages(Pages pages) {
  pages_ = std::move(pages);
  return *this;
}

Response Router::answer(const Request& request) const {
  const auto segments = split_path(request.path);
  if (!segments) {
    return problem(Problem{.status = 400, .detail = "The path is malformed."});
  }
  const std::vector<std::size_t> routes = fitting(*segments);
  if (routes.empty()) return no_route(request, *segments);
  const Method wanted = request.method == Method::kHead ? Method::kGet : request.method;
  for (const std::size_t index : routes) {
    if (routes_[index].method == wanted) return dispatch(index, request, *segments);
  }
  std::vector<Method> allowed;
  for (const std::size_t index : routes) allowed.push_back(routes_[index].method);
  return other_method(request, std::move(allowed));
}

std::vector<std::size_t> Router::fitting(const Segments& segments) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    if (fits(patterns_[i], segments)) found.push_back(i);
  }
  std::ranges::sort(found, [&](std::size_t a, std::size_t b) {
    if (more_literal(patterns_[a], patterns_[b])) return true;
    return a < b && !more_literal(patterns_[b], patterns_[a]);
  });
  return found;
}

Response Router::dispatch(std::size_t index, const Request& sent, const Segments& segments) const {
  const Route& route = routes_[index];
  const std::optional<Request> as_bearer = route.takes_basic ? with_bearer(sent) : std::nullopt;
  const Request& request = as_bearer ? *as_bearer : sent;
  Principal principal;
  if (authenticator_) principal = authenticator_(request);
  if (auto no = refusal(route, principal)) {
    return route.refusal_form ? route.refusal_form(*no) : *std::move(no);
  }
  Context context{.request = request, .principal = principal, .organization = {}, .path = {}};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!is_parameter(patterns_[index][i])) continue;
    const std::string_view name = parameter_name(patterns_[index][i]);
    if (name == "organization") {
      const auto organization = OrganizationId::parse(segments[i]);
      if (!organization || !principal.belongs_to(*organization)) return not_found();
      context.organization = *organization;
    }
    context.path.emplace_back(name, segments[i]);
  }
  if (forged(route, request, principal)) {
    return forbidden("The request does not carry the session's X-Heed-Csrf.",
                     "Load the page again; a script takes the token from GET /api/v1/session.");
  }
  return route.handler(context);
}

Response Router::no_route(const Request& request, const Segments& segments) const {
  const bool api = segments.front() == "api";
  const bool page = request.method == Method::kGet || request.method == Method::kHead;
  return pages_ && page && !api ? pages_(request) : not_found();
}

}  // namespace heed::http
