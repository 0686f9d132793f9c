// The cases of the policies that ship (src/policy/cases), asked over HTTP: what POST /policy/decide
// answers of a text is what its cases expect, clause and all.
#include "policy/shipped.h"
#include "policy/testing.h"
#include "policy_cases.h"
#include "policy_house.h"

namespace heed {
namespace {

using policy::Case;
using policy::CaseQuestion;
using policy::CaseRequest;

std::string facts_of(const policy::Policy& policy, std::uint64_t bits) {
  std::string list;
  for (std::uint16_t i = 0; i < policy.facts().size(); ++i) {
    if ((bits >> i & 1) == 0) continue;
    list += (list.empty() ? "" : ",") + json_quote(policy.facts().path({i}));
  }
  return "[" + list + "]";
}

std::string body_of(const policy::Policy& policy, const CaseRequest& request,
                    std::string_view text) {
  policy::Conditions known = policy.conditions(request.conditions);
  for (const auto& [dimension, path] : request.known) {
    known = policy.knowing(known, dimension, path);
  }
  return fmt::format(
      R"({{"purpose":"{}","category":"{}","party":"{}","holds":{},"fails":{},"text":{}}})",
      request.purpose, request.category, request.party, facts_of(policy, known.holds()),
      facts_of(policy, known.fails()), json_quote(text));
}

class PolicyOverHttp : public testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() {
    house() = std::make_unique<ApiHouse>();
    shop() = house()->open_shop("Mill", "anna@example.com");
  }
  static void TearDownTestSuite() { house().reset(); }

  static std::string answer(const std::string& name, const CaseRequest& request) {
    const auto policy = policy::shipped_policy(name);
    const auto response =
        house()->send(shop().session, {.method = http::Method::kPost,
                                       .path = "/api/v1/policy/decide",
                                       .body = body_of(*policy, request, *policy::shipped(name))});
    if (response.status != 200) return response.body;
    const Json decision = json_of(response);
    const bool allowed = decision.find("allowed")->boolean().value_or(false);
    return (allowed ? "allowed by " : "refused by ") + *decision.find("clause")->string();
  }

 private:
  static std::unique_ptr<ApiHouse>& house() {
    static std::unique_ptr<ApiHouse> open;
    return open;
  }
  static Shop& shop() {
    static Shop open;
    return open;
  }
};

TEST_P(PolicyOverHttp, is_decided_as_its_cases_say) {
  const std::string name = GetParam().policy.substr(0, GetParam().policy.rfind('.'));
  for (const CaseQuestion& question : GetParam().questions) {
    EXPECT_EQ(answer(name, question.request), question.expected) << "line " << question.line;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, PolicyOverHttp, testing::ValuesIn(decision_cases()),
                         [](const auto& info) { return test_name(info.param); });

}  // namespace
}  // namespace heed
