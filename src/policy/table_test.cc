#include "policy/table.h"

#include <random>

namespace heed::policy {
namespace {

/// One rule as it is written, for the oracle that evaluates rules one by one.
struct WrittenRule {
  bool allow;
  std::string category, purpose, party;
  std::uint32_t must, must_not;
  std::size_t clause;
};

struct WrittenPolicy {
  std::vector<std::string> categories, purposes, parties;
  std::size_t clauses = 1;
  std::vector<WrittenRule> rules;
};

Conditions conditions_of(std::uint32_t bits) {
  Conditions made;
  for (unsigned i = 0; i < 5; ++i) {
    if ((bits >> i & 1U) != 0) made = made.with(static_cast<Condition>(i));
  }
  return made;
}

bool rule_covers(const std::string& rule, const std::string& word) {
  return rule == "any" || rule == word || word.starts_with(rule + ".");
}

/// The specification, read literally: allowed if some clause allows it and none denies it.
bool oracle_allows(const WrittenPolicy& policy, const std::string& category,
                   const std::string& purpose, const std::string& party, std::uint32_t bits) {
  bool allowed = false;
  for (const WrittenRule& rule : policy.rules) {
    const bool covers = rule_covers(rule.category, category) &&
                        rule_covers(rule.purpose, purpose) && rule_covers(rule.party, party);
    const bool holds = (bits & rule.must) == rule.must && (bits & rule.must_not) == 0;
    if (!covers || !holds) continue;
    if (!rule.allow) return false;
    allowed = true;
  }
  return allowed;
}

std::vector<std::string> random_tree(std::mt19937_64& random, const char* letter) {
  std::vector<std::string> words;
  const std::size_t count = 1 + random() % 7;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string own = letter + std::to_string(i);
    const bool child = !words.empty() && random() % 2 == 0;
    words.push_back(child ? words[random() % words.size()] + "." + own : own);
  }
  return words;
}

WrittenPolicy random_policy(std::mt19937_64& random) {
  WrittenPolicy policy{random_tree(random, "c"),
                       random_tree(random, "p"),
                       random_tree(random, "q"),
                       1 + random() % 5,
                       {}};
  const auto pick = [&](const std::vector<std::string>& words) {
    return random() % 6 == 0 ? "any" : words[random() % words.size()];
  };
  const std::size_t count = random() % 14;
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits = [&] {
      return static_cast<std::uint32_t>(random() & random() & random() & 31U);
    };
    policy.rules.push_back({random() % 3 != 0, pick(policy.categories), pick(policy.purposes),
                            pick(policy.parties), bits(), bits(), random() % policy.clauses});
  }
  return policy;
}

Table build(const WrittenPolicy& policy, const std::vector<std::size_t>& clause_order) {
  TableBuilder builder("random", 1);
  for (const auto& word : policy.categories) builder.category(word);
  for (const auto& word : policy.purposes) builder.purpose(word);
  for (const auto& word : policy.parties) builder.party(word);
  for (const std::size_t clause : clause_order) {
    builder.clause(std::to_string(clause), "Sentence.");
    for (const WrittenRule& rule : policy.rules) {
      if (rule.clause != clause) continue;
      const auto add = rule.allow ? &TableBuilder::allow : &TableBuilder::deny;
      (builder.*add)(rule.category, rule.purpose, rule.party, conditions_of(rule.must),
                     conditions_of(rule.must_not));
    }
  }
  return std::move(builder).build();
}

std::string clause_name(const Table& table, const Decision& decision) {
  return decision.clause == Table::kDefault ? "default" : table.clauses()[decision.clause].id;
}

void expect_like_oracle(const Table& table, const WrittenPolicy& policy, const Table& reordered) {
  for (const auto& category : policy.categories) {
    for (const auto& purpose : policy.purposes) {
      for (const auto& party : policy.parties) {
        for (std::uint32_t bits = 0; bits < 32; ++bits) {
          const auto c = *table.categories().find(category);
          const auto p = *table.purposes().find(purpose);
          const auto q = *table.parties().find(party);
          const Decision decision = table.decide(p, c, q, conditions_of(bits));
          ASSERT_EQ(decision.allowed, oracle_allows(policy, category, purpose, party, bits))
              << category << " " << purpose << " " << party << " " << bits;
          const Decision again = reordered.decide(p, c, q, conditions_of(bits));
          ASSERT_EQ(decision.allowed, again.allowed);
          ASSERT_EQ(clause_name(table, decision), clause_name(reordered, again));
        }
      }
    }
  }
}

TEST(Table, agrees_with_the_rules_read_one_by_one_in_every_cell_and_order_never_matters) {
  const std::uint64_t first_seed = std::random_device{}();
  for (std::uint64_t seed = first_seed; seed < first_seed + 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const WrittenPolicy policy = random_policy(random);
    std::vector<std::size_t> order(policy.clauses);
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const Table table = build(policy, order);
    std::shuffle(order.begin(), order.end(), random);
    expect_like_oracle(table, policy, build(policy, order));
    if (HasFatalFailure()) return;
  }
}

Table small_policy() {
  TableBuilder builder("small", 7);
  builder.clause("1", "Machine data is for monitoring.")
      .allow("machine_data", "monitoring", "organization")
      .clause("2", "Dimensions are nobody's business.")
      .deny("machine_data.dimensional", "any", "any")
      .clause("3", "Ten days.")
      .keep("machine_data", Duration::days(10))
      .keep("machine_data.dimensional", Duration::days(3))
      .category("machine_data.production")
      .category("unkept");
  return std::move(builder).build();
}

TEST(Table, a_deny_on_a_child_wins_over_an_allow_on_its_parent) {
  const Table table = small_policy();
  const Access access = *table.access("somebody", "monitoring", "organization");
  const Kind kind{
      {1}, "pose", Shape::kRecord, {{"x", FieldType::kReal, "machine_data.dimensional"}}};
  const auto refusal = table.refusal(access, kind);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->clause, "2");
  EXPECT_EQ(refusal->sentence, "Dimensions are nobody's business.");
  EXPECT_EQ(refusal->what, "pose.x");
}

TEST(Table, what_no_clause_speaks_of_is_refused_by_default) {
  const Table table = small_policy();
  const Access access = *table.access("somebody", "monitoring", "organization");
  for (const char* category : {"unkept", "never_declared"}) {
    const Kind kind{{1}, "thing", Shape::kRecord, {{"f", FieldType::kText, category}}};
    const auto refusal = table.refusal(access, kind);
    ASSERT_TRUE(refusal) << category;
    EXPECT_EQ(refusal->clause, "default");
  }
  EXPECT_TRUE(table.refusal(access, Kind{{1}, "empty", Shape::kRecord, {}}));
}

TEST(Table, words_of_another_policy_are_refused_and_never_read_past_the_end) {
  const Table table = small_policy();
  EXPECT_FALSE(table.decide({900}, {0}, {0}, {}).allowed);
  EXPECT_FALSE(table.decide({0}, {900}, {0}, {}).allowed);
  EXPECT_FALSE(table.decide({0}, {0}, {900}, {}).allowed);
  EXPECT_FALSE(table.keep({900}));
}

TEST(Table, the_shortest_keep_that_covers_a_category_counts) {
  const Table table = small_policy();
  EXPECT_EQ(table.keep(*table.categories().find("machine_data.production")), Duration::days(10));
  EXPECT_EQ(table.keep(*table.categories().find("machine_data.dimensional")), Duration::days(3));
  EXPECT_EQ(table.keep(*table.categories().find("unkept")), std::nullopt);
}

TEST(Table, an_access_names_the_word_that_the_policy_lacks) {
  const Table table = small_policy();
  const auto access = table.access("somebody", "espionage", "organization");
  ASSERT_FALSE(access);
  EXPECT_EQ(access.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(access.error().message, "the policy has no purpose 'espionage'");
}

}  // namespace
}  // namespace heed::policy
