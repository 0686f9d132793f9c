// Cases: requests and the answers that a policy must give, in words that a lawyer can check.
//
//   policy chatmeter.policy
//   # a comment
//   given not minor, not opted_out
//   "A co-sponsor gets who signed up for that event" (O41)
//     personal.contact for marketing.partner_event to partner.co_sponsor when signed_up
//     -> allowed by 5.2
//
// `given` holds for all cases until the next one; `given nothing` ends it. A case is a sentence,
// the obligations that it shows, and one or more requests, each with its answer in the next line or
// behind it; "->" may be "→". Facts that are not named are unknown. A request is one of:
//
//   CATEGORY for PURPOSE to PARTY [when FACT, not FACT] [from P] [about P] [in P] [by P]
//     -> allowed by CLAUSE | refused by CLAUSE        ("default" if no clause speaks of it)
//   group CATEGORY for PURPOSE to PARTY               -> at least NUMBER
//   keep CATEGORY                                     -> SPAN by CLAUSE
//   keep CATEGORY until EVENT                         -> SPAN by CLAUSE
//   answer PURPOSE                                    -> SPAN by CLAUSE
//   notify PARTY of EVENT                             -> SPAN by CLAUSE
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "policy/policy.h"

namespace heed::policy {

struct CaseRequest {
  enum class Asks : std::uint8_t { kDecision, kGroup, kKeep, kAnswer, kNotify };
  Asks asks = Asks::kDecision;
  std::string category;
  std::string purpose;
  std::string party;
  std::string event;
  /// Conditions that are known to hold or to fail.
  Policy::KnownFacts conditions;
  /// The one source, subject, region or channel that is known of each.
  std::vector<std::pair<Dimension, std::string_view>> known;
};

struct CaseQuestion {
  CaseRequest request;
  /// "allowed by 5.2", "at least 10", "30 days by 9.1".
  std::string expected;
  std::uint32_t line = 0;  ///< In its file, from 1.
};

struct Case {
  std::string policy;  ///< "chatmeter.policy"
  std::string sentence;
  std::vector<std::string> obligations;
  std::vector<CaseQuestion> questions;
};

/// kInvalid names file and line. `file` is what messages call it. What is parsed points into
/// `text`, which must outlive it.
Result<std::vector<Case>> parse_cases(std::string_view text, std::string_view file);

/// What `policy` says, in the words of CaseQuestion::expected. kInvalid names a word that it does
/// not have.
Result<std::string> answer(const Policy& policy, const CaseRequest& request);

}  // namespace heed::policy
