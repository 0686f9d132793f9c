#include "machines/oee.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace heed::machines {
namespace {

const std::string kDay = "2026-03-06T";

Time at(std::string_view clock) {
  return parse_time(kDay + std::string(clock) + "Z").value();
}
TimeRange span(std::string_view from, std::string_view to) {
  return {at(from), at(to)};
}
constexpr Standing kRunning{State::kInCycle, Bucket::kProduction, true, true};
constexpr Standing kHeldInCycle{State::kHeld, Bucket::kStop, true, false};
constexpr Standing kWaits{State::kWaiting, Bucket::kIdle, false, false};
constexpr Standing kStands{State::kStopped, Bucket::kUnplanned, false, false};
constexpr Standing kByHand{State::kManual, Bucket::kSetup, false, false};
constexpr Standing kGone{State::kOffline, Bucket::kNone, false, false};
constexpr Standing kServiced{State::kWaiting, Bucket::kPlanned, false, false};

Activity activity(std::string_view from, std::string_view to, Standing standing) {
  return {span(from, to), standing, 0, Placed::kDevice};
}
ShiftTime shift(std::string_view from, std::string_view to,
                std::vector<ShiftTime::Break> breaks = {}) {
  return {"Early", parse_day("2026-03-06").value(), span(from, to), std::move(breaks)};
}
Duration minutes(std::int64_t n) {
  return Duration::minutes(n);
}

// A shift ----------------------------------------------------------------------------------------

/// Eight hours with a break of 30 min: 6 h cut, 20 min waited, 40 min stood, 20 min set up, 10 min
/// offline.
OeeInput a_shift() {
  OeeInput input;
  input.range = span("06:00:00", "14:00:00");
  input.shifts = {shift("06:00:00", "14:00:00", {{"Lunch", span("10:00:00", "10:30:00")}})};
  input.activities = {
      activity("05:00:00", "06:20:00", kByHand), activity("06:20:00", "09:00:00", kRunning),
      activity("09:00:00", "09:20:00", kWaits),  activity("09:20:00", "10:00:00", kRunning),
      activity("10:00:00", "10:30:00", kStands), activity("10:30:00", "11:10:00", kStands),
      activity("11:10:00", "11:20:00", kGone),   activity("11:20:00", "14:30:00", kRunning)};
  return input;
}

TEST(Oee, divides_a_shift_into_uses_that_add_up_to_it) {
  const Oee oee = compute_oee(a_shift());

  EXPECT_EQ(oee.in(TimeUse::kSetup), minutes(20));
  EXPECT_EQ(oee.in(TimeUse::kIdle), minutes(20));
  EXPECT_EQ(oee.in(TimeUse::kUnplanned), minutes(40));
  EXPECT_EQ(oee.in(TimeUse::kUnknown), minutes(10));
  EXPECT_EQ(oee.in(TimeUse::kBreak), minutes(30));
  EXPECT_EQ(oee.in(TimeUse::kInCycle), minutes(360));
  EXPECT_EQ(oee.planned_busy, minutes(450));
  EXPECT_EQ(oee.known_busy, minutes(440));
  EXPECT_EQ(oee.production, minutes(360));
  EXPECT_EQ(oee.unexplained, minutes(60));
  EXPECT_DOUBLE_EQ(oee.availability->value(), 360.0 / 440.0);
}

TEST(Oee, does_not_count_an_offline_machine_as_down_and_shows_it_apart) {
  OeeInput input = a_shift();
  const double before = compute_oee(input).availability->value();
  input.activities[5].standing = kGone;  // the 40 min it stood
  const Oee oee = compute_oee(input);

  EXPECT_EQ(oee.in(TimeUse::kUnknown), minutes(50));
  EXPECT_EQ(oee.in(TimeUse::kUnplanned), Duration());
  EXPECT_GT(oee.availability->value(), before);
  EXPECT_EQ(oee.known_busy + oee.in(TimeUse::kUnknown), oee.planned_busy);
}

TEST(Oee, multiplies_availability_effectiveness_and_quality) {
  OeeInput input = a_shift();
  input.ideal = minutes(3);
  input.parts = {{at("08:00:00"), 60}, {at("12:00:00"), 50}};
  input.scrap = {{at("12:30:00"), 11}};
  const Oee oee = compute_oee(input);

  EXPECT_EQ(oee.parts->known_busy, 110U);
  EXPECT_EQ(oee.good, 99U);
  EXPECT_DOUBLE_EQ(oee.effectiveness->value(), 330.0 / 360.0);
  EXPECT_DOUBLE_EQ(oee.quality->value(), 0.9);
  EXPECT_DOUBLE_EQ(oee.oee->value(),
                   oee.availability->value() * oee.effectiveness->value() * oee.quality->value());
  EXPECT_DOUBLE_EQ(oee.oee->over, 180.0 * 99);
  EXPECT_DOUBLE_EQ(oee.oee->under, 440.0 * 60);
}

TEST(Oee, shows_an_effectiveness_above_one_as_it_is) {
  OeeInput input = a_shift();
  input.ideal = minutes(4);
  input.parts = {{at("12:00:00"), 100}};
  EXPECT_DOUBLE_EQ(compute_oee(input).effectiveness->value(), 400.0 / 360.0);
}

TEST(Oee, leaves_out_what_nothing_is_known_of_instead_of_calling_it_zero) {
  OeeInput input = a_shift();
  const Oee uncounted = compute_oee(input);
  EXPECT_TRUE(uncounted.availability);
  EXPECT_FALSE(uncounted.parts || uncounted.good || uncounted.effectiveness || uncounted.quality ||
               uncounted.oee);

  input.parts.emplace();
  const Oee none_made = compute_oee(input);
  EXPECT_EQ(none_made.parts->all(), 0U);
  EXPECT_FALSE(none_made.quality || none_made.effectiveness || none_made.oee);

  input.activities.clear();
  const Oee silent = compute_oee(input);
  EXPECT_EQ(silent.in(TimeUse::kUnknown), silent.planned_busy);
  EXPECT_FALSE(silent.availability || silent.utilization_planned || silent.utilization_calendar);
}

TEST(Oee, of_an_empty_range_is_all_absent) {
  OeeInput input = a_shift();
  input.range.to = input.range.from;
  const Oee oee = compute_oee(input);
  EXPECT_TRUE(oee.pieces.empty());
  EXPECT_FALSE(oee.availability);
}

TEST(Oee, names_the_denominator_of_each_utilization) {
  OeeInput input = a_shift();
  input.range = span("05:00:00", "15:00:00");
  input.activities[2].standing = kHeldInCycle;
  const Oee oee = compute_oee(input);
  // In cycle 6 h 50 (holds count), 30 min of it after the shift; told 9 h 20.
  EXPECT_EQ(oee.in_cycle, minutes(410));
  EXPECT_EQ(oee.told, minutes(560));
  EXPECT_DOUBLE_EQ(oee.utilization_planned->over, 380.0 * 60);
  EXPECT_DOUBLE_EQ(oee.utilization_planned->under, 440.0 * 60);
  EXPECT_DOUBLE_EQ(oee.utilization_calendar->over, 410.0 * 60);
  EXPECT_DOUBLE_EQ(oee.utilization_calendar->under, 560.0 * 60);
}

TEST(Oee, tells_apart_what_was_produced_outside_of_the_plan) {
  OeeInput input = a_shift();
  input.range = span("06:00:00", "14:30:00");
  input.activities[4].standing = kRunning;  // through the break
  input.parts = {{at("10:10:00"), 3},
                 {at("11:15:00"), 4},
                 {at("14:00:00"), 5},
                 {at("14:20:00"), 6},
                 {at("14:40:00"), 7}};
  const Oee oee = compute_oee(input);
  EXPECT_EQ(oee.produced_outside, minutes(60));
  EXPECT_EQ(oee.parts->outside, 9U);
  EXPECT_EQ(oee.parts->unknown, 4U);
  // The part that ends with its shift is that shift's.
  EXPECT_EQ(oee.parts->known_busy, 5U);
  EXPECT_EQ(oee.counted, (std::vector<PartStep>{{at("14:00:00"), 5}}));
}

TEST(Oee, without_a_calendar_plans_every_moment_and_says_so) {
  OeeInput input = a_shift();
  input.shifts.reset();
  const Oee oee = compute_oee(input);
  EXPECT_FALSE(oee.has_calendar);
  EXPECT_EQ(oee.planned_busy, oee.range.length());
}

TEST(Oee, with_a_calendar_without_shifts_plans_nothing) {
  OeeInput input = a_shift();
  input.shifts.emplace();
  EXPECT_EQ(compute_oee(input).in(TimeUse::kNotPlanned), minutes(480));
}

// Stops ------------------------------------------------------------------------------------------

TEST(Oee, calls_a_stop_below_the_threshold_a_micro_stop_whatever_it_is_made_of) {
  OeeInput input;
  input.range = span("06:00:00", "07:00:00");
  input.activities = {activity("06:00:00", "06:10:00", kRunning),
                      activity("06:10:00", "06:10:29", kHeldInCycle),
                      activity("06:10:29", "06:10:59", kWaits),
                      activity("06:10:59", "06:30:00", kRunning),
                      activity("06:30:00", "06:30:30", kHeldInCycle),
                      activity("06:30:30", "06:31:00", kWaits),
                      activity("06:31:00", "07:00:00", kRunning)};
  const Oee oee = compute_oee(input);
  EXPECT_EQ(oee.in(TimeUse::kMicroStop), Duration::seconds(59));
  EXPECT_EQ(oee.in(TimeUse::kHeld), Duration::seconds(30));
  EXPECT_EQ(oee.in(TimeUse::kIdle), Duration::seconds(30));

  input.micro_stop = Duration::seconds(30);
  EXPECT_EQ(compute_oee(input).in(TimeUse::kMicroStop), Duration());
}

TEST(Oee, does_not_make_a_long_stop_a_micro_stop_because_the_range_cuts_it) {
  OeeInput input;
  input.range = span("06:00:00", "07:00:00");
  input.activities = {activity("05:58:00", "06:00:30", kWaits),
                      activity("06:00:30", "07:00:00", kRunning)};
  EXPECT_EQ(compute_oee(input).in(TimeUse::kIdle), Duration::seconds(30));
}

TEST(Oee, keeps_set_up_planned_stops_and_idleness_apart) {
  OeeInput input;
  input.range = span("06:00:00", "07:00:00");
  input.activities = {activity("06:00:00", "06:00:20", kByHand),
                      activity("06:00:20", "06:00:40", kServiced),
                      activity("06:00:40", "06:30:00", kWaits)};
  const Oee oee = compute_oee(input);
  EXPECT_EQ(oee.in(TimeUse::kSetup), Duration::seconds(20));
  EXPECT_EQ(oee.in(TimeUse::kPlannedStop), Duration::seconds(20));
  EXPECT_EQ(oee.in(TimeUse::kIdle), Duration::seconds(1'760));
  EXPECT_EQ(oee.in(TimeUse::kUnknown), minutes(30));
}

TEST(Oee, lets_a_reason_say_what_a_stop_was_but_never_that_production_was_none) {
  OeeInput input = a_shift();
  input.reasons = {{span("08:50:00", "09:10:00"), "setup", ReasonClass::kSetup},
                   {span("10:20:00", "10:40:00"), "service", ReasonClass::kPlanned},
                   {span("11:10:00", "11:15:00"), "power", ReasonClass::kUnplanned}};
  const Oee oee = compute_oee(input);
  EXPECT_EQ(oee.in(TimeUse::kInCycle), minutes(360));
  EXPECT_EQ(oee.in(TimeUse::kSetup), minutes(30));
  EXPECT_EQ(oee.in(TimeUse::kIdle), minutes(10));
  EXPECT_EQ(oee.in(TimeUse::kBreak), minutes(30));
  EXPECT_EQ(oee.in(TimeUse::kPlannedStop), minutes(10));
  EXPECT_EQ(oee.in(TimeUse::kUnplanned), minutes(35));
  EXPECT_EQ(oee.in(TimeUse::kUnknown), minutes(5));
  EXPECT_EQ(oee.unexplained, minutes(40));
}

TEST(Oee, opens_every_bar_to_its_activities) {
  const Oee oee = compute_oee(a_shift());
  for (const OeePiece& piece : oee.pieces) {
    ASSERT_TRUE(piece.activity);
    const Activity& activity = oee.activities.at(*piece.activity);
    EXPECT_LE(activity.range.from, piece.range.from);
    EXPECT_GE(activity.range.to, piece.range.to);
  }
}

// Counting ----------------------------------------------------------------------------------------

TEST(PartSteps, are_the_rises_of_a_counter_over_resets_and_gaps) {
  const auto steps = steps_of({{at("06:00:00"), 7},
                               {at("06:10:00"), 8},
                               {at("06:20:00"), 8},
                               {at("06:30:00"), std::nullopt},
                               {at("06:40:00"), 11},
                               {at("06:50:00"), 0},
                               {at("07:00:00"), 2},
                               {at("07:10:00"), -5},
                               {at("07:20:00"), 3}});
  EXPECT_EQ(
      steps,
      (std::vector<PartStep>{
          {at("06:10:00"), 1}, {at("06:40:00"), 3}, {at("07:00:00"), 2}, {at("07:20:00"), 1}}));
}

TEST(PartSteps, of_a_counter_that_never_moved_from_zero_are_no_count_at_all) {
  EXPECT_FALSE(steps_of({{at("06:00:00"), 0}, {at("06:10:00"), std::nullopt}}));
  EXPECT_FALSE(steps_of({}));
  EXPECT_EQ(steps_of({{at("06:00:00"), 5}}), std::vector<PartStep>());
}

}  // namespace
}  // namespace heed::machines
