#include "machines/self_audit.h"

#include <gtest/gtest.h>

#include <fstream>

#include "machines/figures.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

Time at(std::string_view clock) {
  return parse_time("2026-03-06T" + std::string(clock) + "Z").value();
}
constexpr Standing kRunning{State::kInCycle, Bucket::kProduction, true, true};

/// An hour in cycle; the counter ticks every minute, `per_minute` seconds at once.
AuditInput an_hour(double per_minute) {
  AuditInput input;
  input.range = {at("00:00:00"), at("23:00:00")};
  input.activities = {{{at("10:00:00"), at("11:00:00")}, kRunning, 0, Placed::kDevice}};
  for (int i = 0; i <= 60; ++i) {
    input.automatic.push_back({at("10:00:00") + Duration::minutes(i), 100 + i * per_minute});
  }
  return input;
}

TEST(SelfAudit, agrees_up_to_five_per_cent_and_flags_what_drifts_beyond) {
  const SelfAudit exact = audit(an_hour(60));
  ASSERT_EQ(exact.days.size(), 1U);
  EXPECT_EQ(exact.days[0].ours, Duration::hours(1));
  EXPECT_EQ(exact.days[0].theirs, Duration::hours(1));
  EXPECT_DOUBLE_EQ(exact.days[0].differs.value(), 0);
  EXPECT_FALSE(exact.drifts());

  EXPECT_FALSE(audit(an_hour(58)).drifts());  // 3.4 %
  EXPECT_TRUE(audit(an_hour(57)).drifts());   // 5.3 %
  EXPECT_TRUE(audit(an_hour(64)).drifts());   // 6.3 %
}

TEST(SelfAudit, flags_a_counter_that_stands_while_we_see_cycles) {
  AuditInput input = an_hour(0);
  EXPECT_DOUBLE_EQ(audit(input).days[0].differs.value(), 1);
  EXPECT_TRUE(audit(input).drifts());
}

TEST(SelfAudit, says_nothing_of_days_on_which_hardly_anything_ran) {
  AuditInput input = an_hour(0);
  input.activities[0].range.to = at("10:00:59");
  const SelfAudit made = audit(input);
  EXPECT_FALSE(made.days[0].differs);
  EXPECT_EQ(made.last(), nullptr);
  EXPECT_FALSE(made.drifts());
}

TEST(SelfAudit, leaves_silences_out_of_both_figures) {
  AuditInput input = an_hour(60);
  std::erase_if(input.automatic, [](const CounterValue& said) {
    return said.at > at("10:20:00") && said.at < at("10:40:00");
  });
  const SelfAudit made = audit(input);
  EXPECT_EQ(made.days[0].ours, Duration::minutes(40));
  EXPECT_EQ(made.days[0].theirs, Duration::minutes(40));
  // Heard all the same, because the control told of its power-on time.
  for (int i = 0; i < 20; ++i) {
    input.power_on.push_back({at("10:20:00") + Duration::minutes(i), 5.0 * i});
  }
  EXPECT_EQ(audit(input).days[0].ours, Duration::hours(1));
  EXPECT_EQ(audit(input).days[0].theirs, Duration::hours(1));
}

TEST(SelfAudit, takes_a_fall_for_a_new_counter_and_unavailable_for_nothing) {
  AuditInput input = an_hour(60);
  for (int i = 31; i <= 60; ++i)
    input.automatic[static_cast<std::size_t>(i)].value = i * 60.0 - 1860;
  EXPECT_EQ(audit(input).days[0].theirs, Duration::minutes(59));
  input.automatic[10].value.reset();
  EXPECT_EQ(audit(input).days[0].theirs, Duration::minutes(57));
}

TEST(SelfAudit, counts_by_the_days_of_the_location) {
  AuditInput input = an_hour(60);
  input.zone = TimeZone::find("Pacific/Auckland").value();  // 10:00 to 11:00 UTC: 23:00 to 00:00
  EXPECT_EQ(format_day(audit(input).days.at(0).day), "2026-03-06");
  EXPECT_EQ(audit(input).days.at(0).ours, Duration::hours(1));
  input.zone = TimeZone::find("Asia/Tokyo").value();
  input.activities[0].range = {at("14:30:00"), at("15:30:00")};
  for (CounterValue& said : input.automatic) said.at += Duration::minutes(270);
  const SelfAudit made = audit(input);
  ASSERT_EQ(made.days.size(), 2U);
  EXPECT_EQ(made.days[0].ours, Duration::minutes(30));
  EXPECT_EQ(made.days[1].ours, Duration::minutes(30));
  EXPECT_EQ(made.days[0].theirs + made.days[1].theirs, Duration::hours(1));
}

TEST(SelfAudit, knows_counters_by_type_and_by_key) {
  const auto time = [](std::string key, std::string type, std::string sub) {
    const auto counter = control_counter(
        {.key = std::move(key), .type = std::move(type), .sub_type = std::move(sub)});
    return counter ? std::optional(counter->time) : std::nullopt;
  };
  EXPECT_EQ(time("AUTO_TIME", "", ""), ControlTime::kAutomatic);
  EXPECT_EQ(time("cut_time", "", ""), ControlTime::kCutting);
  EXPECT_EQ(time("total_time", "", ""), ControlTime::kPowerOn);
  EXPECT_FALSE(time("my_auto_time", "", ""));
  EXPECT_FALSE(time("", "", ""));
  EXPECT_EQ(time("p17", "ACCUMULATED_TIME", "x:AUTO"), ControlTime::kAutomatic);
  EXPECT_EQ(time("p17", "ACCUMULATED_TIME", "CUT"), ControlTime::kCutting);
  EXPECT_FALSE(time("auto_time", "ACCUMULATED_TIME", ""));
  EXPECT_EQ(time("t1", "EQUIPMENT_TIMER", "WORKING"), ControlTime::kAutomatic);
  EXPECT_FALSE(time("t1", "PROCESS_TIMER", "DELAY"));
  EXPECT_GT(control_counter({.type = "PROCESS_TIMER", .sub_type = "PROCESS"})->rank,
            control_counter({.type = "EQUIPMENT_TIMER", .sub_type = "WORKING"})->rank);
}

// Real controls ----------------------------------------------------------------------------------

struct RecordedDay {
  const char* file;
  const char* day;
  double ours, theirs;  ///< Seconds, of docs/BENCHMARKS.md: an independent computation.
};

class RealControls : public testing::TestWithParam<RecordedDay> {};

/// The independent computation hears every item and we only three counters, so our stretches may be
/// shorter; both must come to the same comparison.
TEST_P(RealControls, agree_with_our_time_in_cycle_as_the_offline_computation_says) {
  std::ifstream in(std::string(HEED_DATA_DIR "/machines/") + GetParam().file);
  TestShop shop;
  const MachineId mill = shop.add("Mazak", true);
  ReportMaker reports(mill, true);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
    if (lines.size() < 5'000) continue;
    shop.record(reports.report(lines, shop.store.clock().now()));
    lines.clear();
  }
  shop.record(reports.report(lines, shop.store.clock().now()));

  const Time from = parse_time(std::string(GetParam().day) + "T00:00:00Z").value();
  const auto audit =
      shop.machines->figures().self_audit(shop.access(), mill, {from, from + Duration::days(1)});
  ASSERT_TRUE(audit) << audit.error().message();
  ASSERT_EQ(audit->days.size(), 1U);
  const AuditDay& day = audit->days[0];
  EXPECT_NEAR(day.ours.in_seconds(), GetParam().ours, 0.01 * GetParam().ours);
  EXPECT_NEAR(day.theirs.in_seconds(), GetParam().theirs, 0.01 * GetParam().theirs);
  EXPECT_TRUE(day.agrees()) << day.differs.value();
  ASSERT_TRUE(day.cutting);
  EXPECT_LT(*day.cutting, day.theirs);
}

INSTANTIATE_TEST_SUITE_P(of_mazak, RealControls,
                         testing::Values(RecordedDay{"mazak01/Mazak01-20180510-20180511.txt",
                                                     "2018-05-10", 817.5, 815},
                                         RecordedDay{"mazak01/Mazak01-20190709-20190710.txt",
                                                     "2019-07-09", 9850.3, 9854},
                                         RecordedDay{"mazak03/Mazak03-20160510-20160511.txt",
                                                     "2016-05-10", 3965.1, 3959}),
                         [](const auto& info) {
                           std::string name = info.param.day;
                           std::ranges::replace(name, '-', '_');
                           return "day_" + name;
                         });

}  // namespace
}  // namespace heed::machines
