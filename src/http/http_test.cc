#include "http/http.h"

#include <gtest/gtest.h>

#include "http/limits.h"

namespace heed::http {
namespace {

TEST(Http, a_query_is_decoded_pair_by_pair) {
  const auto query = Query::parse("item=Xabs%3A1&from=2026-01-31T00%3A00%3A00Z&note=a+b&flag");
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(*query->find("item"), "Xabs:1");
  EXPECT_EQ(*query->find("note"), "a b");
  EXPECT_EQ(*query->find("flag"), "");
  EXPECT_EQ(query->find("to"), nullptr);
  EXPECT_EQ(query->time("from")->value(), *parse_time("2026-01-31T00:00:00Z"));
}

TEST(Http, a_malformed_query_is_refused) {
  for (const char* text : {"a=%", "a=%2", "a=%zz", "a=%00"}) {
    EXPECT_FALSE(Query::parse(text).has_value()) << text;
  }
}

TEST(Http, a_query_has_at_most_its_limit_of_pairs) {
  std::string text;
  for (std::size_t i = 0; i < kMaxQueryPairs; ++i) text += "a=1&";
  EXPECT_TRUE(Query::parse(text).has_value());
  EXPECT_FALSE(Query::parse(text + "a=1").has_value());
}

TEST(Http, a_number_outside_its_range_names_the_parameter) {
  const auto query = Query::parse("points=5001&few=2&odd=2x");
  EXPECT_EQ(*query->number("few", 2, 5000, 500), 2);
  EXPECT_EQ(*query->number("none", 2, 5000, 500), 500);
  EXPECT_EQ(query->number("points", 2, 5000, 500).error().message,
            "points must be a whole number from 2 to 5000.");
  EXPECT_FALSE(query->number("odd", 2, 5000, 500).has_value());
}

TEST(Http, header_names_compare_without_case) {
  Headers headers{{"Content-Type", "text/plain"}};
  EXPECT_EQ(headers.value("content-type"), "text/plain");
  headers.set("CONTENT-TYPE", "text/csv");
  EXPECT_EQ(headers.size(), 1U);
  EXPECT_EQ(headers.value("Content-Type"), "text/csv");
}

TEST(Http, a_cookie_is_found_by_its_whole_name) {
  Request request;
  request.headers.set("Cookie", "xheed_session=no; heed_session=abc=; heed_session=late");
  EXPECT_EQ(request.cookie("heed_session"), "abc=");
  EXPECT_EQ(request.cookie("session"), "");
}

TEST(Http, a_session_cookie_is_out_of_reach_of_scripts_and_of_plain_text) {
  EXPECT_EQ(set_cookie("heed_session", "t", Duration::days(1), true),
            "heed_session=t; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(set_cookie("heed_session", "t", Duration(), false),
            "heed_session=t; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
}

TEST(Http, every_kind_of_error_has_its_status) {
  const std::pair<ErrorKind, int> table[] = {
      {ErrorKind::kNotFound, 404},  {ErrorKind::kInvalid, 422},   {ErrorKind::kUnsupported, 422},
      {ErrorKind::kConflict, 409},  {ErrorKind::kExhausted, 429}, {ErrorKind::kUnavailable, 503},
      {ErrorKind::kCancelled, 503}, {ErrorKind::kCorrupt, 500},   {ErrorKind::kInternal, 500}};
  for (const auto& [kind, status] : table) {
    EXPECT_EQ(problem(Error{kind, "why", "mend"}).status, status);
  }
}

TEST(Http, an_inner_failure_does_not_say_its_message_to_the_world) {
  const Response response = problem(Error{ErrorKind::kCorrupt, "secret/path.sst", ""});
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST(Http, a_refusal_by_policy_shows_its_clause_and_its_sentence) {
  const Response response =
      problem(policy::Withheld(policy::Refusal{"3.2", "It is not shared.", "machine_data"}));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.headers.value("Content-Type"), "application/problem+json");
  const auto body = Json::parse(response.body);
  EXPECT_EQ(*body->find("clause")->string(), "3.2");
  EXPECT_EQ(*body->find("sentence")->string(), "It is not shared.");
}

TEST(Http, a_problem_names_the_field_and_its_mend) {
  const Response response = problem(Error{ErrorKind::kInvalid, "Too short.", "Longer."}, "name");
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
                           R"("detail":"Too short.","mend":"Longer.","field":"name"})");
}

TEST(Http, too_many_says_when_to_come_back_in_whole_seconds) {
  EXPECT_EQ(too_many(Duration::milliseconds(1)).headers.value("Retry-After"), "1");
  EXPECT_EQ(too_many(Duration::milliseconds(2001)).headers.value("Retry-After"), "3");
}

TEST(Http, a_json_body_is_an_object_that_says_it_is_json) {
  Request request;
  request.body = R"({"name":"Mazak"})";
  EXPECT_FALSE(json_body(request).has_value());
  request.headers.set("Content-Type", "application/json; charset=utf-8");
  EXPECT_TRUE(json_body(request).has_value());
  request.body = "[1]";
  EXPECT_FALSE(json_body(request).has_value());
}

TEST(Http, a_json_body_is_only_so_deep) {
  Request request;
  request.headers.set("Content-Type", "application/json");
  const auto nested = [](std::size_t depth) {
    return R"({"a":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  request.body = nested(kMaxJsonDepth);
  EXPECT_TRUE(json_body(request).has_value());
  request.body = nested(kMaxJsonDepth + 2);
  EXPECT_FALSE(json_body(request).has_value());
}

}  // namespace
}  // namespace heed::http
