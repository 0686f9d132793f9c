#include "policy/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy/example.h"

namespace heed::policy {
namespace {

Inventory fitting(const Policy& policy) {
  Inventory program;
  program.kinds = policy.kinds();
  program.sources = {"shop.form"};
  program.uses = {{"service", "engine", "GET /customers"}};
  program.recipients = {"processor.payments"};
  program.conditions = {"contract_valid", "opted_out",  "required_by_law",
                        "verified_login", "aggregated", "ground_logged"};
  return program;
}

std::vector<std::string> gaps(const Coverage& coverage) {
  std::vector<std::string> all;
  for (const Gap& gap : coverage.gaps) {
    EXPECT_FALSE(gap.mend.empty());
    all.push_back(std::string(name_of(gap.kind)) + ": " + gap.what);
  }
  return all;
}

TEST(Coverage, a_program_that_fits_its_policy_leaves_no_gap) {
  const auto policy = example::policy();
  EXPECT_EQ(gaps(cover(*policy, fitting(*policy), {})), std::vector<std::string>{});
}

TEST(Coverage, whatever_the_program_has_and_the_text_lacks_is_a_gap) {
  const auto policy = example::policy();
  Inventory program = fitting(*policy);
  program.kinds.push_back({KindId{901}, "order", Shape::kRecord, {}, ""});
  program.sources.emplace_back("api");
  program.uses.push_back({"tracking", "advertiser", "GET /pixel"});
  program.recipients.emplace_back("broker");
  program.cookies.emplace_back("__Host-visitor");
  EXPECT_EQ(gaps(cover(*policy, program, {})),
            (std::vector<std::string>{"kind: kind order", "source: source api",
                                      "use: purpose tracking", "use: party advertiser",
                                      "recipient: party broker", "cookie: cookie __Host-visitor"}));
}

TEST(Coverage, a_kind_that_is_stored_otherwise_than_declared_is_a_gap) {
  const auto policy = example::policy();
  Inventory program = fitting(*policy);
  Kind& customer = program.kinds[0];
  customer.fields[1].name = "phone";
  customer.fields[2].type = FieldType::kReal;
  EXPECT_EQ(gaps(cover(*policy, program, {})),
            (std::vector<std::string>{"kind: kind customer.phone", "kind: kind customer.visits"}));
  customer.id.number = 902;
  EXPECT_EQ(gaps(cover(*policy, program, {})), std::vector<std::string>{"kind: kind customer"});
  customer.id.number = 900;
  customer.fields = {policy->kinds()[0].fields[0]};
  EXPECT_EQ(gaps(cover(*policy, program, {})),
            (std::vector<std::string>{"kind: kind customer.mail", "kind: kind customer.visits"}));
}

TEST(Coverage, an_erasure_that_the_program_does_otherwise_than_declared_is_a_gap) {
  const auto policy = example::policy();
  Inventory program = fitting(*policy);
  Field& mail = program.kinds[0].fields[1];
  mail.type = FieldType::kReference;
  mail.refers_to = "customer";
  mail.on_erasure = OnErasure::kEmpties;
  mail.indexed = true;
  const Coverage coverage = cover(*policy, program, {});
  ASSERT_EQ(gaps(coverage), std::vector<std::string>{"kind: kind customer.mail"});
  EXPECT_EQ(coverage.gaps[0].message,
            "The program stores 'customer.mail' as reference to customer on erasure empties "
            "indexed, and the policy says text.");
  EXPECT_EQ(coverage.gaps[0].mend, "write: mail reference to customer on erasure empties indexed");
}

TEST(Coverage, a_condition_that_the_program_does_not_compute_is_a_gap) {
  const auto policy = example::policy();
  Inventory program = fitting(*policy);
  std::erase(program.conditions, "opted_out");
  const Coverage coverage = cover(*policy, program, {});
  EXPECT_EQ(gaps(coverage), std::vector<std::string>{"condition: condition opted_out"});
  EXPECT_EQ(coverage.gaps[0].message,
            "Clause 2.10 hangs on 'opted_out', which the program does not compute.");
}

TEST(Coverage, a_cookie_is_covered_by_a_kept_category_of_its_name_O16) {
  const auto policy = example::compiled(R"(
policy p "P" version 2026-01-01
category cookie { heed_session }
purpose service party engine
clause 1 "S" { allow cookie for service to engine keep cookie for 1 day }
)");
  Inventory program;
  program.cookies = {"__Host-heed-session"};
  EXPECT_TRUE(cover(*policy, program, {}).complete());
}

TEST(Coverage, an_obligation_is_kept_by_a_passing_test_with_its_number_O56) {
  const auto policy = example::policy();
  const std::vector<TestResult> tests = {
      {"A.b_O27", true},     {"A.c_O35_O78", true}, {"A/P.o43_d/0", true}, {"A.f_O50_g", true},
      {"A.e_O30", false},    {"A.e_O72", true},     {"A.h_O66", true},     {"A.i_O60", true},
      {"A.GO21_O34x", true}, {"A.j_O34", false},    {"A.k_O34", true},     {"A.l_O99", true}};
  const Coverage coverage = cover(*policy, fitting(*policy), tests);
  EXPECT_EQ(gaps(coverage), (std::vector<std::string>{"obligation: O21", "obligation: O30"}));
  ASSERT_EQ(coverage.obligations.size(), 88U);
  EXPECT_EQ(coverage.obligations[33].obligation, "O34");
  EXPECT_EQ(coverage.obligations[33].tests.size(), 2U);
}

TEST(Coverage, a_clause_that_keeps_what_is_no_obligation_is_a_gap) {
  const auto policy = example::compiled(R"(
policy p "P" version 2026-01-01
clause 1 keeps O89 "S" information
)");
  EXPECT_EQ(gaps(cover(*policy, {}, {})), std::vector<std::string>{"obligation: O89"});
}

TEST(Coverage, a_sentence_whose_rules_reach_no_cell_is_a_gap) {
  const auto policy = example::compiled(R"(
policy p "P" version 2026-01-01
category usage
clause 1 "We deny it." { deny usage }
)");
  EXPECT_EQ(gaps(cover(*policy, {}, {})),
            std::vector<std::string>{"sentence-without-rule: clause 1"});
}

}  // namespace
}  // namespace heed::policy
