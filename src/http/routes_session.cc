// Signing in and out: /api/v1/session.
#include "http/asked.h"
#include "http/json_shapes.h"
#include "http/principal.h"
#include "http/routes.h"

namespace heed::http {
namespace {

// The cookie outlives the session's longest life on the server, which alone decides.
constexpr Duration kCookieAge = Duration::days(90);

Asked<Response> describe(const Api& api, const Principal& principal) {
  const auto id = people::PersonId::parse(principal.id);
  require(id.has_value(), "a session is a person's");
  const policy::Access access = access_of(principal, *api.store.policy());
  ASSIGN_OR_RETURN(const auto person, api.people.person(access, *id));
  if (!person) return refuse(not_found());
  ASSIGN_OR_RETURN(const auto belongings, api.people.belongings(access, *id));
  JsonWriter w;
  w.begin_object().key("person");
  write_person(w, *person);
  w.member("csrf", principal.csrf).member("operator", principal.operates);
  w.key("organizations").begin_array();
  for (const people::Belonging& belonging : belongings) {
    w.begin_object().member("id", belonging.organization.id.text());
    w.member("name", belonging.organization.name).member("role", name_of(belonging.role));
    w.end_object();
  }
  w.end_array().end_object();
  return json(std::move(w));
}

Principal as_principal(const people::Session& session) {
  return {.kind = Principal::Kind::kPerson,
          .id = session.person.text(),
          .csrf = session.csrf,
          .scopes = {},
          .operates = session.operates,
          .organizations = {}};
}

Asked<Response> enter(const Api& api, const Context& context, const people::SignedIn& in) {
  ASSIGN_OR_RETURN(Response response, describe(api, as_principal(in.session)));
  return response.with("Set-Cookie",
                       set_cookie(kSessionCookie, in.token, kCookieAge, context.request.secure));
}

Asked<Response> admit(const Api& api, const Context& context, const people::SignInAnswer& answer,
                      std::string_view not_right, std::string_view mend) {
  if (const auto* in = std::get_if<people::SignedIn>(&answer)) return enter(api, context, *in);
  if (const auto* late = std::get_if<people::TooManyAttempts>(&answer)) {
    return too_many(late->wait);
  }
  return problem(
      Problem{.status = 401, .detail = std::string(not_right), .mend = std::string(mend)});
}

Asked<Response> show(const Api& api, const Context& context) {
  return describe(api, context.principal);
}

Asked<Response> sign_in(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto email, about("email", required_string(form, "email")));
  ASSIGN_OR_RETURN(const auto password, about("password", required_string(form, "password")));
  ASSIGN_OR_RETURN(const auto answer, api.people.sign_in(email, password, context.request.address));
  return admit(api, context, answer, "The e-mail or the password is not right.", "");
}

Asked<Response> sign_in_by_link(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto token, about("token", required_string(form, "token")));
  ASSIGN_OR_RETURN(const auto answer, api.people.sign_in_by_link(token, context.request.address));
  return admit(api, context, answer, "This link was used before, or its time is over.",
               "Ask for a new one.");
}

Asked<Response> sign_out(const Api& api, const Context& context) {
  if (auto out = api.people.sign_out(context.request.cookie(kSessionCookie)); !out) {
    return refuse(problem(out.error()));
  }
  return no_content().with("Set-Cookie",
                           set_cookie(kSessionCookie, "", Duration(), context.request.secure));
}

// What is wrong with the new password and what with the current one belong to different fields.
Response password_problem(const policy::Withheld& why) {
  const Error* error = why.error();
  if (error == nullptr) return problem(why);
  if (error->kind == ErrorKind::kInvalid) return problem(*error, "password");
  if (error->kind == ErrorKind::kConflict) {
    return problem(Problem{.status = 422, .detail = error->message, .field = "current"});
  }
  return problem(why);
}

Asked<Response> set_password(const Api& api, const Context& context) {
  ASSIGN_OR_RETURN(const Json form, form_of(context));
  ASSIGN_OR_RETURN(const auto password, about("password", required_string(form, "password")));
  const Json* current = form.find("current");
  std::optional<std::string_view> now;
  if (current != nullptr && current->string() != nullptr) now = *current->string();
  auto changed = api.people.set_password(context.request.cookie(kSessionCookie), password, now);
  if (!changed) return refuse(password_problem(changed.error()));
  return no_content().with(
      "Set-Cookie", set_cookie(kSessionCookie, changed->token, kCookieAge, context.request.secure));
}

}  // namespace

void add_session_routes(Router& router, const Api& api) {
  const std::string session = below(kApiPath, "/session");
  router.add({.method = Method::kGet,
              .pattern = session,
              .name = "show_session",
              .summary = "Who is signed in, and to which organizations they belong",
              .answers = {{.body = Body{"Session"}}},
              .handler = bind(api, show)});
  router.add({.method = Method::kPost,
              .pattern = session,
              .name = "sign_in",
              .summary = "Sign in with a password",
              .need = Need::kNothing,
              .request = Body{"SignIn"},
              .answers = {{.body = Body{"Session"}}},
              .handler = bind(api, sign_in)});
  router.add({.method = Method::kPost,
              .pattern = session + "/link",
              .name = "sign_in_by_link",
              .summary = "Sign in with a one-time link",
              .need = Need::kNothing,
              .request = Body{"LinkSignIn"},
              .answers = {{.body = Body{"Session"}}},
              .handler = bind(api, sign_in_by_link)});
  router.add({.method = Method::kDelete,
              .pattern = session,
              .name = "sign_out",
              .summary = "Sign out",
              .answers = {{.status = 204}},
              .handler = bind(api, sign_out)});
  router.add({.method = Method::kPost,
              .pattern = session + "/password",
              .name = "set_password",
              .summary = "Set one's password, which ends one's other sessions",
              .request = Body{"PasswordChange"},
              .answers = {{.status = 204}},
              .handler = bind(api, set_password)});
}

}  // namespace heed::http
