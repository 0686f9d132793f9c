#include "policy/heed_policy.h"

namespace heed::policy {
namespace {

struct Case {
  const char* category;
  const char* purpose;
  const char* party;
  Conditions conditions;
  bool allowed;
  const char* clause;
};

TEST(HeedPolicy, decides_as_its_sentences_say) {  // O35, O37
  const auto policy = heed_policy();
  const Case cases[] = {
      {"machine_data.production", "service.monitoring", "organization", {}, true, "3.1"},
      {"machine_data.production", "reports", "organization", {}, true, "3.3"},
      {"machine_data.production", "improvement", "engine", {}, false, "3.2"},
      {"machine_data.production", "marketing", "organization", {}, false, "3.2"},
      {"machine_data.dimensional", "service.support", "staff", {}, false, "3.2"},
      {"machine_data.program_text", "service.transfer", "third_party", {}, false, "3.2"},
      {"machine_data.production", "service", "processor.hosting", {}, false, "3.2"},
      {"machine_data.production", "operation", "engine", {}, true, "3.6"},
      {"machine_data.production", "service", "authority", {}, false, "default"},
      {"personal.contact", "service.support", "staff", {}, true, "4.1"},
      {"personal.contact", "service", "processor.mail", {}, false, "default"},
      {"personal.contact", "service", "processor.mail", {Condition::kContractValid}, true, "4.2"},
      {"personal.contact", "marketing", "engine", {}, true, "3.5"},
      {"personal.contact", "marketing", "engine", {Condition::kOptedOut}, false, "default"},
      {"personal.contact", "marketing", "engine", {Condition::kMinor}, false, "default"},
      {"personal.credential", "service.sign_in", "engine", {}, true, "3.1"},
      {"personal.credential", "service.sign_in", "organization", {}, false, "6.1"},
      {"personal.credential", "service.support", "staff", {}, false, "6.1"},
      {"usage", "improvement", "staff", {}, true, "3.4"},
      {"administration", "service.monitoring", "organization", {}, true, "3.1"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.category) + " for " + c.purpose + " to " + c.party);
    const Decision decision =
        policy->decide(*policy->purposes().find(c.purpose), *policy->categories().find(c.category),
                       *policy->parties().find(c.party), c.conditions);
    EXPECT_EQ(decision.allowed, c.allowed);
    const std::string clause =
        decision.clause == Table::kDefault ? "default" : policy->clauses()[decision.clause].id;
    EXPECT_EQ(clause, c.clause);
  }
}

TEST(HeedPolicy, machine_data_goes_to_nobody_outside_under_any_condition) {  // O37
  const auto policy = heed_policy();
  const auto machine_data = *policy->categories().find("machine_data.production");
  for (const char* outsider :
       {"staff", "processor", "processor.mail", "processor.payments", "third_party", "authority"}) {
    for (std::size_t purpose = 0; purpose < policy->purposes().size(); ++purpose) {
      for (std::uint32_t bits = 0; bits < 32; ++bits) {
        Conditions conditions;
        for (unsigned i = 0; i < 5; ++i) {
          if ((bits >> i & 1U) != 0) conditions = conditions.with(static_cast<Condition>(i));
        }
        EXPECT_FALSE(policy
                         ->decide({static_cast<std::uint16_t>(purpose)}, machine_data,
                                  *policy->parties().find(outsider), conditions)
                         .allowed);
      }
    }
  }
}

TEST(HeedPolicy, every_leaf_category_has_a_keep) {
  const auto policy = heed_policy();
  for (std::size_t i = 0; i < policy->categories().size(); ++i) {
    EXPECT_TRUE(policy->keep({static_cast<std::uint16_t>(i)}))
        << policy->categories().path({static_cast<std::uint16_t>(i)});
  }
}

}  // namespace
}  // namespace heed::policy
