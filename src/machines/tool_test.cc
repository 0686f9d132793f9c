// Tools out of the silo, and how much of their lives is over, counted by hand.
#include <gtest/gtest.h>

#include "machines/testing.h"
#include "machines/tools.h"

namespace heed::machines {
namespace {

constexpr Time kMorning = Time::from_seconds(1'699'945'200);  // 2023-11-14T07:00:00Z

Time at(Duration after) {
  return kMorning + after;
}

/// 20 programs of 5 minutes, one every 10 minutes: 5 s still with T2, 115 s with T1, 180 s with T2.
class Tools : public testing::Test {
 protected:
  Tools() {
    shop.store.clock().step_to(kMorning + Duration::hours(14));
    mill = shop.add("Mill", true);
    ReportMaker reports(mill, true);
    std::vector<std::string> lines = {said({}, "avail|AVAILABLE|mode|AUTOMATIC|tool|2")};
    for (int i = 0; i < 20; ++i) {
      const Duration from = Duration::minutes(10 * i);
      lines.push_back(said(from, "exec|ACTIVE"));
      lines.push_back(said(from + Duration::seconds(5), "tool|1"));
      lines.push_back(said(from + Duration::minutes(2), "tool|2"));
      lines.push_back(said(from + Duration::minutes(5), "exec|READY|wear|" + std::to_string(i)));
    }
    record(reports.report(lines, kMorning + Duration::hours(14)));
    last = reports.report({}, kMorning + Duration::hours(14)).number;
  }
  static std::string said(Duration after, std::string_view rest) {
    return format_time(at(after)) + "|" + std::string(rest);
  }
  void record(const Report& report) {
    const auto taken = shop.machines->record(shop.store.access("operation", "engine"), report);
    ASSERT_TRUE(taken) << taken.error().message();
  }
  /// As a driver tells of assets.
  void tell_asset(Duration after, std::string value, std::string line) {
    Report report{.machine = mill, .number = last++, .arrival = at(Duration::hours(14))};
    report.raw = {std::move(line)};
    report.observations = {
        {.item = "asset", .device = at(after), .value = std::move(value), .asset = true}};
    record(report);
  }
  ToolTable tools(int from, int to) {
    auto table = shop.machines->tools().table(shop.access(), mill,
                                              {at(Duration::hours(from)), at(Duration::hours(to))});
    EXPECT_TRUE(table) << table.error().message();
    return table.value_or(ToolTable());
  }
  Governed<void> set(const ToolLife& life) {
    return shop.machines->tools().set_life(shop.access(), mill, life);
  }

  TestShop shop;
  MachineId mill;
  std::uint64_t last = 0;
};

TEST_F(Tools, a_tool_is_used_where_the_machine_was_in_cycle_with_it) {
  const ToolTable table = tools(-1, 5);
  EXPECT_TRUE(table.says_tools);
  ASSERT_EQ(table.work.tools.size(), 2U);
  EXPECT_EQ(table.work.tools[0],
            (ToolWork{"1", 20, Duration::seconds(20 * 115), at(Duration::minutes(192))}));
  // What T2 did at the end of one program and the beginning of the next is one use.
  EXPECT_EQ(table.work.tools[1],
            (ToolWork{"2", 21, Duration::seconds(20 * 185), at(Duration::minutes(195))}));
  EXPECT_EQ(table.work.unknown, Duration());
}

TEST_F(Tools, a_range_that_begins_in_a_use_has_the_rest_of_it) {
  const ToolTable hour = tools(1, 2);
  ASSERT_EQ(hour.work.tools.size(), 2U);
  EXPECT_EQ(hour.work.tools[0].in_cycle, Duration::seconds(6 * 115));
  EXPECT_EQ(hour.work.tools[1].in_cycle, Duration::seconds(6 * 185));
}

TEST_F(Tools, time_with_no_tool_known_is_told_apart) {
  const MachineId bare = shop.add("Lathe", true);
  ReportMaker reports(bare, true);
  record(reports.report({said({}, "avail|AVAILABLE|mode|AUTOMATIC|exec|ACTIVE"),
                         said(Duration::minutes(30), "exec|READY")},
                        kMorning + Duration::hours(14)));
  const auto table =
      shop.machines->tools().table(shop.access(), bare, {kMorning, at(Duration::hours(1))});
  ASSERT_TRUE(table);
  EXPECT_FALSE(table->says_tools);
  EXPECT_TRUE(table->work.tools.empty());
  EXPECT_EQ(table->work.unknown, Duration::minutes(30));
}

TEST_F(Tools, a_life_counts_from_the_change_of_the_cutter_whatever_range_is_asked_for) {
  ASSERT_TRUE(set({.tool = "1",
                   .changed = at(Duration::hours(2)),
                   .in_cycle = Duration::seconds(8 * 115 * 4),
                   .uses = 10}));
  const ToolTable table = tools(-1, 5);
  ASSERT_EQ(table.lives.size(), 1U);
  EXPECT_EQ(table.lives[0].uses, 8U);
  EXPECT_EQ(table.lives[0].in_cycle, Duration::seconds(8 * 115));
  EXPECT_DOUBLE_EQ(table.lives[0].used().value(), 0.8) << "of two limits the nearer one counts";
}

TEST_F(Tools, a_life_that_the_control_counts_is_what_it_said_last) {
  ASSERT_TRUE(set({.tool = "2", .changed = kMorning, .item = "wear", .counted = 25.0}));
  EXPECT_DOUBLE_EQ(tools(-1, 14).lives[0].used().value(), 19.0 / 25);
  EXPECT_DOUBLE_EQ(tools(-1, 1).lives[0].used().value(), 5.0 / 25);
  ASSERT_TRUE(set({.tool = "2", .changed = kMorning, .item = "unsaid", .counted = 25.0}));
  EXPECT_FALSE(tools(-1, 14).lives[0].used());
}

TEST_F(Tools, a_life_is_replaced_and_removed) {
  ASSERT_TRUE(set({.tool = "1", .changed = kMorning, .uses = 10}));
  ASSERT_TRUE(set({.tool = "1", .changed = at(Duration::hours(3)), .uses = 10}));
  EXPECT_EQ(tools(-1, 14).lives[0].uses, 2U);
  EXPECT_TRUE(shop.machines->tools().remove_life(shop.access(), mill, "1"));
  EXPECT_TRUE(tools(-1, 14).lives.empty());
  const auto again = shop.machines->tools().remove_life(shop.access(), mill, "1");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().error()->kind, ErrorKind::kNotFound);
}

TEST_F(Tools, a_life_without_a_limit_or_with_a_senseless_one_names_its_field) {
  const Time changed = kMorning;
  const std::pair<ToolLife, std::string_view> kWrong[] = {
      {{.tool = "", .changed = changed, .uses = 1}, "tool:"},
      {{.tool = std::string(41, 'x'), .changed = changed, .uses = 1}, "tool:"},
      {{.tool = "1", .changed = changed}, "minutes:"},
      {{.tool = "1", .changed = changed, .in_cycle = Duration()}, "minutes:"},
      {{.tool = "1", .changed = changed, .uses = 0}, "uses:"},
      {{.tool = "1", .changed = at(Duration::days(1)), .uses = 1}, "changed:"},
      {{.tool = "1", .changed = changed, .item = "wear"}, "counted:"},
      {{.tool = "1", .changed = changed, .item = "wear", .counted = -1.0}, "counted:"},
      {{.tool = "1", .changed = changed, .uses = 1, .item = "wear", .counted = 1.0}, "item:"},
  };
  for (const auto& [life, field] : kWrong) {
    const auto done = set(life);
    ASSERT_FALSE(done) << field;
    EXPECT_EQ(done.error().error()->kind, ErrorKind::kInvalid);
    EXPECT_TRUE(done.error().message().starts_with(field)) << done.error().message();
  }
}

TEST_F(Tools, assets_are_what_was_said_last_of_each_with_its_line) {
  tell_asset(Duration::hours(1), "a.1|CuttingTool", "<CuttingTool assetId=\"a.1\"/>");
  tell_asset(Duration::hours(2), "a.2|CuttingTool", "<CuttingTool assetId=\"a.2\"/>");
  tell_asset(Duration::hours(3), "a.1|CuttingTool", "<CuttingTool assetId=\"a.1\" x=\"\"/>");
  tell_asset(Duration::hours(3), "f|File", "<File assetId=\"f\"/>");
  tell_asset(Duration::hours(4), "a.2||updated", "life|3");
  const ToolTable table = tools(-1, 14);
  ASSERT_EQ(table.assets.size(), 3U);
  EXPECT_EQ(table.assets[0].id, "a.1");
  EXPECT_EQ(table.assets[0].line, "<CuttingTool assetId=\"a.1\" x=\"\"/>");
  EXPECT_FALSE(table.assets[0].updated);
  EXPECT_EQ(table.assets[1].line, "<CuttingTool assetId=\"a.2\"/>");
  EXPECT_TRUE(table.assets[1].updated);
  EXPECT_EQ(table.assets[2].type, "File");
}

TEST_F(Tools, assets_that_were_removed_are_gone_one_or_all_of_a_type) {
  tell_asset(Duration::hours(1), "a.1|CuttingTool", "<CuttingTool/>");
  tell_asset(Duration::hours(1), "a.2|CuttingTool", "<CuttingTool/>");
  tell_asset(Duration::hours(1), "f|File", "<File/>");
  tell_asset(Duration::hours(2), "a.1||removed", "");
  EXPECT_EQ(tools(-1, 14).assets.size(), 2U);
  tell_asset(Duration::hours(3), "|CuttingTool|removed", "");
  const ToolTable table = tools(-1, 14);
  ASSERT_EQ(table.assets.size(), 1U);
  EXPECT_EQ(table.assets[0].id, "f");
}

TEST_F(Tools, a_range_of_more_than_100_days_is_refused) {
  const auto table =
      shop.machines->tools().table(shop.access(), mill, {kMorning, kMorning + Duration::days(101)});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().error()->kind, ErrorKind::kInvalid);
}

TEST(WorkOfTools, changes_to_the_same_tool_and_idle_stretches_are_no_uses) {
  const Standing cutting{State::kInCycle, Bucket::kProduction, true, true};
  const Standing idle{State::kWaiting, Bucket::kIdle, false, false};
  const auto minute = [](int n) { return kMorning + Duration::minutes(n); };
  const std::vector<Activity> activities = {{{minute(0), minute(10)}, cutting},
                                            {{minute(10), minute(20)}, idle},
                                            {{minute(20), minute(30)}, cutting}};
  const std::vector<ToolInSpindle> spindle = {
      {minute(-5), "1"}, {minute(5), "1"}, {minute(12), "2"}, {minute(15), "1"}, {minute(25), {}}};
  const WorkOfTools uses = work_of_tools({minute(-10), minute(40)}, activities, spindle);
  ASSERT_EQ(uses.tools.size(), 1U);
  EXPECT_EQ(uses.tools[0], (ToolWork{"1", 2, Duration::minutes(15), minute(25)}));
  EXPECT_EQ(uses.unknown, Duration::minutes(5));
}

}  // namespace
}  // namespace heed::machines
