// Cycles out of the silo, under the access of who asks.
#include <gtest/gtest.h>

#include "machines/figures.h"
#include "machines/past.h"
#include "machines/testing.h"
#include "policy/shipped.h"
#include "policy/testing.h"

namespace heed::machines {
namespace {

constexpr Time kMorning = Time::from_seconds(1'699'945'200);  // 2023-11-14T07:00:00Z

/// 20 programs of 5 minutes, each with two tools and counted; one every 10 minutes from 7:00 on.
class CycleReading : public testing::Test {
 protected:
  CycleReading() { shop.store.clock().step_to(kMorning + Duration::hours(14)); }

  static MachineId tell(TestShop& into) {
    const MachineId mill = into.add("Mill", true);
    ReportMaker reports(mill, true);
    const auto line = [](Time time, std::string_view rest) {
      return format_time(time) + "|" + std::string(rest);
    };
    std::vector<std::string> lines = {
        line(kMorning, "avail|AVAILABLE|mode|AUTOMATIC|program|O1|tool|2|part_count|0")};
    for (int i = 0; i < 20; ++i) {
      const Time from = kMorning + Duration::minutes(10 * i);
      lines.push_back(line(from, "exec|ACTIVE"));
      lines.push_back(line(from + Duration::seconds(5), "tool|1"));
      lines.push_back(line(from + Duration::minutes(2), "tool|2"));
      lines.push_back(line(from + Duration::minutes(5), "exec|READY"));
      lines.push_back(line(from + Duration::seconds(301), "part_count|" + std::to_string(i + 1)));
    }
    const Report report = reports.report(lines, kMorning + Duration::hours(14));
    EXPECT_TRUE(into.machines->record(into.store.access("operation", "engine"), report));
    return mill;
  }
  static TimeRange hours(int from, int to) {
    return {kMorning + Duration::hours(from), kMorning + Duration::hours(to)};
  }

  TestShop shop;
};

TEST_F(CycleReading, a_range_has_the_cycles_that_began_in_it_whatever_else_is_asked) {
  const MachineId mill = tell(shop);

  const CycleList all = shop.machines->figures().cycles(shop.access(), mill, hours(-1, 5)).value();
  const CycleList hour = shop.machines->figures().cycles(shop.access(), mill, hours(1, 2)).value();

  ASSERT_EQ(all.cycles.size(), 20U);
  ASSERT_EQ(hour.cycles.size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(hour.cycles[i].range, all.cycles[i + 6].range);
    EXPECT_EQ(hour.cycles[i].rule, 1);
    EXPECT_EQ(hour.cycles[i].program, "O1");
    EXPECT_EQ(hour.cycles[i].tools.size(), 2U);
    EXPECT_EQ(hour.cycles[i].executing, Duration::minutes(5));
  }
}

TEST_F(CycleReading, cycles_are_found_in_what_was_sealed_and_after_a_restart) {
  const MachineId mill = tell(shop);
  ASSERT_TRUE(shop.store.silo().seal(true));
  shop.restart();

  EXPECT_EQ(
      shop.machines->figures().cycles(shop.access(), mill, hours(-1, 5)).value().cycles.size(),
      20U);
}

TEST_F(CycleReading, a_run_that_was_under_way_when_the_window_began_is_not_guessed) {
  const MachineId mill = shop.add("Mill", true);
  ReportMaker reports(mill, true);
  const auto at = [](Duration after, std::string_view rest) {
    return format_time(kMorning + after) + "|" + std::string(rest);
  };
  shop.record(reports.report({at({}, "exec|ACTIVE"), at(Duration::days(20), "exec|READY"),
                              at(Duration::days(20) + Duration::hours(1), "exec|ACTIVE"),
                              at(Duration::days(20) + Duration::hours(2), "exec|READY")},
                             kMorning + Duration::days(21)));
  const Time late = kMorning + Duration::days(19);

  const CycleList list = shop.machines->figures()
                             .cycles(shop.access(), mill, {late, late + Duration::days(2)})
                             .value();

  ASSERT_EQ(list.cycles.size(), 1U);
  EXPECT_EQ(list.cycles[0].range.length(), Duration::hours(1));
}

TEST_F(CycleReading, a_machine_that_was_offline_for_long_lost_its_run) {
  const MachineId mill = shop.add("Mill", true);
  ReportMaker reports(mill, true);
  const auto at = [](int minute, std::string_view rest) {
    return format_time(kMorning + Duration::minutes(minute)) + "|" + std::string(rest);
  };
  shop.record(reports.report(
      {at(0, "avail|AVAILABLE|exec|ACTIVE"), at(5, "avail|UNAVAILABLE"), at(7, "avail|AVAILABLE"),
       at(10, "avail|UNAVAILABLE"), at(40, "avail|AVAILABLE"), at(60, "exec|READY")},
      kMorning + Duration::hours(2)));

  const CycleList list = shop.machines->figures().cycles(shop.access(), mill, hours(-1, 2)).value();

  ASSERT_EQ(list.cycles.size(), 2U);
  EXPECT_EQ(list.cycles[0].end, CycleEnd::kLost);
  EXPECT_EQ(list.cycles[0].range.length(), Duration::minutes(10));
  EXPECT_EQ(list.cycles[0].unseen, Duration::minutes(2));
  EXPECT_EQ(list.cycles[1].range.length(), Duration::minutes(20));
}

TEST_F(CycleReading, a_range_is_at_most_100_days_and_not_empty) {
  const MachineId mill = tell(shop);
  const auto asked = [&](int from_days, int to_days) {
    return shop.machines->figures().cycles(
        shop.access(), mill,
        {kMorning + Duration::days(from_days), kMorning + Duration::days(to_days)});
  };

  EXPECT_TRUE(asked(-50, 50));
  EXPECT_EQ(asked(-50, 51).error().error()->kind, ErrorKind::kInvalid);
  EXPECT_EQ(asked(1, 1).error().error()->kind, ErrorKind::kInvalid);
}

TEST_F(CycleReading, a_machine_that_says_nothing_of_its_execution_has_no_cycles) {
  const MachineId mill = shop.add("Mill");
  ReportMaker reports(mill);
  shop.record(reports.report({"2023-11-14T07:00:00Z|tool|1"}, kMorning));

  EXPECT_TRUE(
      shop.machines->figures().cycles(shop.access(), mill, hours(-1, 5)).value().cycles.empty());
}

TEST_F(CycleReading, an_access_that_the_policy_refuses_gets_the_clause) {
  const MachineId mill = tell(shop);
  const Access marketing = shop.store.access("marketing", "organization");

  const auto refused = shop.machines->figures().cycles(marketing, mill, hours(-1, 5));

  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().refusal(), nullptr);
}

TEST_F(CycleReading, an_access_that_may_not_see_program_names_gets_cycles_without_them) {
  std::string text(policy::shipped("heed").value());
  const std::string_view kDeny = "deny machine_data for improvement, marketing";
  text.insert(text.find(kDeny), "deny machine_data.program_text for service to organization\n  ");
  TestShop strict(policy::policy_of(text));
  strict.store.clock().step_to(kMorning + Duration::hours(14));
  const MachineId mill = tell(strict);
  ASSERT_FALSE(strict.machines->past().samples(strict.access(), mill, "program", {}, 10));

  const CycleList list =
      strict.machines->figures().cycles(strict.access(), mill, hours(-1, 5)).value();

  ASSERT_EQ(list.cycles.size(), 20U);
  EXPECT_EQ(list.cycles[3].program, "");
  EXPECT_TRUE(list.cycles[3].complete);
}

}  // namespace
}  // namespace heed::machines
