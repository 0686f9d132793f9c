// /api/v1/session and the settings, as a browser uses them.
#include "api_house.h"
#include "http/limits.h"

namespace heed {
namespace {

using http::Method;

constexpr auto kSession = "/api/v1/session";
constexpr auto kPassword = "correct horse";

class SessionApi : public testing::Test {
 protected:
  SessionApi() { must(house_.people().set_password(shop_.session.cookie, kPassword, {})); }

  http::Response post(const std::string& path, const std::string& body, const Asker& asker = {}) {
    return house_.send(asker, {.method = Method::kPost, .path = path, .body = body});
  }
  http::Response sign_in(const std::string& password) {
    return post(kSession, R"({"email":"anna@example.com","password":")" + password + R"("})");
  }
  /// As a browser keeps what a sign-in answered.
  static Asker asker_of(const http::Response& response) {
    const std::string_view cookie = response.headers.value("Set-Cookie");
    const std::size_t from = cookie.find('=') + 1;
    return {.cookie = std::string(cookie.substr(from, cookie.find(';') - from)),
            .csrf = *json_of(response).find("csrf")->string()};
  }

  ApiHouse house_;
  Shop shop_ = house_.open_shop("Mill", "anna@example.com");
};

TEST_F(SessionApi, signing_in_gives_a_cookie_that_scripts_and_other_sites_cannot_use) {
  const auto response = sign_in(kPassword);
  ASSERT_EQ(response.status, 200) << response.body;
  const std::string cookie(response.headers.value("Set-Cookie"));
  for (const char* part :
       {"heed_session=", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/"}) {
    EXPECT_TRUE(cookie.contains(part)) << cookie;
  }
  EXPECT_FALSE(response.body.contains(asker_of(response).cookie));
  EXPECT_EQ(house_.get(asker_of(response), kSession).status, 200);
}

TEST_F(SessionApi, a_session_says_who_it_is_and_to_which_organizations_they_belong) {
  const Json session = json_of(house_.get(asker_of(sign_in(kPassword)), kSession));
  EXPECT_EQ(*session.find("person")->find("email")->string(), "anna@example.com");
  const Json& organization = session.find("organizations")->array()->at(0);
  EXPECT_EQ(*organization.find("name")->string(), "Mill");
  EXPECT_EQ(*organization.find("role")->string(), "owner");
}

TEST_F(SessionApi, a_wrong_password_and_an_unknown_e_mail_are_answered_alike_O65) {
  const auto wrong = sign_in("wrong horse");
  const auto unknown = post(kSession, R"({"email":"nobody@example.com","password":"wrong horse"})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_TRUE(wrong.body.contains("The e-mail or the password is not right."));
}

TEST_F(SessionApi, too_many_attempts_are_told_when_to_come_back) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sign_in("wrong horse").status, 401);
  const auto late = sign_in(kPassword);
  EXPECT_EQ(late.status, 429);
  EXPECT_EQ(late.headers.value("Retry-After"), "60");
}

TEST_F(SessionApi, a_form_without_a_field_is_told_which) {
  const auto response = post(kSession, R"({"email":"anna@example.com"})");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(*json_of(response).find("field")->string(), "password");
  EXPECT_EQ(post(kSession, "{").status, 422);
}

TEST_F(SessionApi, a_form_is_at_most_64_kibibytes) {
  const auto form = [](std::size_t size) {
    return R"({"email":")" + std::string(size, 'a') + "\"}";
  };
  EXPECT_EQ(post(kSession, form(http::kMaxFormBytes - 12)).status, 422);
  EXPECT_EQ(post(kSession, form(http::kMaxFormBytes - 11)).status, 413);
}

TEST_F(SessionApi, a_link_signs_in_once_and_lets_the_password_be_set) {
  const std::string link = must(house_.people().make_link(shop_.owner, people::LinkUse::kSignIn));
  const auto response = post("/api/v1/session/link", R"({"token":")" + link + R"("})");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(post("/api/v1/session/link", R"({"token":")" + link + R"("})").status, 401);
  const auto set =
      post("/api/v1/session/password", R"({"password":"battery staple"})", asker_of(response));
  EXPECT_EQ(set.status, 204) << set.body;
  EXPECT_EQ(sign_in("battery staple").status, 200);
  EXPECT_EQ(sign_in(kPassword).status, 401);
}

TEST_F(SessionApi, setting_a_password_names_the_field_that_is_wrong) {
  const Asker anna = asker_of(sign_in(kPassword));
  const struct {
    std::string body;
    std::string field;
  } cases[] = {
      {R"({"password":"short","current":"correct horse"})", "password"},
      {R"({"password":"battery staple","current":"wrong horse"})", "current"},
      {R"({"password":"battery staple"})", "current"},
      {R"({"current":"correct horse"})", "password"},
  };
  for (const auto& c : cases) {
    const auto response = post("/api/v1/session/password", c.body, anna);
    EXPECT_EQ(response.status, 422) << c.body;
    EXPECT_EQ(*json_of(response).find("field")->string(), c.field);
  }
}

TEST_F(SessionApi, a_new_password_gives_a_new_cookie_and_ends_the_old_one) {
  const Asker anna = asker_of(sign_in(kPassword));
  const auto set = post("/api/v1/session/password",
                        R"({"password":"battery staple","current":"correct horse"})", anna);
  ASSERT_EQ(set.status, 204) << set.body;
  EXPECT_EQ(house_.get(anna, kSession).status, 401);
  const std::string cookie(set.headers.value("Set-Cookie"));
  const std::size_t from = cookie.find('=') + 1;
  EXPECT_EQ(house_.get({.cookie = cookie.substr(from, cookie.find(';') - from)}, kSession).status,
            200);
}

TEST_F(SessionApi, signing_out_ends_the_session_and_takes_the_cookie_back) {
  const Asker anna = asker_of(sign_in(kPassword));
  const auto out = house_.send(anna, {.method = Method::kDelete, .path = kSession});
  EXPECT_EQ(out.status, 204);
  EXPECT_TRUE(std::string(out.headers.value("Set-Cookie")).contains("Max-Age=0"));
  EXPECT_EQ(house_.get(anna, kSession).status, 401);
}

TEST_F(SessionApi, a_made_key_is_shown_once_works_and_stops_when_removed) {
  const Asker anna = asker_of(sign_in(kPassword));
  const auto made = post(shop_.path() + "/api-keys", R"({"name":"ERP","scopes":["read"]})", anna);
  ASSERT_EQ(made.status, 201) << made.body;
  const Json key = json_of(made);
  const std::string token = *key.find("key")->string();
  EXPECT_EQ(house_.get({.key = token}, shop_.machine_path()).status, 200);
  EXPECT_FALSE(house_.get(anna, shop_.path() + "/api-keys").body.contains(token));
  const std::string path = shop_.path() + "/api-keys/" + *key.find("id")->string();
  EXPECT_EQ(house_.send(anna, {.method = Method::kDelete, .path = path}).status, 204);
  EXPECT_EQ(house_.get({.key = token}, shop_.machine_path()).status, 401);
  EXPECT_EQ(house_.send(anna, {.method = Method::kDelete, .path = path}).status, 404);
}

TEST_F(SessionApi, a_key_that_cannot_be_names_its_field) {
  const Asker anna = asker_of(sign_in(kPassword));
  const struct {
    std::string body;
    std::string field;
  } cases[] = {{R"({"scopes":["read"]})", "name"},
               {R"({"name":"","scopes":["read"]})", "name"},
               {R"({"name":"ERP"})", "scopes"},
               {R"({"name":"ERP","scopes":[]})", "scopes"},
               {R"({"name":"ERP","scopes":["admin"]})", "scopes"}};
  for (const auto& c : cases) {
    const auto response = post(shop_.path() + "/api-keys", c.body, anna);
    EXPECT_EQ(response.status, 422) << c.body;
    EXPECT_EQ(*json_of(response).find("field")->string(), c.field);
  }
}

}  // namespace
}  // namespace heed
