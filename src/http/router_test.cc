#include "http/router.h"

#include <gtest/gtest.h>

#include "http/openapi.h"

namespace heed::http {
namespace {

/// Two organizations, a person and a key of the first, and routes of every need.
class RouterTest : public testing::Test {
 protected:
  RouterTest() {
    const auto say = [](std::string word) {
      return [word](const Context& context) {
        std::string told = word;
        for (const auto& [name, value] : context.path) told.append(" ").append(value);
        return text(told);
      };
    };
    const std::string base = "/api/v1/organizations/{organization}/machines";
    router_.authenticator([this](const Request& request) { return who(request); })
        .pages([](const Request& request) { return text("page " + request.path); })
        .add({.pattern = "/api/v1/health",
              .name = "health",
              .need = Need::kNothing,
              .handler = say("health")})
        .add({.pattern = base + "/{machine}",
              .name = "machine",
              .need = Need::kSessionOrKey,
              .scope = Scope::kRead,
              .handler = say("machine")})
        .add({.method = Method::kDelete,
              .pattern = base + "/{machine}",
              .name = "remove",
              .need = Need::kSessionOrKey,
              .scope = Scope::kWrite,
              .handler = say("removed")})
        .add({.pattern = base + "/probe",
              .name = "probe",
              .need = Need::kSession,
              .handler = say("probe")});
  }

  Principal who(const Request& request) const {
    if (request.cookie("heed_session") == "good") {
      return {
          .kind = Principal::Kind::kPerson, .id = "p", .csrf = "token", .organizations = {ours_}};
    }
    if (request.headers.value("Authorization") == "Bearer heed_reader") {
      return {.kind = Principal::Kind::kKey,
              .id = "k",
              .scopes = {Scope::kRead},
              .organizations = {ours_}};
    }
    return {};
  }

  Response ask(Method method, std::string path, Headers headers = {}) const {
    Request request;
    request.method = method;
    request.path = std::move(path);
    request.headers = std::move(headers);
    return router_.answer(request);
  }
  std::string machine(OrganizationId organization, std::string_view name = "m1") const {
    return "/api/v1/organizations/" + organization.text() + "/machines/" + std::string(name);
  }

  SeededRandom random_{1};
  const OrganizationId ours_ = OrganizationId::make(random_);
  const OrganizationId theirs_ = OrganizationId::make(random_);
  const Headers person_{{"Cookie", "heed_session=good"}};
  const Headers key_{{"Authorization", "Bearer heed_reader"}};
  Router router_;
};

TEST_F(RouterTest, a_path_parameter_is_decoded) {
  const Response response = ask(Method::kGet, machine(ours_, "m%201%2Fx"), person_);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "machine " + ours_.text() + " m 1/x");
}

TEST_F(RouterTest, a_literal_segment_comes_before_a_parameter) {
  EXPECT_EQ(ask(Method::kGet, machine(ours_, "probe"), person_).body, "probe " + ours_.text());
}

TEST_F(RouterTest, a_path_that_climbs_or_is_malformed_is_refused) {
  for (const char* path : {"/api/../etc", "/%2e%2e/x", "/a%", "/a%00b", "relative", "", "/./x"}) {
    EXPECT_EQ(ask(Method::kGet, path).status, 400) << path;
  }
}

TEST_F(RouterTest, another_method_is_told_which_are_allowed) {
  const Response response = ask(Method::kPut, machine(ours_), person_);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.headers.value("Allow"), "GET, HEAD, DELETE, OPTIONS");
  const Response options = ask(Method::kOptions, machine(ours_));
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.value("Allow"), "GET, HEAD, DELETE, OPTIONS");
}

TEST_F(RouterTest, head_is_answered_as_get) {
  EXPECT_EQ(ask(Method::kHead, "/api/v1/health").status, 200);
}

TEST_F(RouterTest, nobody_is_told_to_sign_in) {
  const Response response = ask(Method::kGet, machine(ours_));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.headers.value("WWW-Authenticate"), "Bearer");
}

TEST_F(RouterTest, everything_of_another_organization_is_not_there) {
  const Response response = ask(Method::kGet, machine(theirs_), person_);
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body,
            ask(Method::kGet, "/api/v1/organizations/nonsense/machines/m1", person_).body);
  EXPECT_EQ(ask(Method::kGet, machine(theirs_), key_).status, 404);
}

TEST_F(RouterTest, a_key_may_do_what_its_scope_says) {
  EXPECT_EQ(ask(Method::kGet, machine(ours_), key_).status, 200);
  EXPECT_EQ(ask(Method::kDelete, machine(ours_), key_).status, 403);
  EXPECT_EQ(ask(Method::kGet, machine(ours_, "probe"), key_).status, 403);
}

TEST_F(RouterTest, a_session_that_changes_something_must_show_its_token) {
  EXPECT_EQ(ask(Method::kDelete, machine(ours_), person_).status, 403);
  Headers wrong = person_;
  wrong.set("X-Heed-Csrf", "tokem");
  EXPECT_EQ(ask(Method::kDelete, machine(ours_), wrong).status, 403);
  Headers right = person_;
  right.set("X-Heed-Csrf", "token");
  EXPECT_EQ(ask(Method::kDelete, machine(ours_), right).status, 200);
}

TEST_F(RouterTest, what_is_no_route_is_a_page_except_under_api) {
  EXPECT_EQ(ask(Method::kGet, "/o/x/floor").body, "page /o/x/floor");
  EXPECT_EQ(ask(Method::kPost, "/o/x/floor").status, 404);
  EXPECT_EQ(ask(Method::kGet, "/api/v1/nothing").status, 404);
  EXPECT_EQ(ask(Method::kGet, "/api").status, 404);
}

TEST_F(RouterTest, openapi_describes_every_route_of_the_api) {
  router_.schema("Machine", R"({"type":"object"})")
      .add({.method = Method::kPost,
            .pattern = "/api/v1/things",
            .name = "make_thing",
            .summary = "Makes one",
            .need = Need::kSessionOrKey,
            .scope = Scope::kWrite,
            .parameters = {{.name = "dry", .schema = R"({"type":"boolean"})"}},
            .request = Body{"Machine"},
            .answers = {{201, "", Body{"Machine"}}},
            .handler = [](const Context&) { return no_content(); }});
  const auto document = Json::parse(openapi(router_, "0.1.0"));
  ASSERT_TRUE(document.has_value()) << document.error().message;
  for (const Route& route : router_.routes()) {
    EXPECT_NE(document->find("paths")->find(route.pattern), nullptr) << route.pattern;
  }
  const Json* post = document->find("paths")->find("/api/v1/things")->find("post");
  EXPECT_EQ(*post->find("operationId")->string(), "make_thing");
  EXPECT_EQ(post->find("parameters")->array()->size(), 1U);
  EXPECT_NE(post->find("responses")->find("201"), nullptr);
  const Json* item =
      document->find("paths")->find("/api/v1/organizations/{organization}/machines/{machine}");
  EXPECT_EQ(item->find("get")->find("parameters")->array()->size(), 2U);
}

TEST_F(RouterTest, two_routes_for_one_path_and_method_stop_the_program) {
  const auto handler = [](const Context&) { return no_content(); };
  EXPECT_DEATH(router_.add({.pattern = "/api/v1/health", .name = "again", .handler = handler}),
               "one route");
}

}  // namespace
}  // namespace heed::http
