// A small policy with one of everything, for tests. Never included by the program.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "policy/policy.h"

namespace heed::policy::example {

/// The policy of this text, or a failed test that shows why there is none.
inline std::shared_ptr<const Policy> compiled(std::string text, const Policy* before = nullptr) {
  Checked checked = check({{"example.policy", text}}, before);
  for (const Finding& finding : checked.findings) ADD_FAILURE() << excerpt(finding, text);
  return checked.policy;
}

inline constexpr const char* kText = R"(
policy tools "The tool shop's policy" version 2026-01-31 review every 12 months

category personal "what tells who somebody is" as "dpv:PersonalData" {
  contact "where a person is reached" as "pd:Contact"
  name
}
category usage "how the shop is used"
category special "what nobody should send us" sensitive
purpose service "selling tools" as "dpv:ServiceProvision" { billing }
purpose rights "answering a person"
purpose marketing "telling of tools" as "dpv:Marketing"
party engine "the program itself"
party person "whom the data are about" as "dpv:DataSubject"
party processor "who works for us" as "dpv:DataProcessor" { payments }
party third_party independent
source shop { form counter }
condition contract_valid "a contract with the receiver is in force"
condition opted_out "the person said no to this"
condition required_by_law "a law demands it"
condition verified_login "the person signed in again"
condition aggregated "it tells of enough people together"
condition ground_logged "the ground is on record"
event account_closed "the account is closed"
event discovery "we learn of a breach"

kind customer 900 record of personal "somebody who bought" {
  name text personal.name
  mail text personal.contact
  visits integer usage
}

clause 1.1 section "What we know" keeps O27, O35 "What you tell us serves the sale." {
  allow personal, usage for service to engine from shop except {
    deny personal.name for service.billing from shop.counter
  }
}
clause 1.2 keeps O78 "We refuse what nobody should know." { deny special }
clause 2.1 section "To whom it goes" keeps O43 "Who takes payments gets your address, under
    contract." {
  allow personal.contact for service.billing to processor.payments
  deny any to processor unless contract_valid
}
clause 2.2 keeps O50 "Nobody else uses it." { deny any to third_party unless required_by_law }
clause 2.10 keeps O30 "We write to you until you say no." {
  allow personal.contact for marketing to engine unless opted_out
  deny any for marketing when opted_out
}
clause 3.1 section "How long" keeps O72 "We forget you a month after you leave." {
  keep personal until account_closed + 30 days
  keep usage, special for 13 months
}
clause 3.2 keeps O66, O60 "We answer, and tell you of a breach." {
  allow personal, usage for rights to person
  verify login for rights
  answer rights within 45 days
  notify person within 72 hours of discovery
}
clause 3.3 keeps O21, O34 "Figures tell of ten people at least; whoever sees more says why." {
  aggregate usage for marketing to engine at least 10
  log ground for marketing
}
clause 9.1 "Write to us whenever you like." information
)";

inline std::shared_ptr<const Policy> policy() {
  return compiled(kText);
}

}  // namespace heed::policy::example
