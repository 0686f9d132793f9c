#include "box/class_filter.h"

#include <gtest/gtest.h>

#include "policy/testing.h"

namespace heed::box {
namespace {

using machines::DataItem;
using machines::Gap;
using machines::Report;

constexpr std::string_view kWords = R"(
policy test "A test" version 2026-01-01
category machine_data { production dimensional program_text }  category personal { identity }
purpose service { monitoring }  party organization  source box  source browser
)";

std::shared_ptr<const policy::Policy> text_without(std::string_view denied,
                                                   const policy::Policy* before = nullptr) {
  std::string text = std::string(kWords) +
                     "clause 1 \"All.\" { allow any for service to organization from box\n"
                     "  keep any for 1 day }\n";
  if (!denied.empty()) {
    text += "clause 2 \"No.\" { deny " + std::string(denied) + " to organization }\n";
  }
  return policy::policy_of(text, before);
}

std::shared_ptr<const policy::InForce> policy_without(std::string_view denied) {
  return policy::in_force(text_without(denied));
}

Report report_at(int second, std::vector<std::string> items) {
  Report report;
  report.arrival = Time::from_seconds(second);
  for (const std::string& item : items) {
    report.observations.push_back(
        {item, {}, "v", false, static_cast<std::uint32_t>(report.raw.size())});
    report.raw.push_back("|" + item + "|v");
  }
  return report;
}

TEST(ClassFilter, knows_the_category_of_an_item_by_its_type_or_its_key) {
  const std::pair<DataItem, std::string_view> cases[] = {
      {{.key = "d1", .type = "BLOCK"}, "machine_data.program_text"},
      {{.key = "d1", .type = "PATH_POSITION"}, "machine_data.dimensional"},
      {{.key = "d1", .type = "USER"}, "personal.identity"},
      {{.key = "d1", .type = "EXECUTION"}, "machine_data.production"},
      {{.key = "block"}, "machine_data.program_text"},
      {{.key = "Xabs"}, "machine_data.dimensional"},
      {{.key = "operator"}, "personal.identity"},
      {{.key = "avail"}, "machine_data.production"},
      {{.key = "block", .type = "EXECUTION"}, "machine_data.production"},
  };
  for (const auto& [item, category] : cases) EXPECT_EQ(category_of(item), category) << item.key;
}

TEST(ClassFilter, lets_everything_pass_that_the_policy_lets_be_kept) {
  ClassFilter filter(policy_without(""));
  Report report = report_at(1, {"Xabs", "block", "avail"});
  filter.apply(report);
  EXPECT_EQ(report.observations.size(), 3U);
  EXPECT_TRUE(report.gaps.empty());
}

TEST(ClassFilter, drops_value_and_line_of_what_may_not_be_kept_and_counts_it) {
  ClassFilter filter(policy_without("machine_data.dimensional"));
  Report report = report_at(1, {"Xabs", "avail", "Yabs"});
  filter.apply(report);
  ASSERT_EQ(report.observations.size(), 1U);
  EXPECT_EQ(report.observations[0].item, "avail");
  EXPECT_EQ(report.raw, (std::vector<std::string>{"", "|avail|v", ""}));
  ASSERT_EQ(report.gaps.size(), 1U);
  EXPECT_EQ(report.gaps[0].reason, Gap::Reason::kFiltered);
  EXPECT_EQ(report.gaps[0].lost, 2U);
}

TEST(ClassFilter, withholds_lines_that_could_not_be_read_when_they_may_hold_what_may_not_be_kept) {
  Report report = report_at(1, {"avail"});
  report.raw.emplace_back("|Xabs|12.");
  Report same = report;
  ClassFilter(policy_without("machine_data.dimensional")).apply(report);
  EXPECT_EQ(report.raw, (std::vector<std::string>{"|avail|v", ""}));
  ClassFilter(policy_without("")).apply(same);
  EXPECT_EQ(same.raw.at(1), "|Xabs|12.");
}

TEST(ClassFilter, goes_by_the_model_once_it_has_one) {
  ClassFilter filter(policy_without("machine_data.program_text"));
  Report report = report_at(1, {"d7"});
  report.model = {{.key = "d7", .type = "BLOCK"}};
  filter.apply(report);
  EXPECT_TRUE(report.observations.empty());
}

TEST(ClassFilter, tells_what_it_dropped_at_most_once_a_minute) {
  ClassFilter filter(policy_without("machine_data.dimensional"));
  std::vector<std::uint64_t> told;
  for (int second = 0; second <= 125; ++second) {
    Report report = report_at(second, {"Xabs"});
    filter.apply(report);
    for (const Gap& gap : report.gaps) told.push_back(gap.lost);
  }
  EXPECT_EQ(told, (std::vector<std::uint64_t>{1, 60, 60}));
}

TEST(ClassFilter, drops_what_the_policy_has_no_word_or_no_term_for) {
  const ClassFilter filter(policy::in_force(policy::policy_of(
      std::string(kWords) + "clause 1 \"All.\" { allow any for service to organization }")));
  EXPECT_FALSE(filter.may_be_kept("machine_data.production")) << "no clause says how long";
  EXPECT_FALSE(filter.may_be_kept("machine_data.unheard_of"));
}

TEST(ClassFilter, follows_a_change_of_policy_with_the_next_report) {
  const auto first = text_without("");
  const policy::Version one{1, Time(), "test", {}, first};
  const policy::Version two{
      2, Time(), "test", {}, text_without("machine_data.program_text", first.get())};
  const auto in_force =
      std::make_shared<policy::InForce>(std::make_shared<const policy::Book>(std::vector{one}));
  ClassFilter filter(in_force);
  Report before = report_at(1, {"d7"});
  before.model = {{.key = "d7", .type = "BLOCK"}};
  filter.apply(before);
  EXPECT_EQ(before.observations.size(), 1U);
  in_force->replace(std::make_shared<const policy::Book>(std::vector{one, two}));
  Report after = report_at(2, {"d7", "avail"});
  filter.apply(after);
  ASSERT_EQ(after.observations.size(), 1U);
  EXPECT_EQ(after.observations[0].item, "avail");
}

}  // namespace
}  // namespace heed::box
