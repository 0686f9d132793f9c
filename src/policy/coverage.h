// Whether the text and the program speak of the same things, both ways. Zero gaps is the condition
// for activation.
#pragma once

#include <string>
#include <vector>

#include "policy/policy.h"

namespace heed::policy {

/// What the running program has, told by the rooms that have it.
struct Inventory {
  struct Use {
    std::string purpose;
    std::string party;
    std::string where;  ///< "GET /api/v1/…/machines", "engine: purge"
  };
  std::vector<Kind> kinds;              ///< That rooms store, as they expect them.
  std::vector<std::string> sources;     ///< Words of `source`.
  std::vector<Use> uses;                ///< Accesses that routes and the engine make.
  std::vector<std::string> recipients;  ///< Parties that something is handed to.
  std::vector<std::string> cookies;     ///< By name.
  std::vector<std::string> conditions;  ///< That the program computes.
};

/// A test that carries an obligation's number in its name.
struct ProvenBy {
  std::string test;
  bool passed = false;
};

struct Gap {
  enum class Kind : std::uint8_t {
    kSentenceWithoutRule,
    kRuleWithoutSentence,
    kKind,  ///< Missing in the text, or another shape, number, field or type.
    kSource,
    kUse,  ///< A purpose or party that the policy does not have.
    kRecipient,
    kCookie,
    kCondition,   ///< A clause hangs on a fact that the program does not compute.
    kObligation,  ///< Named by a clause, and no passing test carries it.
  };
  Kind kind;
  std::string what;  ///< The thing: "cookie heed_session", "O37".
  std::string message;
  std::string mend;
};
std::string_view name_of(Gap::Kind kind);

struct ObligationProof {
  std::string obligation;  ///< "O37"
  std::vector<std::string> clauses;
  std::vector<ProvenBy> tests;
};

struct Coverage {
  std::vector<Gap> gaps;
  std::vector<ObligationProof> obligations;  ///< O1 to O88, in order.
  bool complete() const { return gaps.empty(); }
};

/// `tests` are names of tests, as GoogleTest prints them, with what came of them; empty: the
/// obligations are not checked (a server has no test results; `heed policy coverage --tests` does).
struct TestResult {
  std::string name;
  bool passed = false;
};
Coverage cover(const Policy& policy, const Inventory& program,
               const std::vector<TestResult>& tests);

}  // namespace heed::policy
