// The shipped policies against the program as it is: nothing is done that no clause speaks of.
#include <gtest/gtest.h>

#include "app/inventory.h"
#include "policy/testing.h"
#include "silo/intake.h"

namespace heed {
namespace {

TEST(Coverage, of_every_shipped_policy_against_the_program_has_no_gaps) {
  const policy::Inventory program = app::inventory();
  EXPECT_FALSE(program.kinds.empty());
  EXPECT_FALSE(program.cookies.empty());
  for (const char* name : {"heed", "chatter", "chatmeter"}) {
    const policy::Coverage coverage = policy::cover(*policy::shipped_policy(name), program, {});
    for (const policy::Gap& gap : coverage.gaps) {
      ADD_FAILURE() << name << ": " << gap.message << " " << gap.mend;
    }
  }
}

/// What the program knows of its own writes of such a kind.
policy::Access writing(const policy::Policy& policy, policy::Access access,
                       const policy::Kind& kind) {
  auto facts = silo::own_intake();
  facts.emplace_back("enrolled", kind.shape == policy::Shape::kSeries);
  const std::string_view source = kind.shape == policy::Shape::kSeries ? "box"
                                  : kind.id.number >= 200              ? "browser"
                                                                       : "engine";
  access.conditions = policy.knowing(policy.conditions(facts), policy::Dimension::kSource, source);
  return access;
}

TEST(Coverage, lets_the_program_do_its_own_work_under_every_shipped_policy) {
  for (const char* name : {"heed", "chatter", "chatmeter"}) {
    const auto policy = policy::shipped_policy(name);
    for (const policy::Inventory::Use& use : app::inventory().uses) {
      const auto access = *policy->access("test", use.purpose, use.party);
      const policy::Kind& machine = *policy->kind("machine");
      EXPECT_FALSE(policy->refusal(writing(*policy, access, machine), machine))
          << name << ": " << use.where;
      if (use.party != "engine") continue;
      for (const policy::Kind& kind : policy->kinds()) {
        EXPECT_FALSE(policy->refusal(writing(*policy, access, kind), kind))
            << name << ": " << use.where << ", " << kind.name;
      }
    }
  }
}

}  // namespace
}  // namespace heed
