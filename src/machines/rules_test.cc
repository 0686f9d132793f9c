// Rules with their versions, parts from cycles, lifetime counts and signals, as Machines keeps and
// gives them.
#include <gtest/gtest.h>

#include "machines/figures.h"
#include "machines/meaning_of_time.h"
#include "machines/testing.h"

namespace heed::machines {
namespace {

const std::string kDay = "2023-11-14T";

Time at(std::string_view clock) {
  return parse_time(kDay + std::string(clock) + "Z").value();
}
TimeRange span(std::string_view from, std::string_view to) {
  return {at(from), at(to)};
}

/// 22:15 UTC; the mill ran from 10:00 to 12:00, and stood since but for a minute.
class RulesOverTime : public testing::Test {
 protected:
  RulesOverTime() : mill(shop.add("Mill")), reports(mill) {
    shop.store.clock().step_to(at("22:15:00"));
    record("10:00:00", {"exec|ACTIVE", "part_count|10"});
    record("11:00:00", {"part_count|16"});
    record("12:00:00", {"exec|STOPPED", "part_count|22"});
    record("12:02:00", {"exec|ACTIVE"});
    record("12:03:00", {"exec|STOPPED"});
  }
  void record(std::string_view clock, const std::vector<std::string>& rest) {
    std::vector<std::string> lines;
    for (const std::string& r : rest) lines.push_back(kDay + std::string(clock) + "Z|" + r);
    shop.record(reports.report(lines, at(clock)));
  }
  Oee oee(std::optional<Time> known = {}, const Proposal* proposal = nullptr) {
    return shop.machines->figures()
        .oee(shop.access(), mill, {span("10:00:00", "14:00:00"), known, proposal})
        .value();
  }
  void set_ideal(int minutes, Time from = RuleVersion::kEver) {
    const auto set = shop.machines->meaning_of_time().set_goal(
        shop.access(), mill, {.ideal = Duration::minutes(minutes)}, from);
    ASSERT_TRUE(set) << set.error().message();
  }
  static ErrorKind kind_of(const auto& refused) { return refused.error().error()->kind; }

  TestShop shop;
  MachineId mill;
  ReportMaker reports;
};

TEST_F(RulesOverTime, a_rule_that_changes_from_now_on_leaves_what_was_as_it_was) {
  set_ideal(10);
  const double before = oee().oee->value();
  set_ideal(5, shop.store.clock().now());
  EXPECT_EQ(oee().oee->value(), before);
  EXPECT_EQ(shop.machines->meaning_of_time().goal(shop.access(), mill)->ideal,
            Duration::minutes(5));
}

TEST_F(RulesOverTime, a_rule_that_changes_since_ever_changes_what_was) {
  set_ideal(10);
  const double before = oee().oee->value();
  set_ideal(5);
  EXPECT_DOUBLE_EQ(oee().oee->value(), before / 2);
}

TEST_F(RulesOverTime, each_part_counts_with_the_ideal_time_that_held_when_it_was_made) {
  set_ideal(10);
  set_ideal(5, at("11:30:00"));
  const Oee day = oee();
  EXPECT_DOUBLE_EQ(day.effectiveness->over, 6 * 600 + 6 * 300);
  EXPECT_EQ(day.ideal, Duration::minutes(5));
  EXPECT_EQ(day.changes, std::vector{at("11:30:00")});
}

TEST_F(RulesOverTime, a_part_without_an_ideal_time_leaves_the_figure_out) {
  set_ideal(5, at("11:30:00"));
  EXPECT_FALSE(oee().oee || oee().effectiveness);
}

TEST_F(RulesOverTime, a_report_can_be_made_again_with_the_rules_as_they_were_known) {
  set_ideal(10);
  const Time reported = shop.store.clock().now();
  const double then = oee().oee->value();
  shop.store.clock().advance(Duration::hours(1));
  set_ideal(5);
  shop.store.clock().advance(Duration::hours(1));
  ASSERT_TRUE(shop.machines->meaning_of_time().undo_rule(shop.access(), Rule::kGoal, mill.text()));
  shop.restart();
  EXPECT_EQ(oee(reported).oee->value(), then);
  EXPECT_DOUBLE_EQ(oee(reported + Duration::hours(1)).oee->value(), then / 2);
  EXPECT_EQ(oee().oee->value(), then);
}

TEST_F(RulesOverTime, undoing_brings_back_what_held_before_until_nothing_is_left) {
  const auto ideal = [&] {
    return shop.machines->meaning_of_time().goal(shop.access(), mill)->ideal;
  };
  const auto undo = [&] {
    return shop.machines->meaning_of_time().undo_rule(shop.access(), Rule::kGoal, mill.text());
  };
  set_ideal(10);
  set_ideal(5);
  ASSERT_TRUE(undo());
  EXPECT_EQ(ideal(), Duration::minutes(10));
  ASSERT_TRUE(undo());
  EXPECT_EQ(ideal(), std::nullopt);
  EXPECT_EQ(kind_of(undo()), ErrorKind::kNotFound);
  const auto versions = shop.machines->meaning_of_time()
                            .rule_versions(shop.access(), Rule::kGoal, mill.text())
                            .value();
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_TRUE(versions[0].undone && versions[1].undone);
  EXPECT_EQ(versions[0].by, "test");
}

TEST_F(RulesOverTime, a_calendar_and_the_reasons_have_versions_too) {
  ShiftCalendar calendar{.location = "Hall 1", .zone = TimeZone::utc()};
  const auto day = [&] {
    return shop.machines->figures()
        .oee(shop.access(), mill, span("10:00:00", "14:00:00"))
        ->planned_busy;
  };
  ASSERT_TRUE(
      shop.machines->meaning_of_time().set_calendar(shop.access(), calendar, at("13:00:00")));
  EXPECT_EQ(day(), Duration::hours(3));
  ASSERT_TRUE(
      shop.machines->meaning_of_time().remove_calendar(shop.access(), "Hall 1", at("13:30:00")));
  EXPECT_EQ(day(), Duration::hours(3) + Duration::minutes(30));
  EXPECT_TRUE(shop.machines->meaning_of_time().calendars(shop.access())->empty());
  ASSERT_TRUE(shop.machines->meaning_of_time().undo_rule(shop.access(), Rule::kCalendar, "Hall 1"));
  EXPECT_EQ(shop.machines->meaning_of_time().calendars(shop.access())->size(), 1U);

  ReasonTree tree = usual_reasons();
  tree.rules = {{.code = "material", .states = {State::kStopped}}};
  ASSERT_TRUE(shop.machines->meaning_of_time().set_reasons(shop.access(), tree, at("12:01:00")));
  const Oee with = oee();
  ASSERT_EQ(with.reasons.size(), 1U);  // the stop that began at 12:00 keeps its rules
  EXPECT_EQ(with.reasons[0].range.from, at("12:03:00"));
  EXPECT_EQ(with.reasons[0].rule, 0U);
}

TEST_F(RulesOverTime, no_rule_holds_from_the_future_on_or_changes_without_end) {
  const auto refused = shop.machines->meaning_of_time().set_goal(
      shop.access(), mill, {}, shop.store.clock().now() + Duration::seconds(1));
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().starts_with("from: "));
  for (int i = 0; i < 200; ++i) set_ideal(1 + i);
  const auto more = shop.machines->meaning_of_time().set_goal(shop.access(), mill, {});
  EXPECT_EQ(kind_of(more), ErrorKind::kExhausted);
}

TEST_F(RulesOverTime, a_proposal_shows_what_would_have_been_and_keeps_nothing) {
  set_ideal(10);
  const double before = oee().oee->value();
  ReasonTree tree = usual_reasons();
  tree.rules = {{.code = "no_order", .states = {State::kStopped}}};
  const Proposal proposal{
      .calendar = ShiftCalendar{.location = "Hall 1", .zone = {}},
      .reasons = tree,
      .goal = ProductionGoal{.ideal = Duration::minutes(5), .micro_stop = Duration::minutes(3)},
      .runs = {{{at("10:00:00"), false}, {at("12:00:00"), true}}}};
  EXPECT_EQ(oee({}, &proposal).planned_busy, Duration());
  Proposal rest = proposal;
  rest.calendar.reset();
  const Oee would = oee({}, &rest);
  EXPECT_EQ(would.production, Duration::hours(2));
  EXPECT_DOUBLE_EQ(would.effectiveness->over, 12 * 300);
  rest.runs.reset();
  EXPECT_EQ(oee({}, &rest).in(TimeUse::kMicroStop), Duration::minutes(2));
  EXPECT_GT(oee({}, &rest).in(TimeUse::kPlannedStop), Duration::minutes(100));
  EXPECT_EQ(oee().oee->value(), before);
  EXPECT_EQ(shop.machines->meaning_of_time()
                .rule_versions(shop.access(), Rule::kGoal, mill.text())
                ->size(),
            1U);
}

// Parts -------------------------------------------------------------------------------------------

/// Twelve programs of five minutes from 10:00 on, one every ten.
class PartsOfCycles : public testing::Test {
 protected:
  PartsOfCycles() { shop.store.clock().step_to(at("22:15:00")); }
  MachineId tell(const std::string& counter) {
    const MachineId mill = shop.add("Mill", true);
    ReportMaker reports(mill, true);
    std::vector<std::string> lines = {kDay + "09:00:00Z|mode|AUTOMATIC|program|O1" + counter};
    for (int i = 0; i < 12; ++i) {
      const Time from = at("10:00:00") + Duration::minutes(10 * i);
      lines.push_back(format_time(from) + "|exec|ACTIVE");
      lines.push_back(format_time(from + Duration::minutes(5)) + "|exec|PROGRAM_COMPLETED");
    }
    shop.record(reports.report(lines, at("22:00:00")));
    return mill;
  }
  TestShop shop;
};

TEST_F(PartsOfCycles, are_what_figures_count_where_the_counter_stands_still) {
  const MachineId mill = tell("|part_count|812");
  const Oee day =
      shop.machines->figures().oee(shop.access(), mill, span("09:30:00", "13:00:00")).value();
  EXPECT_EQ(day.source, PartsSource::kProgramEnd);
  EXPECT_GT(day.confidence, 0.9);
  EXPECT_EQ(day.parts->known_busy, 12U);
  ASSERT_EQ(day.counted.size(), 12U);
  EXPECT_EQ(day.counted[0].begun, at("10:00:00"));
  EXPECT_EQ(day.counted[0].at, at("10:05:00"));
}

TEST_F(PartsOfCycles, are_looked_at_without_any_counter_too) {
  const MachineId mill = tell("");
  const Oee day =
      shop.machines->figures().oee(shop.access(), mill, span("10:30:00", "11:32:00")).value();
  EXPECT_EQ(day.source, PartsSource::kProgramEnd);
  EXPECT_EQ(day.parts->known_busy, 6U);  // those that ended from 10:35 to 11:25
}

TEST_F(PartsOfCycles, leave_a_counter_alone_that_counts) {
  const MachineId mill = tell("|part_count|812");
  ReportMaker reports(mill, true);
  static_cast<void>(reports.empty(at("22:00:00")));
  shop.record(reports.report({kDay + "12:00:00Z|part_count|815"}, at("22:00:00")));
  const Oee day =
      shop.machines->figures().oee(shop.access(), mill, span("09:30:00", "13:00:00")).value();
  EXPECT_EQ(day.source, PartsSource::kCounter);
  EXPECT_EQ(day.parts->known_busy, 3U);
  const auto told = shop.machines->figures()
                        .parts_agreement(shop.access(), mill, span("09:30:00", "13:00:00"))
                        .value();
  EXPECT_EQ(told.counter, 3U);
  EXPECT_EQ(told.cycles, 12U);
  EXPECT_EQ(told.counted_cycles, 1U);
  EXPECT_EQ(told.source, PartsSource::kCounter);
}

// Lifetime ----------------------------------------------------------------------------------------

class Lifetime : public testing::Test {
 protected:
  Lifetime() { shop.store.clock().step_to(at("22:15:00")); }
  std::string said(Duration ago, int count) {
    return format_time(at("20:00:00") - ago) + "|part_count|" + std::to_string(count);
  }
  LifetimeCount count() {
    return shop.machines->figures().lifetime_count(shop.access(), mill).value();
  }
  bool has_checkpoint() {
    const auto kept =
        shop.store.silo().find(shop.access(), policy::KindId{228}, mill.text()).value();
    return kept.has_value();
  }
  TestShop shop;
  MachineId mill = shop.add("Mill", true);
  ReportMaker reports{mill, true};
};

TEST_F(Lifetime, of_a_machine_without_a_counter_is_none) {
  EXPECT_EQ(count().item, "");
  shop.record(reports.report({said({}, 0)}, at("22:00:00")));
  EXPECT_FALSE(count().counts);
}

TEST_F(Lifetime, counts_over_resets_and_lists_them) {
  const auto days = Duration::days;
  shop.record(reports.report({said(days(9), 7), said(days(8), 9), said(days(7), 0),
                              said(days(6), 3), said(days(5), 2), said(days(1), 8)},
                             at("22:00:00")));
  for (int again = 0; again < 2; ++again) {
    const LifetimeCount told = count();
    EXPECT_EQ(told.item, "part_count");
    EXPECT_EQ(told.parts, 2 + 3 - 1 + 6);
    ASSERT_EQ(told.newest.size(), 2U);
    EXPECT_EQ(told.newest[0].change, CounterChange::kReset);
    EXPECT_EQ(told.newest[0].before, 9);
    EXPECT_EQ(told.newest[1].change, CounterChange::kCorrected);
    EXPECT_EQ(told.since, at("20:00:00") - days(9));
    EXPECT_TRUE(has_checkpoint());
    shop.restart();
  }
}

TEST_F(Lifetime, goes_on_from_its_checkpoint_and_begins_anew_when_older_values_come) {
  const auto days = Duration::days;
  shop.record(reports.report({said(days(9), 7), said(days(8), 9)}, at("22:00:00")));
  EXPECT_EQ(count().parts, 2);
  shop.record(reports.report({said(days(1), 20)}, at("22:00:00")));
  EXPECT_EQ(count().parts, 13);
  shop.store.clock().advance(days(4));
  EXPECT_EQ(count().parts, 13);
  // From before the checkpoint, as a live source's first dump may bring them.
  Report old = reports.report({}, at("22:00:00"));
  add_line(old, said(days(12), 1));
  old.recording = false;
  old.initial = true;
  shop.record(old);
  const double anew = count().parts;
  shop.restart();
  EXPECT_EQ(count().parts, anew);
  EXPECT_EQ(anew, 19);
}

// Signals -----------------------------------------------------------------------------------------

TEST_F(Lifetime, a_signal_of_two_levels_gets_its_threshold_and_its_histogram) {
  std::vector<std::string> lines;
  for (int minute = 0; minute < 3 * 1'440; ++minute) {
    const double value = minute % 60 < 24 ? 5 + (minute % 7) * 0.5 : 0.2 + (minute % 5) * 0.01;
    lines.push_back(format_time(at("00:00:00") - Duration::days(3) + Duration::minutes(minute)) +
                    "|current|" + std::to_string(value));
  }
  shop.record(reports.report(lines, at("22:00:00")));
  const TimeRange week{at("00:00:00") - Duration::days(7), at("00:00:00")};
  const auto levels =
      shop.machines->figures().signal_levels(shop.access(), mill, "current", week).value();
  ASSERT_TRUE(levels.suggestion) << levels.suggestion.error().message;
  EXPECT_GT(levels.suggestion->off, 0.24);
  EXPECT_LT(levels.suggestion->on, 5);
  ASSERT_TRUE(levels.histogram);
  EXPECT_DOUBLE_EQ(levels.histogram->from, 0.2);
  EXPECT_DOUBLE_EQ(levels.histogram->to, 8);
  Duration all;
  for (const Duration held : levels.histogram->held) all += held;
  EXPECT_EQ(all, Duration::minutes(3 * 1'440 - 1));  // the last one's end is not told
}

TEST_F(Lifetime, a_signal_that_tells_nothing_says_why_not) {
  shop.record(reports.report({said({}, 7)}, at("22:00:00")));
  const TimeRange day = span("00:00:00", "22:00:00");
  const auto levels =
      shop.machines->figures().signal_levels(shop.access(), mill, "part_count", day).value();
  ASSERT_FALSE(levels.suggestion);
  EXPECT_FALSE(levels.suggestion.error().message.empty());
  EXPECT_EQ(shop.machines->figures()
                .signal_levels(shop.access(), mill, "none", day)
                .error()
                .error()
                ->kind,
            ErrorKind::kNotFound);
  EXPECT_EQ(
      shop.machines->figures()
          .signal_levels(shop.access(), mill, "part_count", {day.from - Duration::days(33), day.to})
          .error()
          .error()
          ->kind,
      ErrorKind::kInvalid);
}

}  // namespace
}  // namespace heed::machines
