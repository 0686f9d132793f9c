// Runs src/policy/cases/*.cases (cases.h says what they look like) against the policies that ship.
#include "policy/cases.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "policy/cases_testing.h"
#include "policy/shipped.h"

namespace heed::policy {

namespace {

constexpr std::array<std::string_view, 3> kPolicies = {"heed", "chatter", "chatmeter"};

std::string load(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::string& cases_text(const std::string& name) {
  static std::map<std::string, std::string> texts;
  auto [at, is_new] = texts.try_emplace(name);
  if (is_new) {
    at->second = load(std::filesystem::path(HEED_SOURCE_DIR) / "src/policy/cases" / name);
  }
  return at->second;
}

std::shared_ptr<const Policy> shipped_policy(const std::string& file) {
  static std::map<std::string, std::shared_ptr<const Policy>> policies;
  auto [at, is_new] = policies.try_emplace(file);
  if (!is_new) return at->second;
  const auto text = shipped(file.substr(0, file.rfind('.')));
  if (!text) return nullptr;
  const Checked checked = check({{file, std::string(*text)}});
  for (const Finding& finding : checked.findings) ADD_FAILURE() << excerpt(finding, *text);
  return at->second = checked.policy;
}

std::vector<Case> cases_of(std::string_view policy) {
  const std::string name = std::string(policy) + ".cases";
  auto cases = parse_cases(cases_text(name), name);
  if (!cases) {
    ADD_FAILURE() << cases.error().message;
    return {};
  }
  return *std::move(cases);
}

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const std::string_view policy : kPolicies) {
    for (Case& one : cases_of(policy)) all.push_back(std::move(one));
  }
  return all;
}

class PolicyCase : public testing::TestWithParam<Case> {};

TEST_P(PolicyCase, is_decided_as_written) {
  const Case& one = GetParam();
  const auto policy = shipped_policy(one.policy);
  ASSERT_TRUE(policy) << one.policy;
  ASSERT_FALSE(one.questions.empty()) << one.sentence;
  for (const CaseQuestion& question : one.questions) {
    const auto said = answer(*policy, question.request);
    ASSERT_TRUE(said) << one.policy << " line " << question.line << ": " << said.error().message;
    EXPECT_EQ(*said, question.expected) << one.policy << ", line " << question.line << " of cases";
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, PolicyCase, testing::ValuesIn(all_cases()),
                         [](const auto& info) { return test_name(info.param); });

struct Sides {
  bool allows = false;
  bool refuses = false;
};

/// The first of `rules` that applies, as Table::decide finds it; nullptr if none does.
const CellRule* first_that_applies(std::span<const CellRule> rules, Conditions known) {
  const auto found = std::ranges::find_if(rules, [&](const CellRule& r) {
    return r.allow ? (r.must & ~known.holds()) == 0 && (r.must_not & ~known.fails()) == 0
                   : (r.must & known.fails()) == 0 && (r.must_not & known.holds()) == 0;
  });
  return found == rules.end() ? nullptr : &*found;
}

/// Sides that each clause gives in some cell to a request that is all that its rule asks for: with
/// nothing else known, or with everything else known to fail.
std::map<std::string, Sides> sides_of(const Policy& policy) {
  std::map<std::string, Sides> sides;
  for (std::uint32_t set = 0; set < policy.table().set_count(); ++set) {
    const auto rules = policy.table().rules(set);
    for (const CellRule& rule : rules) {
      for (const Conditions known :
           {Conditions(rule.must, rule.must_not), Conditions(rule.must, ~rule.must)}) {
        const CellRule* decides = first_that_applies(rules, known);
        if (decides == nullptr) continue;
        Sides& of_clause = sides[policy.clauses()[decides->clause].id];
        (decides->allow ? of_clause.allows : of_clause.refuses) = true;
      }
    }
  }
  return sides;
}

TEST(PolicyCases, each_clause_of_the_shipped_policies_has_its_cases_on_both_sides) {
  for (const std::string_view name : kPolicies) {
    std::set<std::string> answers;
    for (const Case& one : cases_of(name)) {
      for (const CaseQuestion& question : one.questions) answers.insert(question.expected);
    }
    const auto policy = shipped_policy(std::string(name) + ".policy");
    ASSERT_TRUE(policy);
    auto sides = sides_of(*policy);
    for (const Clause& clause : policy->clauses()) {
      if (clause.information) continue;
      SCOPED_TRACE(std::string(name) + " clause " + clause.id);
      const Sides of_clause = sides[clause.id];
      EXPECT_TRUE(!of_clause.allows || answers.contains("allowed by " + clause.id)) << "allowed";
      EXPECT_TRUE(!of_clause.refuses || answers.contains("refused by " + clause.id)) << "refused";
    }
    for (const Duty& duty : policy->duties()) {
      if (duty.span.count == 0) continue;
      const std::string end = " by " + policy->clauses()[duty.clause].id;
      EXPECT_TRUE(std::ranges::any_of(answers,
                                      [&](const std::string& one) {
                                        return one.ends_with(end) && !one.starts_with("allowed") &&
                                               !one.starts_with("refused");
                                      }))
          << name << ": no case says how long after " << end;
    }
  }
}

TEST(PolicyCases, a_case_that_is_no_case_is_told_with_its_line) {
  struct Wrong {
    const char* text;
    const char* message;
  };
  const Wrong table[] = {
      {"\"Too early\"", "x:1: a case before 'policy'"},
      {"policy a.policy\npersonal for service to staff", "x:2: a request before its sentence"},
      {"policy a.policy\n\"No end", "x:2: the sentence has no closing quote"},
      {"policy a.policy\n\"S\" O1", "x:2: expected '(O1, O2)'"},
      {"policy a.policy\n\"S\"\n personal to staff", "x:3: expected 'for' and a purpose"},
      {"policy a.policy\n\"S\"\n personal for b", "x:3: expected 'to' and a party"},
      {"policy a.policy\n\"S\"\n a for b to c\n\"T\"", "x:4: the request before has no answer"},
      {"policy a.policy\n\"S\"\n a for b to c", "x:3: the last request has no answer"},
      {"policy a.policy\n\"S\"\n -> allowed by 1", "x:3: an answer without a request"},
      {"policy a.policy\n\"S\"\n a for b to c when not", "x:3: expected a fact"},
      {"policy a.policy\n\"S\"\n notify a", "x:3: expected 'of' and an event"},
  };
  for (const Wrong& wrong : table) {
    const auto parsed = parse_cases(wrong.text, "x");
    ASSERT_FALSE(parsed) << wrong.text;
    EXPECT_TRUE(parsed.error().message.starts_with(wrong.message)) << parsed.error().message;
  }
}

TEST(PolicyCases, a_word_that_the_policy_does_not_have_is_told) {
  const auto cases = parse_cases(
      "policy heed.policy\n\"S\"\n"
      "personall for service to staff -> x\n"
      "personal for servise to staff -> x\n"
      "personal for service to stuff -> x\n"
      "personal for service to staff when opted -> x\n"
      "personal for service to staff from bx -> x\n",
      "x");
  ASSERT_TRUE(cases) << cases.error().message;
  for (const CaseQuestion& question : cases->front().questions) {
    const auto said = answer(*heed_policy(), question.request);
    ASSERT_FALSE(said) << question.line;
    EXPECT_TRUE(said.error().message.starts_with("the policy has no ")) << said.error().message;
  }
}

}  // namespace
}  // namespace heed::policy
