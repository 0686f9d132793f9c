#include "policy/activation.h"

#include <gtest/gtest.h>

#include <fmt/core.h>

#include "policy/example.h"

namespace heed::policy {
namespace {

const Time kNow = *parse_time("2026-11-22T12:00:00Z");
constexpr Duration kHour = Duration::hours(1);

std::string text_with(std::string_view rules) {
  return fmt::format(R"(
policy p "P" version 2026-01-01
category usage party engine party partner purpose service condition agreed
clause 1 "S" {{ {} keep usage for 1 year }}
)",
                     rules);
}
constexpr std::string_view kAgreed = "allow usage for service to engine when agreed";
constexpr std::string_view kOpen = "allow usage for service to engine";
constexpr std::string_view kShut = "deny usage";

Book book_of(std::string_view rules) {
  return Book({{1, kNow - Duration::days(9), "owner", {}, example::compiled(text_with(rules))}});
}

Inventory program() {
  Inventory all;
  all.conditions = {"agreed"};
  return all;
}

Proposal proposed(std::string_view rules, const Book& book) {
  return propose({{"p.policy", text_with(rules)}}, book, program(), kNow);
}

Notice notice_of(const Proposal& proposal) {
  return {kNow - kHour, "owner", "We will open it.", proposal.checked.policy->hash(), true};
}

TEST(Activation, a_narrowing_change_takes_effect_without_a_notice_O84) {
  const Book book = book_of(kOpen);
  const Proposal proposal = proposed(kAgreed, book);
  EXPECT_FALSE(proposal.needs_notice);
  const auto next = activate(proposal, book, "owner", {}, kNow);
  ASSERT_TRUE(next);
  EXPECT_EQ((*next)->current().number, 2U);
  EXPECT_EQ((*next)->current().activated, kNow);
  EXPECT_EQ((*next)->current().by, "owner");
  EXPECT_EQ(&(*next)->policy(), proposal.checked.policy.get());
  EXPECT_EQ((*next)->versions().size(), 2U);
}

TEST(Activation, a_widening_change_waits_for_a_notice_of_its_very_text_O84) {
  const Book book = book_of(kAgreed);
  const Proposal proposal = proposed(kOpen, book);
  EXPECT_TRUE(proposal.needs_notice);
  const auto kind_of = [&](std::optional<Notice> notice) {
    const auto next = activate(proposal, book, "owner", std::move(notice), kNow);
    return next ? std::optional<ErrorKind>() : next.error().kind;
  };
  EXPECT_EQ(kind_of({}), ErrorKind::kConflict);
  Notice of_another = notice_of(proposal);
  of_another.hash = book.policy().hash();
  EXPECT_EQ(kind_of(of_another), ErrorKind::kConflict);
  Notice late = notice_of(proposal);
  late.given = kNow;
  EXPECT_EQ(kind_of(late), ErrorKind::kConflict);
  EXPECT_EQ(kind_of(notice_of(proposal)), std::nullopt);
}

TEST(Activation, the_notice_stays_with_its_version_O84) {
  const Book book = book_of(kAgreed);
  const Proposal proposal = proposed(kOpen, book);
  const auto next = activate(proposal, book, "owner", notice_of(proposal), kNow);
  ASSERT_TRUE(next);
  ASSERT_TRUE((*next)->current().notice);
  EXPECT_EQ((*next)->current().notice->text, "We will open it.");
  EXPECT_EQ((*next)->kept_for(1)->number, 2U);
}

TEST(Activation, a_notice_of_another_text_is_not_taken_even_where_none_is_needed) {
  const Book book = book_of(kOpen);
  const Proposal proposal = proposed(kShut, book);
  Notice notice = notice_of(proposal);
  notice.hash = "another";
  const auto next = activate(proposal, book, "owner", notice, kNow);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, ErrorKind::kConflict);
}

TEST(Activation, a_text_that_does_not_compile_says_why) {
  const Book book = book_of(kOpen);
  const Proposal proposal = proposed("allow usages for service to engine", book);
  EXPECT_FALSE(proposal.checked.ok());
  EXPECT_FALSE(proposal.comparison);
  const auto next = activate(proposal, book, "owner", {}, kNow);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(next.error().message, "the policy has no category 'usages'");
}

TEST(Activation, a_gap_between_text_and_program_stands_in_the_way) {
  const Book book = book_of(kOpen);
  const Proposal proposal = propose({{"p.policy", text_with(kAgreed)}}, book, Inventory(), kNow);
  ASSERT_EQ(proposal.obstacles.size(), 1U);
  const auto next = activate(proposal, book, "owner", {}, kNow);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(next.error().message,
            "Clause 1 hangs on 'agreed', which the program does not compute.");
}

TEST(Activation, the_text_in_force_is_not_activated_again) {
  const Book book = book_of(kOpen);
  EXPECT_EQ(proposed(kOpen, book).obstacles,
            std::vector<std::string>{"This text is in force already."});
}

TEST(Activation, what_was_compared_with_an_older_version_is_not_activated) {
  const Book book = book_of(kOpen);
  const Proposal proposal = proposed(kShut, book);
  const auto between = activate(proposed(kAgreed, book), book, "owner", {}, kNow);
  ASSERT_TRUE(between);
  const auto next = activate(proposal, **between, "owner", {}, kNow);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, ErrorKind::kConflict);
}

}  // namespace
}  // namespace heed::policy
