#include "box/class_filter.h"

#include <gtest/gtest.h>

namespace heed::box {
namespace {

using machines::DataItem;
using machines::Gap;
using machines::Report;

std::shared_ptr<const policy::Table> policy_without(std::string_view denied) {
  policy::TableBuilder builder("test", 1);
  for (const char* category : {"machine_data.production", "machine_data.dimensional",
                               "machine_data.program_text", "personal.identity"}) {
    builder.category(category);
  }
  builder.purpose("service.monitoring").party("organization");
  builder.clause("1", "All.")
      .allow("any", "service", "organization")
      .keep("any", Duration::days(1));
  if (!denied.empty()) builder.clause("2", "No.").deny(denied, "service", "organization");
  return std::make_shared<const policy::Table>(std::move(builder).build());
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
  policy::TableBuilder builder("test", 1);
  builder.category("machine_data.production").purpose("service.monitoring").party("organization");
  builder.clause("1", "All.").allow("any", "service", "organization");
  ClassFilter filter(std::make_shared<const policy::Table>(std::move(builder).build()));
  EXPECT_FALSE(filter.may_be_kept("machine_data.production")) << "no clause says how long";
  EXPECT_FALSE(filter.may_be_kept("machine_data.unheard_of"));
}

}  // namespace
}  // namespace heed::box
