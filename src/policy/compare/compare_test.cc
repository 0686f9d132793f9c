#include "policy/compare/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/compare/weakening_edits.h"
#include "policy/testing.h"
#include "policy/tree.h"

namespace heed::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kWords = R"(
policy shop "A shop" version 2026-01-31 review every 12 months
category personal { contact name } category usage
purpose service { billing } purpose marketing
party organization party processor { payments mail }
source site { demo_form } source phone
condition contract_valid condition opted_out condition consented
condition verified_address condition verified_login
condition verified_two_points condition verified_three_points_signed condition aggregated
event closed event breach
kind person 900 record { name text personal.name  mail text personal.contact }
)";

std::shared_ptr<const Policy> shop(std::string_view clauses) {
  return policy_of(std::string(kWords) + R"(clause 1 "We keep it for two years." {
    keep any for 2 years })" +
                   std::string(clauses));
}

Comparison change(std::string_view before, std::string_view after) {
  return compare(*shop(before), *shop(after));
}

TEST(compare, tells_who_could_newly_receive_what_and_when) {
  const Comparison c =
      change(R"(clause 2 "a" { allow personal for service to processor when contract_valid })",
             R"(clause 2 "a" { allow personal for service to processor when contract_valid }
         clause 3 "b" { allow personal.contact for marketing to processor.payments
                        when contract_valid unless opted_out })");
  ASSERT_EQ(c.cells.size(), 1U);
  EXPECT_TRUE(c.weakened());
  EXPECT_EQ(c.widened, 1U);
  EXPECT_EQ(c.narrowed, 0U);
  EXPECT_EQ(c.cells[0].purpose, "marketing");
  EXPECT_EQ(c.cells[0].category, "personal.contact");
  EXPECT_EQ(c.cells[0].party, "processor.payments");
  EXPECT_THAT(c.cells[0].holds, ElementsAre("contract_valid"));
  EXPECT_THAT(c.cells[0].fails, ElementsAre("opted_out"));
  EXPECT_EQ(c.cells[0].clause_before, "default");
  EXPECT_EQ(c.cells[0].clause_after, "3");
  EXPECT_EQ(c.cells[0].sentence,
            "After this change processor payments could receive personal contact for marketing "
            "when contract_valid holds and opted_out does not hold.");
}

TEST(compare, counts_every_cell_once) {
  const Comparison c = change(R"(clause 2 "a" { allow usage for service to processor })",
                              R"(clause 2 "a" { allow usage for service to processor.mail })");
  EXPECT_EQ(c.equal + c.narrowed + c.widened, 3U * 4 * 4);
  EXPECT_EQ(c.narrowed, 4U);  // service and billing, processor and payments
  EXPECT_EQ(c.widened, 0U);
  EXPECT_EQ(c.cells[0].sentence,
            "After this change processor could no longer receive usage for service.");
}

struct Rewriting {
  std::string_view name;
  std::string_view before;
  std::string_view after;
};

TEST(compare, tells_nothing_where_other_rules_say_the_same) {
  for (const auto& [name, before, after] : {
           Rewriting{"a source below another adds nothing",
                     R"(clause 2 "a" { allow usage for service to processor from site })",
                     R"(clause 2 "a" { allow usage for service to processor from site
                        allow usage for service to processor from site.demo_form })"},
           Rewriting{"a higher degree of verification includes the lower",
                     R"(clause 2 "a" { allow usage for service to processor when verified_login })",
                     R"(clause 2 "a" { allow usage for service to processor
                        when verified_login, verified_address })"},
           Rewriting{"a deny of a part after the deny of the whole",
                     R"(clause 2 "a" { allow any for any to any  deny personal })",
                     R"(clause 2 "a" { allow any for any to any  deny personal
                        deny personal.name to processor unless consented })"},
           Rewriting{"an exception written as a rule of its own",
                     R"(clause 2 "a" { allow any for any to any except { deny usage } })",
                     R"(clause 2 "a" { allow personal for any to any })"},
       }) {
    EXPECT_TRUE(change(before, after).neutral()) << name;
    EXPECT_TRUE(change(after, before).neutral()) << name;
  }
}

TEST(compare, tells_of_requests_that_only_pass_while_a_fact_is_unknown) {
  const std::string_view by_halves = R"(clause 2 "a" {
    allow usage for service to processor when consented
    allow usage for service to processor unless consented })";
  const std::string_view whole = R"(clause 2 "a" { allow usage for service to processor })";
  const Comparison wider = change(by_halves, whole);
  ASSERT_TRUE(wider.weakened());
  EXPECT_EQ(wider.cells[0].sentence,
            "After this change processor could receive usage for service, as long as nothing more "
            "is known.");
  EXPECT_FALSE(change(whole, by_halves).weakened());
}

TEST(compare, tells_a_cell_that_is_wider_and_narrower_as_both) {
  const Comparison c = change(
      R"(clause 2 "a" { allow usage for service.billing to organization when consented })",
      R"(clause 2 "a" { allow usage for service.billing to organization unless opted_out })");
  ASSERT_EQ(c.cells.size(), 1U);
  EXPECT_EQ(c.cells[0].change, Change::kBoth);
  EXPECT_EQ(c.widened, 1U);
  EXPECT_EQ(c.narrowed, 1U);
}

TEST(compare, takes_a_word_that_is_gone_for_refused_and_a_new_one_for_refused_before) {
  const std::string_view rule = R"(clause 2 "a" { allow usage for service to processor })";
  const auto old_policy = shop(rule);
  std::string text(kWords);
  text.replace(text.find("payments mail"), 13, "payments mail sms");
  const auto new_policy =
      policy_of(text + R"(clause 1 "k" { keep any for 2 years })" + std::string(rule));
  const Comparison wider = compare(*old_policy, *new_policy);
  ASSERT_EQ(wider.cells.size(), 2U);
  EXPECT_EQ(wider.cells[0].party, "processor.sms");
  EXPECT_EQ(wider.widened, 2U);
  EXPECT_EQ(wider.narrowed, 0U);
  const Comparison narrower = compare(*new_policy, *old_policy);
  EXPECT_EQ(narrower.narrowed, 2U);
  EXPECT_FALSE(narrower.weakened());
  EXPECT_EQ(narrower.cells[0].clause_after, "default");
}

TEST(compare, passes_over_words_that_only_an_earlier_version_had) {
  const std::string_view rule = R"(clause 2 "a" { allow usage for service to processor })";
  std::string text(kWords);
  text.replace(text.find("payments mail"), 13, "payments");
  const auto old_policy = shop(rule);
  const auto new_policy = policy_of(
      text + R"(clause 1 "k" { keep any for 2 years })" + std::string(rule), old_policy.get());
  ASSERT_TRUE(new_policy->parties().find("processor.mail").has_value());
  EXPECT_EQ(compare(*old_policy, *new_policy).narrowed, 2U);
  EXPECT_TRUE(compare(*new_policy, *new_policy).neutral());
}

std::shared_ptr<const Policy> with_word(std::string_view was, std::string_view is,
                                        std::string clauses) {
  std::string text = std::string(kWords) + R"(clause 1 "k" { keep any for 2 years })" + clauses;
  for (std::size_t at = 0; (at = text.find(was, at)) != std::string::npos; at += is.size()) {
    text.replace(at, was.size(), is);
  }
  return policy_of(text);
}

TEST(compare, sees_a_word_renamed_where_nothing_under_it_differs) {
  const std::string rule =
      R"(clause 2 "a" { allow personal for service to processor when consented })";
  const auto renamed = with_word("contact", "address", rule);
  const Comparison c = compare(*shop(rule), *renamed);
  EXPECT_TRUE(c.neutral());
  EXPECT_THAT(c.renamed, ElementsAre("category personal.contact → personal.address"));
}

TEST(compare, takes_a_word_that_may_more_than_its_predecessor_for_another) {
  const std::string rule = R"(clause 2 "a" { allow personal for service to processor })";
  const auto renamed = with_word("contact", "address", rule + R"(clause 3 "b" {
                                   allow personal.contact for marketing to processor })");
  const Comparison c = compare(*shop(rule), *renamed);
  EXPECT_TRUE(c.weakened());
  EXPECT_THAT(c.renamed, IsEmpty());
}

TEST(compare, never_takes_one_condition_for_another) {
  const std::string rule =
      R"(clause 2 "a" { allow personal for service to processor when consented })";
  const Comparison c = compare(*shop(rule), *with_word("consented", "asked_for", rule));
  EXPECT_TRUE(c.weakened());
  EXPECT_THAT(c.renamed, IsEmpty());
}

struct DutyEdit {
  std::string_view before;
  std::string_view after;
  Change change;
  std::string_view what;
  std::string_view sentence;
};

TEST(compare, tells_each_duty_that_got_longer_or_went) {
  for (const DutyEdit& edit : {
           DutyEdit{R"(clause 2 "a" { keep personal for 1 year })",
                    R"(clause 2 "a" { keep personal for 18 months })", Change::kWidened,
                    "keep personal",
                    "After this change personal could be kept 18 months instead of 1 year."},
           DutyEdit{R"(clause 2 "a" { keep personal until closed + 30 days })",
                    R"(clause 2 "a" { answer service within 3 days })", Change::kWidened,
                    "keep personal", ""},
           DutyEdit{R"(clause 2 "a" { answer service within 30 days })",
                    R"(clause 2 "a" { answer service within 45 days })", Change::kWidened,
                    "answer service",
                    "After this change a request for service could wait 45 days for its answer "
                    "instead of 30 days."},
           DutyEdit{R"(clause 2 "a" { notify organization within 72 hours of breach })",
                    R"(clause 2 "a" information)", Change::kWidened, "notify organization",
                    "After this change organization would no longer be told; it was within 72 "
                    "hours of breach."},
           DutyEdit{R"(clause 2 "a" { verify two_points for service })",
                    R"(clause 2 "a" { verify login for service })", Change::kWidened,
                    "verify for service",
                    "After this change login would be enough to prove who asks for service; it "
                    "was two points."},
           DutyEdit{R"(clause 2 "a" { answer service within 45 days })",
                    R"(clause 2 "a" { answer service within 30 days })", Change::kNarrowed,
                    "answer service",
                    "After this change a request for service is answered within 30 days."},
       }) {
    const Comparison c = change(edit.before, edit.after);
    ASSERT_FALSE(c.duties.empty()) << edit.what;
    EXPECT_EQ(c.duties[0].change, edit.change) << edit.what;
    EXPECT_EQ(c.duties[0].what, edit.what);
    if (!edit.sentence.empty()) EXPECT_EQ(c.duties[0].sentence, edit.sentence);
    EXPECT_EQ(c.weakened(), edit.change == Change::kWidened) << edit.what;
  }
}

TEST(compare, tells_a_duty_once_for_a_word_and_all_below_it) {
  const Comparison c = change(R"(clause 2 "a" { keep personal for 1 year })",
                              R"(clause 2 "a" { keep personal for 18 months })");
  EXPECT_EQ(c.duties.size(), 1U);
}

TEST(compare, tells_a_review_that_is_put_off) {
  std::string text(kWords);
  text.replace(text.find("review every 12 months"), 22, "review every 2 years");
  const auto later = policy_of(text + R"(clause 1 "k" { keep any for 2 years })");
  const Comparison c = compare(*shop(""), *later);
  ASSERT_EQ(c.duties.size(), 1U);
  EXPECT_TRUE(c.weakened());
  EXPECT_EQ(c.duties[0].sentence,
            "After this change the policy would be reviewed every 2 years instead of every 12 "
            "months.");
}

TEST(compare, tells_smaller_groups_only_where_something_is_told) {
  const std::string allow = R"(clause 2 "a" { allow usage for service to processor })";
  const std::string twenty = R"(clause 3 "b" { aggregate usage at least 20 })";
  const std::string five = R"(clause 3 "b" { aggregate usage at least 5 })";
  const Comparison c = change(allow + twenty, allow + five);
  ASSERT_EQ(c.duties.size(), 1U);
  EXPECT_TRUE(c.weakened());
  EXPECT_EQ(c.duties[0].before, "20");
  EXPECT_EQ(c.duties[0].after, "5");
  EXPECT_EQ(c.duties[0].sentence,
            "After this change a group that usage tell of could be as small as 5 instead of 20.");
  EXPECT_TRUE(change(twenty, five).neutral());
}

TEST(compare, compares_a_field_that_moved_by_what_may_be_done_with_it) {
  const std::string rule =
      R"(clause 2 "a" { allow usage for service to processor
         keep personal for 2 years })";
  std::string text = std::string(kWords) + R"(clause 1 "k" { keep any for 2 years })" + rule;
  text.replace(text.find("mail text personal.contact"), 26, "mail text usage");
  const auto moved = policy_of(text);
  const Comparison c = compare(*shop(rule), *moved);
  ASSERT_EQ(c.fields.size(), 1U);
  EXPECT_EQ(c.fields[0].field, "person.mail");
  EXPECT_EQ(c.fields[0].change, Change::kWidened);
  EXPECT_TRUE(c.weakened());
  EXPECT_FALSE(compare(*moved, *shop(rule)).weakened());
}

TEST(compare, tells_new_and_gone_fields_as_equal) {
  std::string text = std::string(kWords) + R"(clause 1 "k" { keep any for 2 years })";
  text.replace(text.find("mail text personal.contact"), 26, "seen time usage");
  const Comparison c = compare(*shop(""), *policy_of(text));
  EXPECT_EQ(c.fields.size(), 2U);
  EXPECT_TRUE(c.neutral());
}

/// What the declaration of one field of a kind changes.
Comparison change_of_field(std::string_view before, std::string_view after) {
  const auto with = [](std::string_view field) {
    constexpr std::string_view kKinds = R"(clause 1 "k" {{ keep any for 2 years }}
kind bill 901 record of usage {{ note text }}
kind visit 902 record of usage {{
  guest subject on erasure empties  friend subject on erasure empties  it {}
}})";
    return policy_of(std::string(kWords) + fmt::format(kKinds, field));
  };
  return compare(*with(before), *with(after));
}

struct FieldEdit {
  const char* before;
  const char* after;
  Change change;
  const char* sentence;
};

TEST(compare, tells_what_an_erasure_would_leave_behind) {
  const FieldEdit edits[] = {
      {"reference to bill on erasure removes", "reference to bill on erasure stays",
       Change::kWidened,
       "After this change less would be erased: visit.it stays when the bill that it names is "
       "erased; so far the record of visit.it goes with the bill that it names."},
      {"text with guest", "text", Change::kWidened,
       "After this change less would be erased: visit.it stays as long as its record; so far "
       "visit.it is emptied with guest."},
      {"subject on erasure owns", "text", Change::kWidened,
       "After this change less would be erased: visit.it stays as long as its record; so far the "
       "record of visit.it goes with the last person who owns it."},
      {"text with guest", "text with friend", Change::kBoth,
       "After this change something else would be erased, and less in some cases: visit.it is "
       "emptied with friend; so far visit.it is emptied with guest."},
      {"reference to bill on erasure empties", "reference to person on erasure empties",
       Change::kBoth,
       "After this change something else would be erased, and less in some cases: visit.it is "
       "emptied with the person that it names; so far visit.it is emptied with the bill that it "
       "names."},
      {"subject on erasure removes", "subject on erasure empties", Change::kEqual,
       "After this change an erasure would do otherwise: visit.it is emptied with the person that "
       "it names; so far the record of visit.it goes with the person that it names."},
  };
  for (const FieldEdit& edit : edits) {
    SCOPED_TRACE(edit.after);
    const Comparison c = change_of_field(edit.before, edit.after);
    ASSERT_EQ(c.fields.size(), 1U);
    EXPECT_EQ(c.fields[0].sentence, edit.sentence);
    EXPECT_EQ(c.fields[0].change, edit.change);
    EXPECT_EQ(c.fields[0].before, edit.before);
    EXPECT_EQ(c.fields[0].after, edit.after);
    EXPECT_EQ(c.weakened(), edit.change != Change::kEqual);
    EXPECT_FALSE(c.neutral());
    const Comparison back = change_of_field(edit.after, edit.before);
    EXPECT_EQ(back.fields.at(0).change,
              edit.change == Change::kWidened ? Change::kNarrowed : edit.change);
  }
}

TEST(compare, takes_an_index_for_no_promise) {
  const Comparison c = change_of_field("text with guest", "text indexed with guest");
  EXPECT_THAT(c.fields, IsEmpty());
  EXPECT_TRUE(c.neutral());
  EXPECT_TRUE(change_of_field("reference to bill on erasure stays", "text").neutral());
}

TEST(compare, names_clauses_that_say_the_same_in_other_words) {
  const Comparison c = change(R"(clause 2 "a" { deny usage } clause 3 "b" { deny personal })",
                              R"(clause 2 "A" { deny usage } clause 3 "B" { deny any })");
  EXPECT_THAT(c.reworded, ElementsAre("2"));
}

TEST(compare, takes_what_it_cannot_find_out_in_time_for_weakened) {
  // Each of fifteen denies goes away in three ways, and only the last decides: no request differs.
  std::string words = R"(policy hard "Hard" version 2026-01-31 category d purpose p party r )";
  std::string denies;
  for (int i = 0; i < 15; ++i) {
    words += fmt::format("condition a{0} condition b{0} condition c{0} ", i);
    denies += fmt::format("deny d when a{0}, b{0}, c{0} ", i);
  }
  const auto before = policy_of(words + R"(clause 1 "x" { allow d for p to r unless a14
    allow d for p to r unless b14  allow d for p to r unless c14 })");
  const auto after = policy_of(words + R"(clause 1 "x" { allow d for p to r )" + denies + "}");
  const Comparison c = compare(*before, *after);
  ASSERT_TRUE(c.weakened());
  EXPECT_EQ(c.cells[0].sentence,
            "After this change r could receive d for p, as far as could be found out; in other "
            "cases no longer.");
}

// Exactness: against all requests there are
// ---------------------------------------------------------

/// All requests over few facts, unknown ones included, that the trees of facts let be.
std::vector<Conditions> all_conditions(const Policy& policy) {
  std::vector<Conditions> all = {{}};
  for (std::uint16_t i = 0; i < policy.facts().size(); ++i) {
    const std::size_t so_far = all.size();
    for (std::size_t j = 0; j < so_far; ++j) {
      for (const bool truth : {false, true}) all.push_back(all[j].with({i}, truth));
    }
  }
  std::erase_if(all, [&](Conditions c) {
    for (std::uint16_t i = 0; i < policy.facts().size(); ++i) {
      const auto up = policy.facts().parent({i});
      if (!up) continue;
      const bool holds = (c.holds() >> i & 1) != 0;
      const bool fails = (c.fails() >> i & 1) != 0;
      if (holds && (c.holds() >> up->index & 1) == 0) return true;
      if (!fails && (c.fails() >> up->index & 1) != 0) return true;
    }
    return false;
  });
  return all;
}

Change true_change(const Policy& before, const Policy& after, Purpose p, Category c, Party r,
                   const std::vector<Conditions>& all) {
  bool widened = false;
  bool narrowed = false;
  for (const Conditions conditions : all) {
    const bool was = before.table().decide(p, c, r, conditions).allowed;
    const bool is = after.table().decide(p, c, r, conditions).allowed;
    widened = widened || (is && !was);
    narrowed = narrowed || (was && !is);
  }
  if (widened) return narrowed ? Change::kBoth : Change::kWidened;
  return narrowed ? Change::kNarrowed : Change::kEqual;
}

Conditions example_of(const Policy& policy, const CellChange& cell) {
  Conditions conditions;
  const auto add = [&](const std::vector<std::string>& facts, bool truth) {
    for (const std::string& name : facts) {
      const auto fact = policy.facts().find(name.contains(':') ? name : "condition:" + name);
      conditions = conditions.with(*fact, truth);
      for (auto up = policy.facts().parent(*fact); truth && up; up = policy.facts().parent(*up)) {
        conditions = conditions.with(*up, true);
      }
    }
  };
  add(cell.holds, true);
  add(cell.fails, false);
  for (std::uint16_t i = 0; i < policy.facts().size(); ++i) {
    const auto up = policy.facts().parent({i});
    if (up && (conditions.fails() >> up->index & 1) != 0) conditions = conditions.with({i}, false);
  }
  return conditions;
}

/// Every cell's change is the true one, and every example is decided otherwise.
void expect_exact(const Policy& before, const Policy& after, std::uint64_t seed) {
  const Comparison comparison = compare(before, after);
  const std::vector<Conditions> all = all_conditions(before);
  std::size_t changed = 0;
  for (const CellChange& cell : comparison.cells) {
    const Purpose p = *before.purposes().find(cell.purpose);
    const Category c = *before.categories().find(cell.category);
    const Party r = *before.parties().find(cell.party);
    ASSERT_EQ(cell.change, true_change(before, after, p, c, r, all))
        << seed << cell.sentence << before.source() << after.source();
    const Conditions example = example_of(before, cell);
    ASSERT_NE(before.table().decide(p, c, r, example).allowed,
              after.table().decide(p, c, r, example).allowed)
        << seed << cell.sentence << before.source() << after.source();
  }
  for (std::uint16_t p = 0; p < before.purposes().size(); ++p) {
    for (std::uint16_t c = 0; c < before.categories().size(); ++c) {
      for (std::uint16_t r = 0; r < before.parties().size(); ++r) {
        if (true_change(before, after, {p}, {c}, {r}, all) != Change::kEqual) ++changed;
      }
    }
  }
  EXPECT_EQ(comparison.cells.size(), changed) << seed;
}

TEST(compare, tells_exactly_the_cells_for_which_some_request_is_decided_otherwise) {
  RandomSizes sizes{.purposes = 2, .categories = 3, .parties = 2, .sources = 2, .subjects = 0};
  sizes.regions = sizes.channels = 0;
  sizes.conditions = 3;
  sizes.clauses = 5;
  sizes.deciding_duties = sizes.other_duties = false;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    RandomPolicy dice(seed, sizes);
    Document document = RandomPolicy(seed, sizes).document();
    const auto before = policy_of(format(document));
    for (int edit = 0; edit < 3; ++edit) {
      Document edited = document;
      if (edits::weakenings()[dice.below(6)].edit(edited, dice) &&
          check({{"", format(edited)}}).ok()) {
        document = std::move(edited);
      }
    }
    const auto after = policy_of(format(document));
    expect_exact(*before, *after, seed);
    expect_exact(*after, *before, seed);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace heed::policy
