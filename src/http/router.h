// Routes as data: what may be asked, by whom, and which function answers. The same declarations
// dispatch requests, refuse those who may not, describe the API (openapi.h) and are walked by
// tests.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "http/http.h"

namespace heed::http {

/// What an API key may do.
enum class Scope : std::uint8_t { kRead, kWrite, kIngest };
std::string_view to_text(Scope scope);
std::optional<Scope> parse_scope(std::string_view text);

/// Who asks. Filled by the Authenticator; the router holds it against what the route needs.
struct Principal {
  enum class Kind : std::uint8_t { kNobody, kPerson, kKey };
  Kind kind = Kind::kNobody;
  /// Stable id of the person or the key, for the journal; never a name.
  std::string id;
  /// A session's token against forgery; an unsafe request repeats it in X-Heed-Csrf.
  std::string csrf;
  /// A key's scopes; a person has none and needs none.
  std::vector<Scope> scopes;
  /// Runs this server: a member of the house.
  bool operates = false;
  /// Where they belong. Everything of another organization is not there for them.
  std::vector<OrganizationId> organizations;

  bool has(Scope scope) const;
  bool belongs_to(OrganizationId organization) const;
};

/// Who asks by the request's cookie or bearer token; kNobody when it has neither or a wrong one.
/// Called on worker threads, at once.
using Authenticator = std::function<Principal(const Request&)>;

/// What a route gives its handler. The references live as long as the call.
struct Context {
  const Request& request;
  const Principal& principal;
  /// Of the pattern's {organization}, and the principal belongs to it; else the nil id.
  OrganizationId organization;
  /// Decoded, by name.
  std::vector<std::pair<std::string, std::string>> path;

  /// The path parameter; the pattern must have it.
  const std::string& parameter(std::string_view name) const;
};

/// Runs on a worker thread, several at once.
using Handler = std::function<Response(const Context&)>;

enum class Need : std::uint8_t {
  kNothing,       ///< Anybody.
  kSession,       ///< A signed-in person, never a key.
  kOperator,      ///< A signed-in person who runs this server.
  kSessionOrKey,  ///< A signed-in person, or a key with the route's scope.
};

struct Parameter {
  enum class In : std::uint8_t { kQuery, kHeader };
  std::string name;
  In in = In::kQuery;
  bool required = false;
  /// A JSON Schema as JSON text: R"({"type":"integer","minimum":1})".
  std::string schema = R"({"type":"string"})";
  std::string description;
};

/// A body of a request or an answer, by the name of a schema that the router knows.
struct Body {
  std::string schema;
  std::string type = "application/json";
};

struct Answer {
  int status = 200;
  std::string description;
  std::optional<Body> body;
};

struct Route {
  Method method = Method::kGet;
  /// "/api/v1/organizations/{organization}/machines/{machine}"; a parameter is a whole segment.
  /// {organization} is an OrganizationId that the principal must belong to, else 404.
  std::string pattern;
  /// A verb's name, unique: "list_machines". It is OpenAPI's operationId.
  std::string name;
  std::string summary;
  Need need = Need::kSession;
  /// What a key must have, with kSessionOrKey.
  Scope scope = Scope::kRead;
  std::vector<Parameter> parameters;
  std::optional<Body> request;
  /// The good ones; problems are the same everywhere and are not repeated.
  std::vector<Answer> answers;
  Handler handler;
  /// Whether a key may also come as the password of HTTP Basic authentication (basic_auth.h): for
  /// clients of an old protocol that can do no other.
  bool takes_basic = false;
  /// Makes of the router's own refusal, a problem, what the route's clients read instead.
  std::function<Response(const Response&)> refusal_form = {};
};

/// Collects routes, then answers. Adding is for start-up, before the first answer(); after that
/// it is immutable and any thread may use it.
class Router {
 public:
  /// Everything that no route's pattern fits and that is not under /api/: the pages.
  using Pages = std::function<Response(const Request&)>;

  /// A wrong or repeated declaration stops the program (require): it is a programming error.
  Router& add(Route route);
  /// A named JSON Schema as JSON text, for openapi.json and the declarations above.
  Router& schema(std::string name, std::string json_schema);
  Router& authenticator(Authenticator authenticator);
  Router& pages(Pages pages);

  /// Never fails: what goes wrong is a problem response. HEAD is GET without a body (the server
  /// leaves it out), OPTIONS and 405 say Allow. The order of refusal: 400 path, 404 no such
  /// pattern, 405, 401 nobody, 403 a key where it may not, 404 another organization's, 403 CSRF.
  Response answer(const Request& request) const;

  const std::vector<Route>& routes() const { return routes_; }
  const std::vector<std::pair<std::string, std::string>>& schemas() const { return schemas_; }

 private:
  using Segments = std::vector<std::string>;
  /// The routes of every method whose patterns fit, the most literal first.
  std::vector<std::size_t> fitting(const Segments& segments) const;
  Response dispatch(std::size_t index, const Request& sent, const Segments& segments) const;
  Response no_route(const Request& request, const Segments& segments) const;

  std::vector<Route> routes_;
  std::vector<Segments> patterns_;  // by route
  std::vector<std::pair<std::string, std::string>> schemas_;
  Authenticator authenticator_;
  Pages pages_;
};

}  // namespace heed::http
