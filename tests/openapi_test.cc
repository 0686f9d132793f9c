// The API's description of itself: whole, and about this very API.
#include <set>

#include "api_house.h"
#include "http/schema_check.h"

namespace heed {
namespace {

std::string lower(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](char c) { return static_cast<char>(c | 0x20); });
  return low;
}

class OpenApi : public testing::Test {
 protected:
  ApiHouse house_;
  Json document_ = json_of(house_.get({}, "/api/v1/openapi.json"));
};

TEST_F(OpenApi, is_version_3_1_and_names_the_program_s_version) {
  EXPECT_EQ(*document_.find("openapi")->string(), "3.1.0");
  EXPECT_EQ(*document_.find("info")->find("version")->string(), "test");
}

TEST_F(OpenApi, has_every_route_under_its_method_with_its_answers) {
  std::size_t told = 0;
  for (const http::Route& route : house_.router().routes()) {
    if (!route.pattern.starts_with("/api/")) continue;
    ++told;
    const Json* path = document_.find("paths")->find(route.pattern);
    ASSERT_NE(path, nullptr) << route.pattern;
    const Json* operation = path->find(lower(to_text(route.method)));
    ASSERT_NE(operation, nullptr) << route.name;
    EXPECT_EQ(*operation->find("operationId")->string(), route.name);
    EXPECT_EQ(operation->find("requestBody") != nullptr, route.request.has_value()) << route.name;
    for (const http::Answer& answer : route.answers) {
      EXPECT_NE(operation->find("responses")->find(std::to_string(answer.status)), nullptr)
          << route.name;
    }
  }
  EXPECT_GE(told, 39U);
}

TEST_F(OpenApi, every_route_says_what_it_does_and_what_it_answers) {
  for (const http::Route& route : house_.router().routes()) {
    EXPECT_FALSE(route.summary.empty()) << route.name;
    EXPECT_FALSE(route.answers.empty()) << route.name;
    const bool takes_a_form = route.method == http::Method::kPost && route.request;
    if (takes_a_form) {
      EXPECT_FALSE(route.request->type.empty()) << route.name;
    }
  }
}

void collect_references(const Json& value, std::set<std::string>& references) {
  if (value.object() != nullptr) {
    for (const auto& [name, member] : *value.object()) {
      if (name == "$ref" && member.string() != nullptr) references.insert(*member.string());
      collect_references(member, references);
    }
  }
  if (value.array() != nullptr) {
    for (const Json& item : *value.array()) collect_references(item, references);
  }
}

TEST_F(OpenApi, every_reference_leads_somewhere_and_every_schema_is_used) {
  std::set<std::string> references;
  collect_references(document_, references);
  EXPECT_GE(references.size(), 30U);
  const http::SchemaCheck schemas(document_);
  for (const std::string& reference : references) {
    EXPECT_NE(schemas.resolve(reference), nullptr) << reference;
  }
  for (const auto& [name, schema] : *document_.find("components")->find("schemas")->object()) {
    EXPECT_TRUE(references.contains("#/components/schemas/" + name)) << name;
  }
}

TEST_F(OpenApi, a_problem_is_what_it_says_a_problem_is) {
  const http::SchemaCheck schemas(document_);
  EXPECT_EQ(schemas.fault_of(json_of(house_.get({}, "/api/v1/session")), "Problem"), "");
}

}  // namespace
}  // namespace heed
