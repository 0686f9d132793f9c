#include "policy/book.h"

#include <gtest/gtest.h>

#include <fmt/core.h>

#include "policy/example.h"

namespace heed::policy {
namespace {

std::string text_with(std::string_view rule, std::string_view kept) {
  return fmt::format(R"(
policy p "P" version 2026-01-01
category usage
purpose service
party engine
condition agreed
event closed
kind visit 900 record of usage {{ page text }}
clause 1 "S" {{ {} keep usage for {} }}
)",
                     rule, kept);
}
constexpr std::string_view kOpen = "allow usage for service to engine";
constexpr std::string_view kAgreed = "allow usage for service to engine when agreed";
constexpr KindId kVisit{900};
const Time kThen = Time::from_seconds(1'700'000'000);

struct Step {
  std::string_view rule;
  std::string_view kept = "1 year";
  bool reaches = false;
};

Book book_of(const std::vector<Step>& steps) {
  std::vector<Version> versions;
  for (const Step& step : steps) {
    const Policy* before = versions.empty() ? nullptr : versions.back().policy.get();
    Version version{static_cast<std::uint32_t>(versions.size() + 1),
                    kThen,
                    "owner",
                    {},
                    example::compiled(text_with(step.rule, step.kept), before)};
    if (step.reaches) version.notice = Notice{kThen, "owner", "told", "", true};
    versions.push_back(std::move(version));
  }
  return Book(std::move(versions));
}

Access access_of(const Book& book, const Policy::KnownFacts& facts = {}) {
  return *book.policy().access("somebody", "service", "engine", facts);
}

TEST(Book, an_item_keeps_the_stricter_of_its_version_and_the_one_in_force_O82) {
  const Book book = book_of({{kAgreed}, {kOpen}});
  EXPECT_FALSE(book.refusal(access_of(book), kVisit, 2));
  ASSERT_TRUE(book.refusal(access_of(book), kVisit, 1));
  EXPECT_EQ(book.refusal(access_of(book), kVisit, 1)->what, "visit.page");
  EXPECT_FALSE(book.refusal(access_of(book, {{"agreed", true}}), kVisit, 1));
}

TEST(Book, a_narrower_version_holds_for_earlier_items_at_once_O82) {
  const Book book = book_of({{kOpen}, {kAgreed}});
  EXPECT_TRUE(book.refusal(access_of(book), kVisit, 1));
}

TEST(Book, a_notice_that_reaches_earlier_items_brings_them_under_its_version_O82) {
  const Book book = book_of({{kAgreed}, {kOpen, "1 year", true}, {kOpen, "2 years"}});
  EXPECT_EQ(book.kept_for(1)->number, 2U);
  EXPECT_EQ(book.kept_for(3)->number, 3U);
  EXPECT_FALSE(book.refusal(access_of(book), kVisit, 1));
}

TEST(Book, an_item_of_an_unknown_version_or_kind_is_refused) {
  const Book book = book_of({{kOpen}});
  EXPECT_EQ(book.version(0), nullptr);
  EXPECT_EQ(book.kept_for(2), nullptr);
  EXPECT_TRUE(book.refusal(access_of(book), kVisit, 2));
  EXPECT_TRUE(book.refusal(access_of(book), KindId{901}, 1));
}

TEST(Book, a_shorter_keep_shortens_what_is_stored_and_a_longer_one_does_not_lengthen_it_O72) {
  const Book shorter = book_of({{kOpen, "1 year"}, {kOpen, "30 days"}});
  const Time year = kThen + Duration::days(365);
  EXPECT_EQ(shorter.deadline(kVisit, 1, kThen, year), kThen + Duration::days(30));
  const Book longer = book_of({{kOpen, "30 days"}, {kOpen, "1 year"}});
  const Time month = kThen + Duration::days(30);
  EXPECT_EQ(longer.deadline(kVisit, 1, kThen, month), month);
  EXPECT_EQ(longer.deadline(kVisit, 2, kThen, year), year);
}

TEST(Book, a_deadline_of_far_away_times_does_not_overflow) {
  const Book book = book_of({{kOpen, "1 year"}, {kOpen, "30 days"}});
  EXPECT_EQ(book.deadline(kVisit, 1, Time::max(), Time::max()), Time::max());
  EXPECT_EQ(book.deadline(KindId{7}, 1, kThen, kThen), kThen);
}

}  // namespace
}  // namespace heed::policy
