// The table against the tree that decides beside it, and what must hold of any policy.
#include <gtest/gtest.h>

#include "policy/compare/neutral_edits.h"
#include "policy/random_policy.h"
#include "policy/testing.h"
#include "policy/tree.h"

namespace heed::policy {
namespace {

/// Each fact holds, fails or is unknown.
Conditions random_conditions(SeededRandom& random, std::size_t facts) {
  const std::uint64_t mask = facts == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << facts) - 1;
  const std::uint64_t known = (random.u64() | random.u64()) & mask;
  const std::uint64_t truth = random.u64();
  return {known & truth, known & ~truth};
}

std::string describe(const Policy& policy, Purpose p, Category c, Party r, Conditions conditions) {
  return fmt::format("{} for {} to {} with {:x}/{:x} in\n{}", policy.categories().path(c),
                     policy.purposes().path(p), policy.parties().path(r), conditions.holds(),
                     conditions.fails(), policy.source());
}

void expect_same(const Policy& policy, Purpose p, Category c, Party r, Conditions conditions) {
  const Decision table = policy.table().decide(p, c, r, conditions);
  const Decision tree = decide_by_tree(policy, p, c, r, conditions);
  ASSERT_EQ(table.allowed, tree.allowed) << describe(policy, p, c, r, conditions);
  ASSERT_EQ(table.clause, tree.clause) << describe(policy, p, c, r, conditions);
}

struct Request {
  Purpose purpose;
  Category category;
  Party party;
  Conditions conditions;
};

Request random_request(SeededRandom& random, const Policy& policy) {
  const auto below = [&](std::size_t most) {
    return static_cast<std::uint16_t>(random.u64() % most);
  };
  return {{below(policy.purposes().size())},
          {below(policy.categories().size())},
          {below(policy.parties().size())},
          random_conditions(random, policy.facts().size())};
}

/// By words and facts, so that policies whose words are numbered otherwise can be compared.
struct Answer {
  bool allowed = false;
  std::string clause;
  bool operator==(const Answer&) const = default;
};

Conditions translated(const Policy& from, const Policy& to, Conditions conditions) {
  Conditions all;
  for (std::uint16_t i = 0; i < from.facts().size(); ++i) {
    const auto fact = to.facts().find(from.facts().path({i}));
    if (!fact) continue;
    if ((conditions.holds() >> i & 1) != 0) all = all.with(*fact, true);
    if ((conditions.fails() >> i & 1) != 0) all = all.with(*fact, false);
  }
  return all;
}

Answer answer(const Policy& policy, const Request& request, const Policy& words) {
  const auto purpose = policy.purposes().find(words.purposes().path(request.purpose));
  const auto category = policy.categories().find(words.categories().path(request.category));
  const auto party = policy.parties().find(words.parties().path(request.party));
  if (!purpose || !category || !party) return {};
  const Decision decision = policy.table().decide(*purpose, *category, *party,
                                                  translated(words, policy, request.conditions));
  return {decision.allowed,
          decision.clause == Table::kDefault ? "default" : policy.clauses()[decision.clause].id};
}

/// bench/policy_oracle_bench does ten million over a thousand policies, without sanitizers.
constexpr std::size_t kRequests = 100;

TEST(table, decides_as_the_tree_on_every_cell_of_the_shipped_policies) {
  SeededRandom random(1);
  for (const std::string_view name : {"heed", "chatter", "chatmeter"}) {
    const auto policy = shipped_policy(name);
    for (std::uint16_t p = 0; p < policy->purposes().size(); ++p) {
      for (std::uint16_t c = 0; c < policy->categories().size(); ++c) {
        for (std::uint16_t r = 0; r < policy->parties().size(); ++r) {
          expect_same(*policy, {p}, {c}, {r}, {});
          expect_same(*policy, {p}, {c}, {r}, random_conditions(random, policy->facts().size()));
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

TEST(table, decides_as_the_tree_on_random_requests_of_random_policies) {
  SeededRandom random(2);
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const auto policy = policy_of(random_policy_text(seed));
    for (std::size_t i = 0; i < kRequests; ++i) {
      const Request q = random_request(random, *policy);
      expect_same(*policy, q.purpose, q.category, q.party, q.conditions);
      if (HasFatalFailure()) FAIL() << "seed " << seed;
    }
  }
}

/// What each request of `before` is answered by both, after `edit` has changed the document.
template <class Edit, class Expect>
void for_edited(std::uint64_t seeds, Edit edit, Expect expect) {
  SeededRandom random(3);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    RandomPolicy dice(seed + 7'000, {});
    Document document = RandomPolicy(seed, {}).document();
    const auto before = policy_of(format(document));
    edit(document, dice, seed);
    const auto after = policy_of(format(document));
    for (std::size_t i = 0; i < kRequests; ++i) {
      const Request q = random_request(random, *before);
      expect(answer(*before, q, *before), answer(*after, q, *before), seed);
    }
  }
}

/// A rule of a random policy with the same words, as a clause of its own.
void add_rule(Document& document, std::uint64_t seed, bool allow) {
  for (std::uint64_t other = seed + 50'000;; ++other) {
    Document donor = RandomPolicy(other, {}).document();
    for (ClauseNode* clause : edits::clauses(donor)) {
      for (Statement& statement : clause->statements) {
        const auto* rule = std::get_if<RuleNode>(&statement);
        if (rule == nullptr || rule->allow != allow || !rule->exceptions.empty()) continue;
        ClauseNode added = *clause;
        added.id.text = "99";
        added.statements = {*rule};
        Document grown = document;
        grown.declarations.emplace_back(std::move(added));
        // Its words may stand elsewhere in the donor's trees.
        if (!check({{"grown.policy", format(grown)}}).ok()) continue;
        document = std::move(grown);
        return;
      }
    }
  }
}

TEST(policy, never_allows_less_for_one_more_allow) {
  for_edited(
      40, [](Document& d, RandomPolicy&, std::uint64_t seed) { add_rule(d, seed, true); },
      [](const Answer& before, const Answer& after, std::uint64_t seed) {
        EXPECT_LE(before.allowed, after.allowed) << seed;
      });
}

TEST(policy, never_allows_more_for_one_more_deny) {
  for_edited(
      40, [](Document& d, RandomPolicy&, std::uint64_t seed) { add_rule(d, seed, false); },
      [](const Answer& before, const Answer& after, std::uint64_t seed) {
        EXPECT_GE(before.allowed, after.allowed) << seed;
      });
}

TEST(policy, decides_the_same_in_any_order_of_clauses_rules_and_words) {
  for_edited(
      60, [](Document& d, RandomPolicy& dice, std::uint64_t) { edits::reorder(d, dice); },
      [](const Answer& before, const Answer& after, std::uint64_t seed) {
        EXPECT_EQ(before, after) << seed;
      });
}

TEST(policy, decides_the_same_when_a_clause_is_split_but_for_its_id) {
  for_edited(
      60,
      [](Document& d, RandomPolicy& dice, std::uint64_t) {
        const std::vector<ClauseNode*> clauses = edits::clauses(d);
        ClauseNode* split = clauses[dice.below(clauses.size())];
        ClauseNode rest = *split;
        rest.id.text = split->id.text + ".b";
        rest.statements.erase(rest.statements.begin());
        split->statements.resize(1);
        if (!rest.statements.empty()) d.declarations.emplace_back(std::move(rest));
      },
      [](const Answer& before, const Answer& after, std::uint64_t seed) {
        EXPECT_EQ(before.allowed, after.allowed) << seed;
        const std::string& id = after.clause;
        EXPECT_EQ(before.clause, id.ends_with(".b") ? id.substr(0, id.size() - 2) : id) << seed;
      });
}

}  // namespace
}  // namespace heed::policy
