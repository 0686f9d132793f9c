// The cases of the policies that ship (src/policy/cases), for tests that ask them of a whole store
// and over HTTP. Each test is named by its sentence and the obligations that it carries.
#pragma once

#include <array>
#include <fstream>
#include <iterator>
#include <map>

#include "policy/cases_testing.h"

namespace heed {

using policy::test_name;

/// Outlives what is parsed of it, which points into it.
inline const std::string& text_of_cases(std::string_view policy) {
  static std::map<std::string, std::string, std::less<>> texts;
  const auto known = texts.find(policy);
  if (known != texts.end()) return known->second;
  std::ifstream in(fmt::format("{}/src/policy/cases/{}.cases", HEED_SOURCE_DIR, policy));
  return texts.emplace(policy, std::string(std::istreambuf_iterator<char>(in), {})).first->second;
}

/// Those that ask for decisions.
inline std::vector<policy::Case> decision_cases() {
  std::vector<policy::Case> all;
  for (const std::string_view policy : {"heed", "chatter", "chatmeter"}) {
    auto cases = policy::parse_cases(text_of_cases(policy), policy);
    require(cases.has_value(), cases ? "" : cases.error().message);
    for (policy::Case& one : *cases) {
      std::erase_if(one.questions, [](const policy::CaseQuestion& question) {
        return question.request.asks != policy::CaseRequest::Asks::kDecision;
      });
      if (!one.questions.empty()) all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace heed
