#include "policy/shipped.h"

#include <gtest/gtest.h>

namespace heed::policy {
namespace {

constexpr std::array<std::string_view, 3> kPolicies = {"heed", "chatter", "chatmeter"};

std::shared_ptr<const Policy> compiled(std::string_view name) {
  const Checked checked =
      check({{std::string(name) + ".policy", std::string(shipped(name).value_or(""))}});
  for (const Finding& finding : checked.findings) {
    ADD_FAILURE() << excerpt(finding, shipped(name).value_or(""));
  }
  return checked.policy;
}

/// That the program asks for, with whatever facts it happens to know: none.
struct Use {
  std::string_view purpose;
  std::string_view party;
  std::uint16_t first_kind;
  std::uint16_t last_kind;
};
constexpr std::array kUses = {
    Use{"service.sign_in", "engine", 101, 120},
    Use{"service.monitoring", "engine", 200, 220},
    Use{"service.monitoring", "organization", 200, 220},
    Use{"operation", "engine", 101, 220},
};

TEST(Shipped, each_policy_leaves_the_programs_own_uses_open) {
  for (const std::string_view name : kPolicies) {
    const auto policy = compiled(name);
    ASSERT_TRUE(policy) << name;
    EXPECT_FALSE(policy->kinds().empty());
    for (const Use& use : kUses) {
      const auto access = policy->access("test", use.purpose, use.party);
      ASSERT_TRUE(access) << access.error().message;
      for (const Kind& kind : policy->kinds()) {
        if (kind.id.number < use.first_kind || kind.id.number > use.last_kind) continue;
        const auto refusal = policy->refusal(*access, kind);
        EXPECT_FALSE(refusal) << name << ": " << kind.name << " for " << use.purpose << " to "
                              << use.party << ", clause " << refusal->clause;
      }
    }
  }
}

TEST(Shipped, every_field_of_every_kind_has_an_end) {  // O72
  for (const std::string_view name : kPolicies) {
    const auto policy = compiled(name);
    ASSERT_TRUE(policy) << name;
    for (const Kind& kind : policy->kinds()) {
      for (const Field& field : kind.fields) {
        const auto category = policy->categories().find(field.category);
        ASSERT_TRUE(category) << field.category;
        const Keep* keep = policy->keep(*category);
        ASSERT_NE(keep, nullptr) << name << ": " << field.category;
        EXPECT_TRUE(keep->span || !keep->until.empty()) << name << ": " << field.category;
      }
    }
  }
}

TEST(Shipped, machine_data_go_to_nobody_outside_under_any_facts) {  // O37
  for (const std::string_view name : {"heed", "chatter"}) {
    const auto policy = compiled(name);
    ASSERT_TRUE(policy) << name;
    const auto machine_data = *policy->categories().find("machine_data.production");
    for (const char* outsider : {"staff", "processor", "processor.mail", "processor.payments",
                                 "third_party", "authority", "person"}) {
      const Party party = *policy->parties().find(outsider);
      for (std::uint16_t purpose = 0; purpose < policy->purposes().size(); ++purpose) {
        const auto set = policy->table().set_number({purpose}, machine_data, party);
        const auto rules = policy->table().rules(set);
        const bool denied_always = std::ranges::any_of(rules, [](const CellRule& rule) {
          return !rule.allow && rule.must == 0 && rule.must_not == 0;
        });
        const bool allowed_never =
            std::ranges::none_of(rules, [](const CellRule& rule) { return rule.allow; });
        EXPECT_TRUE(denied_always || allowed_never)
            << name << ": " << policy->purposes().path({purpose}) << " to " << outsider;
      }
    }
  }
}

TEST(Shipped, all_policies_fit_their_limits) {
  for (const ShippedText& shipped : shipped_texts()) {
    const auto lines = std::ranges::count(shipped.text, '\n');
    EXPECT_LE(lines, shipped.file == "words.policy" ? 300 : 150) << shipped.file;
  }
  for (const std::string_view name : kPolicies) {
    EXPECT_LE(compiled(name)->facts().size(), Conditions::kMost) << name;
  }
}

/// `rule` in an overlay over `name`.
Checked with_overlay(const std::string& name, const std::string& rule) {
  return check({{name + ".policy", std::string(shipped(name).value_or(""))},
                {"overlay", "overlay contest \"Rules of a contest\" version 2026-03-01 uses " +
                                name + "\nclause R.1 \"Its rules.\" { " + rule + " }\n"}});
}

TEST(Shipped, additional_rules_of_a_contest_narrow_and_never_widen) {  // O33
  const Checked narrower = with_overlay("chatmeter", "deny any for contest to partner.sponsor");
  ASSERT_TRUE(narrower.ok()) << narrower.findings.front().message;
  const auto access = narrower.policy->access("test", "contest", "partner.sponsor",
                                              {{"signed_up", true}, {"on_behalf", false}});
  ASSERT_TRUE(access);
  const auto contact = *narrower.policy->categories().find("personal.contact");
  EXPECT_TRUE(compiled("chatmeter")->decide(*access, contact).allowed);
  const Decision decision = narrower.policy->decide(*access, contact);
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(narrower.policy->clauses()[decision.clause].id, "R.1");
  EXPECT_FALSE(with_overlay("chatmeter", "allow any for contest to public").ok());
  EXPECT_FALSE(
      with_overlay("chatmeter", "deny any except { allow any for contest to public }").ok());
}

TEST(Shipped, a_source_that_is_switched_off_accepts_nothing) {  // O5
  const Checked off = with_overlay("chatter", "deny any for collection from chatter.survey");
  ASSERT_TRUE(off.ok()) << off.findings.front().message;
  auto access = off.policy->access("test", "collection", "engine", {{"minor", false}});
  ASSERT_TRUE(access);
  const auto in_us = off.policy->knowing(access->conditions, Dimension::kRegion, "us");
  const auto contact = *off.policy->categories().find("personal.contact");
  const auto taken_from = [&](std::string_view source) {
    access->conditions = off.policy->knowing(in_us, Dimension::kSource, source);
    return off.policy->decide(*access, contact).allowed;
  };
  EXPECT_TRUE(taken_from("chatter.support"));
  EXPECT_FALSE(taken_from("chatter.survey"));
}

TEST(Shipped, a_text_is_found_by_its_name) {
  EXPECT_EQ(shipped_texts().size(), 4U);
  EXPECT_TRUE(shipped("words")->contains("words heed_words"));
  EXPECT_FALSE(shipped("nothing"));
  EXPECT_EQ(heed_policy(), heed_policy()) << "it is compiled once";
}

}  // namespace
}  // namespace heed::policy
