#include "machines/machines.h"

#include <gtest/gtest.h>

#include "machines/live_feed.h"
#include "machines/past.h"
#include "machines/testing.h"
#include "silo/damage_testing.h"

namespace heed::machines {
namespace {

const std::string kDay = "2023-11-14T";

Time at(std::string_view clock) {
  return parse_time(kDay + std::string(clock) + "Z").value();
}
std::string line(std::string_view clock, std::string_view rest) {
  return kDay + std::string(clock) + "Z|" + std::string(rest);
}

/// 22:15 on the day on which a test shop's clock starts.
class MachinesTest : public testing::Test {
 protected:
  MachinesTest() : mill(shop.add("Mill")), reports(mill) {
    shop.store.clock().step_to(at("22:15:00"));
  }
  Report say(std::string_view clock, const std::vector<std::string>& rest) {
    std::vector<std::string> lines;
    for (const std::string& r : rest) lines.push_back(line(clock, r));
    return reports.report(lines, at(clock));
  }
  void record(std::string_view clock, const std::vector<std::string>& rest) {
    shop.record(say(clock, rest));
  }
  std::vector<std::string> activities() {
    return write_activities(shop.machines->past().timeline(shop.access(), mill, {}).value());
  }
  Card card() { return shop.machines->card(shop.access(), mill).value(); }

  TestShop shop;
  MachineId mill;
  ReportMaker reports;
};

TEST_F(MachinesTest, a_machine_that_has_said_nothing_is_unknown_since_never) {
  const Card card = this->card();

  EXPECT_EQ(card.machine.name, "Mill");
  EXPECT_EQ(card.standing.state, State::kUnknown);
  EXPECT_FALSE(card.since);
  EXPECT_FALSE(card.last_seen);
  EXPECT_TRUE(activities().empty());
}

TEST_F(MachinesTest, a_card_shows_state_program_parts_and_override_with_their_age) {
  record("22:00:00", {"exec|ACTIVE", "program|O1234", "Part_Count|7"});
  record("22:10:00", {"Fovr|120"});

  const Card card = this->card();

  EXPECT_EQ(card.standing, (Standing{State::kInCycle, Bucket::kProduction, true, true}));
  EXPECT_EQ(card.since, at("22:00:00"));
  EXPECT_EQ(card.program->value, "O1234");
  EXPECT_EQ(card.program->at, at("22:00:00"));
  EXPECT_EQ(card.parts->value, "7");
  EXPECT_EQ(card.override_percent->value, "120");
  EXPECT_EQ(card.override_percent->at, at("22:10:00"));
  EXPECT_EQ(card.last_seen, at("22:10:00"));
  EXPECT_EQ(card.in_cycle_today, Duration::minutes(15));
  EXPECT_EQ(card.day_start, at("00:00:00"));
}

TEST_F(MachinesTest, unavailable_takes_a_value_off_the_card) {
  record("22:00:00", {"program|O1234"});
  record("22:01:00", {"program|UNAVAILABLE"});

  EXPECT_FALSE(card().program);
}

TEST_F(MachinesTest, a_live_timeline_lasts_until_now_and_knows_what_time_alone_brought) {
  record("22:00:00", {"exec|ACTIVE", "Fact|0"});

  EXPECT_EQ(activities(),
            (std::vector<std::string>{
                "22:00:00 22:00:10 IN_CYCLE production in_cycle executing device",
                "22:00:10 22:15:00 NOT_CUTTING production in_cycle executing device"}));
  EXPECT_EQ(card().standing.state, State::kNotCutting);
  EXPECT_EQ(card().since, at("22:00:10"));
}

TEST_F(MachinesTest, a_timeline_is_cut_to_its_range_and_its_parts_add_up) {
  record("22:00:00", {"exec|ACTIVE"});
  record("22:05:00", {"exec|FEED_HOLD"});
  record("22:10:00", {"exec|READY"});

  const Timeline timeline =
      shop.machines->past().timeline(shop.access(), mill, {at("22:02:00"), at("22:11:00")}).value();

  EXPECT_EQ(
      write_activities(timeline),
      (std::vector<std::string>{"22:02:00 22:05:00 IN_CYCLE production in_cycle executing device",
                                "22:05:00 22:10:00 HELD stop in_cycle device",
                                "22:10:00 22:11:00 WAITING idle device"}));
  EXPECT_EQ(timeline.in_cycle, Duration::minutes(8));
  EXPECT_EQ(timeline.executing, Duration::minutes(3));
  EXPECT_EQ(timeline.totals.at(static_cast<std::size_t>(State::kHeld)), Duration::minutes(5));
  EXPECT_FALSE(timeline.open);
}

TEST_F(MachinesTest, an_overview_is_the_activities_where_they_are_few_and_their_sums_where_not) {
  record("22:00:00", {"exec|ACTIVE"});
  record("22:05:00", {"exec|FEED_HOLD"});
  record("22:05:01", {"exec|READY"});
  const TimeRange range{at("22:00:00"), at("22:10:00")};

  const auto few = shop.machines->past().overview(shop.access(), mill, range, 2, 3).value();
  const auto many = shop.machines->past().overview(shop.access(), mill, range, 2, 2).value();

  ASSERT_TRUE(few.activities);
  EXPECT_FALSE(few.rollup);
  EXPECT_EQ(write_activities(*few.activities),
            write_activities(shop.machines->past().timeline(shop.access(), mill, range).value()));
  ASSERT_TRUE(many.rollup);
  EXPECT_FALSE(many.activities);
  EXPECT_EQ(many.rollup->cell, Duration::minutes(5));
  ASSERT_EQ(many.rollup->shares.size(), 3U);
  EXPECT_EQ(many.rollup->shares[1].state, State::kHeld);
  EXPECT_EQ(many.rollup->shares[1].in_cells,
            (std::vector<Duration>{Duration(), Duration::seconds(1)}));
  EXPECT_EQ(many.rollup->executing, (std::vector<Duration>{Duration::minutes(5), Duration()}));
}

TEST_F(MachinesTest, an_overview_is_refused_as_its_activities_are) {
  const Access marketing = shop.store.access("marketing", "organization");
  const auto seen =
      shop.machines->past().overview(marketing, mill, {at("22:00:00"), at("22:10:00")}, 2, 2);
  ASSERT_FALSE(seen);
  EXPECT_NE(seen.error().refusal(), nullptr);
}

TEST_F(MachinesTest, a_report_that_was_taken_before_changes_nothing) {
  const Report first = say("22:00:00", {"exec|ACTIVE"});
  shop.record(first);
  record("22:01:00", {"exec|READY"});
  const auto before = activities();

  const Recorded again = shop.record(first);

  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.last, 2U);
  EXPECT_EQ(activities(), before);
}

TEST_F(MachinesTest, a_number_left_out_is_a_recorded_gap) {
  record("22:00:00", {"exec|ACTIVE"});
  reports.empty(at("22:00:30"));
  record("22:01:00", {"exec|READY"});

  const auto gaps = shop.machines->past().timeline(shop.access(), mill, {}).value().gaps;

  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].note, "1 reports never came");
  EXPECT_EQ(gaps[0].from, at("22:00:00"));
  EXPECT_EQ(gaps[0].to, at("22:01:00"));
}

TEST_F(MachinesTest, an_exact_repeat_is_seen_but_not_stored) {
  record("22:00:00", {"exec|ACTIVE"});
  const Recorded again = shop.record(say("22:05:00", {"exec|ACTIVE"}));

  EXPECT_EQ(again.stored, 0U);
  EXPECT_EQ(again.folded, 1U);
  EXPECT_EQ(card().last_seen, at("22:05:00"));
  EXPECT_EQ(shop.machines->past().samples(shop.access(), mill, "exec", {}, 10).value().count, 1U);
}

TEST_F(MachinesTest, a_value_carried_to_an_earlier_time_hides_no_later_change) {
  record("22:05:00", {"speed|1"});
  Report dump = say("22:06:00", {});
  dump.initial = true;
  add_line(dump, line("22:04:00", "speed|2"));
  shop.record(dump);
  record("22:07:00", {"speed|2"});

  const auto items = shop.machines->past().items(shop.access(), mill).value();

  EXPECT_EQ(items.at(0).last->value, "2");
  EXPECT_EQ(items.at(0).last->at, at("22:07:00"));
}

TEST_F(MachinesTest, a_discrete_item_and_a_condition_are_never_folded_but_for_a_dump_told_anew) {
  Report first = say("22:00:00", {"message|door", "s|WARNING|1|||x"});
  first.model = {{.key = "message", .name = "message", .type = "MESSAGE", .discrete = true}};
  shop.record(first);
  const Recorded again = shop.record(say("22:01:00", {"message|door", "s|WARNING|1|||x"}));
  Report dump = say("22:01:00", {"message|door", "s|WARNING|1|||x"});
  dump.initial = true;
  const Recorded told_anew = shop.record(dump);

  EXPECT_EQ(again.stored, 2U);
  EXPECT_EQ(told_anew.folded, 2U);
}

TEST_F(MachinesTest, a_driver_goes_on_where_the_last_report_left_it) {
  Report report = say("22:00:00", {"exec|ACTIVE"});
  report.resume = "17,1234";
  shop.record(report);
  record("22:01:00", {"exec|READY"});
  shop.restart();

  const Resume resume = shop.machines->resume(shop.access(), mill).value();

  EXPECT_EQ(resume.cursor, "17,1234");
  EXPECT_EQ(resume.last_report, 2U);
}

TEST_F(MachinesTest, every_value_gives_the_line_that_brought_it) {
  record("22:00:00", {"exec|ACTIVE|mode|AUTOMATIC", "s|Fault|17|||Hot", "Xabs|-1.50",
                      "t|Unavailable", "u|UNAVAILABLE"});
  shop.record(reports.report({kDay + "22:01:00.1234567Z|Xabs|2", "|Xabs|3", "@ASSET@|x|y"},
                             at("22:01:01")));

  const auto raw = [&](std::string_view item, std::string_view clock) {
    return shop.machines->past().raw(shop.access(), mill, item, at(clock)).value().line;
  };
  EXPECT_EQ(raw("mode", "22:00:00"), line("22:00:00", "exec|ACTIVE|mode|AUTOMATIC"));
  EXPECT_EQ(raw("s", "22:05:00"), line("22:00:00", "s|Fault|17|||Hot"));
  EXPECT_EQ(raw("Xabs", "22:00:30"), line("22:00:00", "Xabs|-1.50"));
  EXPECT_EQ(raw("t", "22:00:00"), line("22:00:00", "t|Unavailable"));
  EXPECT_EQ(raw("u", "22:00:00"), line("22:00:00", "u|UNAVAILABLE"));
  EXPECT_EQ(raw("Xabs", "22:01:00.5"), kDay + "22:01:00.1234567Z|Xabs|2");
  EXPECT_EQ(raw("Xabs", "22:02:00"), "|Xabs|3");
}

TEST_F(MachinesTest, a_red_machine_says_why) {
  record("22:00:00", {"exec|READY", "s|FAULT|17|HIGH||Spindle hot", "s|WARNING|18|||Oil"});
  record("22:05:00", {"line|1"});

  const Explanation why =
      shop.machines->past().explain(shop.access(), mill, at("22:10:00")).value();

  EXPECT_EQ(why.standing.state, State::kAlarm);
  EXPECT_EQ(why.rule, 3);
  EXPECT_EQ(why.words, "A fault is active and no program runs.");
  EXPECT_EQ(why.since, at("22:00:00"));
  ASSERT_EQ(why.because.size(), 2U);
  EXPECT_EQ(why.because[0].role, "fault");
  EXPECT_EQ(why.because[0].raw, line("22:00:00", "s|FAULT|17|HIGH||Spindle hot"));
  EXPECT_EQ(why.because[1].role, "execution");
  EXPECT_EQ(why.because[1].raw, line("22:00:00", "exec|READY"));
}

TEST_F(MachinesTest, an_offline_machine_says_whether_its_link_or_its_adapter_is_the_reason) {
  record("22:00:00", {"exec|READY", "avail|UNAVAILABLE"});
  record("22:02:00", {"avail|AVAILABLE"});
  shop.record(reports.link(false, at("22:05:00")));

  const auto explain = [&](std::string_view clock) {
    return shop.machines->past().explain(shop.access(), mill, at(clock)).value();
  };
  EXPECT_EQ(explain("22:01:00").because.at(0).role, "availability");
  EXPECT_EQ(explain("22:01:00").because.at(0).raw, line("22:00:00", "avail|UNAVAILABLE"));
  EXPECT_EQ(explain("22:06:00").because.at(0).role, "link");
  EXPECT_EQ(explain("22:06:00").because.at(0).value, "connection reset by peer");
  EXPECT_EQ(card().link.since, at("22:05:00"));
}

TEST_F(MachinesTest, conditions_are_told_as_they_were_at_a_moment) {
  record("22:00:00", {"s|FAULT|17|||Hot", "s|WARNING|18|||Oil"});
  record("22:05:00", {"s|NORMAL|17|||"});
  record("22:06:00", {"s|NORMAL||||"});

  const auto codes = [&](std::string_view clock) {
    std::vector<std::string> codes;
    for (const Condition& c :
         shop.machines->past().conditions(shop.access(), mill, at(clock)).value()) {
      codes.push_back(c.level + " " + c.code + " " + c.text);
    }
    return codes;
  };
  EXPECT_EQ(codes("22:04:00"), (std::vector<std::string>{"FAULT 17 Hot", "WARNING 18 Oil"}));
  EXPECT_EQ(codes("22:05:00"), (std::vector<std::string>{"WARNING 18 Oil"}));
  EXPECT_TRUE(codes("22:06:00").empty());
}

TEST_F(MachinesTest, a_plot_has_every_sample_when_few_and_every_extreme_when_many) {
  std::vector<std::string> lines;
  for (int i = 0; i < 1'000; ++i) {
    const std::string second = std::to_string(1'000 + i % 60).substr(2);
    const std::string minute = std::to_string(100 + i / 60).substr(1);
    lines.push_back(
        line("22:" + minute + ":" + second, "Sload|" + std::to_string(i == 500 ? 9'999 : i % 7)));
  }
  shop.record(reports.report(lines, at("22:17:00")));
  const TimeRange range{at("22:00:00"), at("22:20:00")};

  const Plot few =
      shop.machines->past().samples(shop.access(), mill, "Sload", range, 5'000).value();
  const Plot many = shop.machines->past().samples(shop.access(), mill, "Sload", range, 10).value();

  EXPECT_TRUE(few.exact);
  EXPECT_EQ(few.points.size(), 1'000U);
  EXPECT_FALSE(many.exact);
  EXPECT_EQ(many.count, 1'000U);
  EXPECT_LE(many.points.size(), 10U);
  double highest = 0;
  for (const auto& point : many.points) highest = std::max(highest, point.maximum.value_or(0));
  EXPECT_EQ(highest, 9'999);
}

TEST_F(MachinesTest, a_plot_of_words_tells_words_and_what_held_before) {
  record("22:00:00", {"exec|ACTIVE"});
  record("22:05:00", {"exec|READY"});
  record("22:06:00", {"exec|UNAVAILABLE"});

  const Plot plot = shop.machines->past()
                        .samples(shop.access(), mill, "exec", {at("22:02:00"), at("22:20:00")}, 100)
                        .value();

  EXPECT_FALSE(plot.numeric);
  ASSERT_EQ(plot.words.size(), 3U);
  EXPECT_EQ(plot.words[0].value, "ACTIVE");
  EXPECT_EQ(plot.words[0].at, at("22:00:00"));
  EXPECT_FALSE(plot.words[2].value);
  EXPECT_EQ(plot.count, 2U);
}

TEST_F(MachinesTest, items_tell_model_role_and_last_value) {
  Report report = say("22:00:00", {"e1|ACTIVE", "x1|1.5"});
  report.model = {{.key = "e1", .name = "exec", .type = "EXECUTION"},
                  {.key = "x1", .name = "X", .type = "POSITION", .units = "MILLIMETER"},
                  {.key = "never", .name = "never", .type = "LOAD"}};
  shop.record(report);

  const auto items = shop.machines->past().items(shop.access(), mill).value();

  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0].role, "execution");
  EXPECT_EQ(items[1].item.units, "MILLIMETER");
  EXPECT_EQ(items[1].last->value, "1.5");
  EXPECT_FALSE(items[2].last);
  EXPECT_EQ(card().standing.state, State::kInCycle);
}

TEST_F(MachinesTest, links_and_gaps_are_told_newest_first) {
  shop.record(reports.link(true, at("22:00:00")));
  Report gap = reports.link(false, at("22:01:00"));
  gap.gaps = {{Gap::Reason::kOutOfRange, at("22:00:30"), at("22:01:00"), 12, "wrapped"}};
  shop.record(gap);

  const LinkHistory history = shop.machines->past().link_history(shop.access(), mill, 10).value();

  ASSERT_EQ(history.changes.size(), 2U);
  EXPECT_FALSE(history.changes[0].up);
  EXPECT_EQ(history.changes[1].words, "connected");
  ASSERT_EQ(history.gaps.size(), 1U);
  EXPECT_EQ(history.gaps[0].lost, 12U);
  EXPECT_EQ(history.gaps[0].reason, Gap::Reason::kOutOfRange);
}

TEST_F(MachinesTest, a_clock_that_is_off_is_told_with_its_offset) {
  shop.record(reports.report({line("21:00:00", "line|1")}, at("22:00:00")));
  shop.record(reports.report({line("21:00:05", "line|2")}, at("22:00:05")));

  const MachineDetails details = shop.machines->details(shop.access(), mill).value();

  EXPECT_FALSE(details.clock_right);
  EXPECT_EQ(details.clock_offset, Duration::hours(1));
  EXPECT_EQ(details.clock_changed, at("22:00:05"));
}

TEST_F(MachinesTest, an_access_that_the_policy_refuses_gets_the_clause_and_nothing_else) {
  record("22:00:00", {"exec|ACTIVE"});
  const Access marketing = shop.store.access("marketing", "organization");

  const auto card = shop.machines->card(marketing, mill);
  const auto timeline = shop.machines->past().timeline(marketing, mill, {});
  const auto watch = shop.machines->watch(marketing, {}, {}, [] {});

  ASSERT_FALSE(card);
  ASSERT_NE(card.error().refusal(), nullptr);
  EXPECT_EQ(card.error().refusal()->clause, "3.2");
  EXPECT_NE(timeline.error().refusal(), nullptr);
  EXPECT_NE(watch.error().refusal(), nullptr);
}

TEST_F(MachinesTest, what_is_wrong_with_a_report_is_named_and_changes_nothing) {
  Report no_item = say("22:00:00", {"exec|ACTIVE"});
  no_item.observations[0].item = "";
  Report no_line = say("22:00:00", {"exec|ACTIVE"});
  no_line.observations[0].raw = 7;
  Report too_long = say("22:00:00", {"exec|ACTIVE"});
  too_long.observations[0].value = std::string(Machines::kLongestValue + 1, 'x');

  for (const Report& wrong : {no_item, no_line, too_long}) {
    const auto recorded = shop.machines->record(shop.access(), wrong);
    ASSERT_FALSE(recorded);
    EXPECT_EQ(recorded.error().error()->kind, ErrorKind::kInvalid);
  }
  EXPECT_TRUE(activities().empty());
}

TEST_F(MachinesTest, a_value_and_a_line_at_their_limits_are_kept_whole) {
  const std::string longest(Machines::kLongestValue, 'v');
  record("22:00:00", {"comment|" + longest});

  EXPECT_EQ(shop.machines->past().raw(shop.access(), mill, "comment", at("22:00:00")).value().line,
            line("22:00:00", "comment|" + longest));
}

TEST_F(MachinesTest, a_removed_machine_is_gone_until_it_is_restored) {
  record("22:00:00", {"exec|ACTIVE"});

  ASSERT_TRUE(shop.machines->remove(shop.access(), mill));
  const auto gone = shop.machines->card(shop.access(), mill);
  const bool taken =
      shop.machines->record(shop.access(), say("22:01:00", {"exec|READY"})).has_value();
  ASSERT_TRUE(shop.machines->restore(shop.access(), mill));

  EXPECT_EQ(gone.error().error()->kind, ErrorKind::kNotFound);
  EXPECT_FALSE(taken);
  EXPECT_EQ(card().standing.state, State::kInCycle);
}

TEST_F(MachinesTest, names_are_given_once) {
  const auto twice = shop.machines->add(shop.access(), {.name = "Mill", .address = "x:1"});
  const auto nameless = shop.machines->add(shop.access(), {.name = "", .address = "x:1"});

  EXPECT_EQ(twice.error().error()->kind, ErrorKind::kConflict);
  EXPECT_EQ(nameless.error().error()->kind, ErrorKind::kInvalid);
}

TEST_F(MachinesTest, a_viewer_is_told_of_changes_and_of_the_values_it_watches) {
  int woken = 0;
  auto viewer = shop.machines->watch(shop.access(), {}, mill, [&] { ++woken; }).value();
  shop.store.clock().advance(LiveFeed::kCardInterval);  // since the machine was added
  record("22:00:00", {"exec|ACTIVE", "Xabs|1"});

  const auto taken = viewer->take();

  EXPECT_GE(woken, 1);
  ASSERT_EQ(taken.events.size(), 1U);
  EXPECT_EQ(std::get<Card>(taken.events[0]->what).standing.state, State::kInCycle);
  EXPECT_EQ(taken.values.size(), 2U);
  EXPECT_TRUE(viewer->take().events.empty());
}

TEST_F(MachinesTest, time_alone_changes_a_card_at_a_tick) {
  record("22:14:55", {"exec|ACTIVE", "Fact|0"});
  auto viewer = shop.machines->watch(shop.access(), {}, {}, [] {}).value();

  shop.store.clock().advance(Duration::seconds(6));
  shop.machines->tick();

  const auto taken = viewer->take();
  ASSERT_EQ(taken.events.size(), 1U);
  EXPECT_EQ(std::get<Card>(taken.events[0]->what).standing.state, State::kNotCutting);
}

TEST_F(MachinesTest, a_plot_says_what_of_its_range_is_damaged) {
  record("22:00:00", {"Sload|17"});
  ASSERT_TRUE(shop.store.silo().seal(true));
  shop.machines.reset();
  const auto every = [](const silo::ChunkKey&) { return true; };
  ASSERT_GT(silo::change_chunks(shop.store, every, silo::rot), 0);
  shop.open();
  const TimeRange range{at("00:00:00"), at("23:00:00")};
  record("22:20:00", {"Sload|18"});

  const Plot plot = shop.machines->past().samples(shop.access(), mill, "Sload", range, 100).value();

  EXPECT_EQ(plot.count, 1U);
  EXPECT_EQ(plot.damage.chunks, 1U);
  EXPECT_EQ(plot.damage.within, range);
}

}  // namespace
}  // namespace heed::machines
