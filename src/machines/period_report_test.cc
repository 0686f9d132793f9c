#include "machines/period_report.h"

#include <gtest/gtest.h>

#include "machines/shift_notes.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

constexpr Duration kHour = Duration::hours(1);
const Time kStart = parse_time("2026-03-02T00:00:00Z").value();

/// A machine that produced for so many of ten planned hours, and stood idle for the rest.
PeriodFigures producing(std::string name, int hours) {
  OeeInput input;
  input.range = {kStart, kStart + kHour * 10};
  const Time stops = kStart + kHour * hours;
  input.activities = {
      {.range = {kStart, stops}, .standing = {State::kInCycle, Bucket::kProduction, true, true}},
      {.range = {stops, input.range.to},
       .standing = {State::kWaiting, Bucket::kIdle, false, false}}};
  input.ideal = Duration::minutes(6);
  input.parts = {{{kStart + Duration::minutes(1), static_cast<std::uint64_t>(8 * hours)}}};
  PeriodFigures figures{.machine = {.name = std::move(name)}};
  figures.oee = compute_oee(std::move(input));
  figures.reliability =
      reliability_of(figures.oee.activities, figures.oee.range, Duration::seconds(60), false);
  return figures;
}
Totals totals_of_hours(int hours) {
  return total_of(std::vector{producing("Mill", hours)});
}
const FigureChange& change_in(const PeriodReport& report, ReportFigure figure) {
  return report.changes.at(static_cast<std::size_t>(figure));
}
std::string days(const TimeRange& range) {
  return format_time(range.from, 0).substr(0, 13) + " " + format_time(range.to, 0).substr(0, 13);
}
Day day(std::string_view text) {
  return parse_day(text).value();
}

TEST(Report, periods_are_whole_days_weeks_from_monday_and_calendar_months) {
  const TimeZone utc = TimeZone::utc();
  const auto weeks = report_periods(ReportSpan::kWeek, day("2026-03-05"), utc);
  ASSERT_EQ(weeks.size(), kReportPeers + 1);
  EXPECT_EQ(days(weeks[0]), "2026-03-02T00 2026-03-09T00");
  EXPECT_EQ(days(weeks[1]), "2026-02-23T00 2026-03-02T00");
  const auto months = report_periods(ReportSpan::kMonth, day("2026-01-31"), utc);
  EXPECT_EQ(days(months[0]), "2026-01-01T00 2026-02-01T00");
  EXPECT_EQ(days(months[1]), "2025-12-01T00 2026-01-01T00");
  EXPECT_EQ(days(months[4]), "2025-09-01T00 2025-10-01T00");
  const auto days_before = report_periods(ReportSpan::kDay, day("2026-03-01"), utc);
  EXPECT_EQ(days(days_before[1]), "2026-02-28T00 2026-03-01T00");
}

TEST(Report, a_day_on_which_clocks_go_forward_has_23_hours) {
  const auto zone = TimeZone::find("Europe/Berlin").value();
  const auto periods = report_periods(ReportSpan::kDay, day("2026-03-29"), zone);
  EXPECT_EQ(periods[0].length(), Duration::hours(23));
}

TEST(Report, totals_are_sums_and_shares_of_sums) {
  const Totals totals = total_of(std::vector{producing("A", 10), producing("B", 5)});
  EXPECT_EQ(totals.machines, 2U);
  EXPECT_DOUBLE_EQ(totals.availability.value().value(), 0.75);
  EXPECT_EQ(totals.parts, 120U);
  EXPECT_DOUBLE_EQ(totals.effectiveness.value().value(), 0.8);
  EXPECT_DOUBLE_EQ(totals.oee.value().value(), 0.6);
  EXPECT_DOUBLE_EQ(totals.coverage().value(), 1);
}

TEST(Report, a_change_is_told_only_beyond_the_usual_spread) {
  const std::vector<Totals> earlier = {totals_of_hours(6), totals_of_hours(7), totals_of_hours(5),
                                       totals_of_hours(6)};
  const auto change = [&](int hours) {
    const PeriodReport report = make_report({producing("Mill", hours)}, earlier);
    return change_in(report, ReportFigure::kAvailability);
  };
  EXPECT_FALSE(change(7).told);
  EXPECT_TRUE(change(8).told);
  EXPECT_TRUE(change(3).told);
  EXPECT_DOUBLE_EQ(change(8).median.value(), 0.6);
  EXPECT_NEAR(change(8).spread, 0.1, 1e-12);
  EXPECT_DOUBLE_EQ(change(8).before.value(), 0.6);
}

TEST(Report, a_trifle_is_no_change_even_where_nothing_ever_changes) {
  const std::vector<Totals> earlier(4, totals_of_hours(6));
  const PeriodReport same = make_report({producing("Mill", 6)}, earlier);
  for (const FigureChange& change : same.changes) EXPECT_FALSE(change.told) << word(change.figure);
}

TEST(Report, with_fewer_than_three_earlier_periods_nothing_is_called_a_change) {
  const PeriodReport report =
      make_report({producing("Mill", 1)}, {totals_of_hours(9), totals_of_hours(9)});
  EXPECT_FALSE(change_in(report, ReportFigure::kAvailability).median);
  EXPECT_FALSE(change_in(report, ReportFigure::kAvailability).told);
  EXPECT_DOUBLE_EQ(change_in(report, ReportFigure::kAvailability).before.value(), 0.9);
}

TEST(Report, periods_of_which_nothing_was_heard_are_nothing_to_compare_with) {
  Totals silent;
  silent.planned_busy = kHour;
  const PeriodReport report = make_report({producing("Mill", 6)}, std::vector<Totals>(4, silent));
  EXPECT_FALSE(change_in(report, ReportFigure::kCoverage).before);
  EXPECT_FALSE(change_in(report, ReportFigure::kCoverage).told);
}

TEST(Report, losses_stand_the_largest_first_with_the_machine_that_has_most_of_it) {
  const PeriodReport report = make_report({producing("A", 9), producing("B", 4)}, {});
  ASSERT_EQ(report.losses.size(), 2U);
  EXPECT_EQ(word(report.losses[0].kind), "idle");
  EXPECT_EQ(report.losses[0].time, kHour * 7);
  EXPECT_EQ(report.losses[0].most_on, "B");
  EXPECT_EQ(report.losses[0].of_most, kHour * 6);
  EXPECT_EQ(word(report.losses[1].kind), "speed");
  EXPECT_EQ(report.losses[1].time, Duration::minutes(13 * 12));
}

TEST(Report, long_stops_are_whole_and_time_without_a_reason_is_told) {
  const PeriodFigures figures = producing("A", 9);
  const auto stops = longest_stops(figures.oee, 5);
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].range.length(), kHour);
  EXPECT_EQ(stops[0].state, State::kWaiting);
  const auto reasons = time_by_reason(figures.oee);
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0].code, "");
  EXPECT_EQ(reasons[0].time, kHour);
}

// What a shift tells the next --------------------------------------------------------------------

TEST(ShiftNotes, are_kept_with_who_wrote_them_for_their_shift_and_place_alone) {
  TestShop shop;
  const MachineId mill = shop.add("Mill");
  const Time begins = shop.store.clock().now() - kHour;
  const auto write = [&](std::string location, Time shift, std::string text) {
    shop.store.clock().advance(Duration::seconds(1));
    return shop.machines->shift_notes().write(shop.access(), {.location = std::move(location),
                                                              .begins = shift,
                                                              .machine = mill,
                                                              .text = std::move(text)});
  };
  ASSERT_TRUE(write("Hall 1", begins, "Coolant is low"));
  ASSERT_TRUE(write("Hall 1", begins, "Tool 7 is new"));
  ASSERT_TRUE(write("Hall 2", begins, "elsewhere"));
  ASSERT_TRUE(write("Hall 1", begins - Duration::days(1), "yesterday"));
  shop.restart();
  const auto notes = shop.machines->shift_notes().list(shop.access(), "Hall 1",
                                                       {begins, begins + Duration::seconds(1)});
  ASSERT_TRUE(notes) << notes.error().message();
  ASSERT_EQ(notes->size(), 2U);
  EXPECT_EQ((*notes)[0].text, "Coolant is low");
  EXPECT_EQ((*notes)[0].who, "test");
  EXPECT_EQ((*notes)[0].machine, mill);
  EXPECT_EQ((*notes)[1].text, "Tool 7 is new");
}

TEST(ShiftNotes, are_taken_back_by_who_wrote_them_and_nobody_else) {
  TestShop shop;
  const Time begins = shop.store.clock().now();
  const auto note = shop.machines->shift_notes().write(
      shop.access(), {.location = "", .begins = begins, .text = "x"});
  ASSERT_TRUE(note);
  Access other = shop.access();
  other.actor = "somebody else";
  EXPECT_EQ(shop.machines->shift_notes().take_back(other, note->id).error().error()->kind,
            ErrorKind::kInvalid);
  ASSERT_TRUE(shop.machines->shift_notes().take_back(shop.access(), note->id));
  EXPECT_EQ(shop.machines->shift_notes().take_back(shop.access(), note->id).error().error()->kind,
            ErrorKind::kNotFound);
}

TEST(ShiftNotes, that_are_empty_or_too_long_are_refused_by_their_field) {
  TestShop shop;
  for (const std::size_t length : {std::size_t{0}, ShiftNote::kLongestText + 1}) {
    const auto refused = shop.machines->shift_notes().write(
        shop.access(), {.location = "", .begins = {}, .text = std::string(length, 'x')});
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().message().starts_with("text: ")) << refused.error().message();
  }
  EXPECT_TRUE(shop.machines->shift_notes().write(
      shop.access(),
      {.location = "", .begins = {}, .text = std::string(ShiftNote::kLongestText, 'x')}));
}

}  // namespace
}  // namespace heed::machines
