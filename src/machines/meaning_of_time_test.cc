// Calendars, reasons, goals, scrap and figures as Machines keeps and gives them.
#include <gtest/gtest.h>

#include "machines/calendar_json.h"
#include "machines/figures.h"
#include "machines/meaning_of_time.h"
#include "machines/past.h"
#include "machines/reason_json.h"
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
ShiftCalendar calendar_of(std::string_view json) {
  return read_calendar(Json::parse(json).value()).value();
}
constexpr std::string_view kHall1 = R"({"location":"Hall 1","zone":"America/New_York",
  "shifts":[{"name":"Early","days":["mon","tue","wed","thu","fri"],"from":"06:00","to":"14:00",
             "breaks":[{"name":"Lunch","from":"11:00","to":"11:30"}]}],
  "holidays":[{"name":"Thanksgiving","first":"2023-11-23","last":"2023-11-24"}],
  "extra_shifts":[{"name":"Saturday","first":"2023-11-18","last":"2023-11-18","from":"08:00",
                   "to":"12:00","breaks":[]}]})";

/// 22:15 UTC on a Tuesday, 17:15 in New York; the mill stands in Hall 1.
class MeaningOfTime : public testing::Test {
 protected:
  MeaningOfTime() : mill(shop.add("Mill")), reports(mill) {
    shop.store.clock().step_to(at("22:15:00"));
  }
  void record(std::string_view clock, const std::vector<std::string>& rest) {
    std::vector<std::string> lines;
    for (const std::string& r : rest) lines.push_back(kDay + std::string(clock) + "Z|" + r);
    shop.record(reports.report(lines, at(clock)));
  }
  Oee oee(std::string_view from, std::string_view to) {
    return shop.machines->figures().oee(shop.access(), mill, span(from, to)).value();
  }
  void tag(std::string_view from, std::string_view to, std::string_view code) {
    shop.store.clock().advance(Duration::seconds(1));
    const auto said =
        shop.machines->meaning_of_time().tag(shop.access(), mill, span(from, to), code);
    ASSERT_TRUE(said) << said.error().message();
  }
  static ErrorKind kind_of(const auto& refused) { return refused.error().error()->kind; }

  TestShop shop;
  MachineId mill;
  ReportMaker reports;
};

// Calendars --------------------------------------------------------------------------------------

TEST_F(MeaningOfTime, has_no_calendar_until_somebody_sets_one) {
  EXPECT_TRUE(shop.machines->meaning_of_time().calendars(shop.access()).value().empty());
  const auto plan =
      shop.machines->meaning_of_time().shifts(shop.access(), mill, span("00:00:00", "22:00:00"));
  EXPECT_FALSE(plan->has_calendar);
  EXPECT_EQ(plan->zone, TimeZone::utc());
}

TEST_F(MeaningOfTime, keeps_calendars_over_a_restart_and_gives_each_machine_its_location_s) {
  const ShiftCalendar hall = calendar_of(kHall1);
  ASSERT_TRUE(shop.machines->meaning_of_time().set_calendar(shop.access(), hall));
  ASSERT_TRUE(shop.machines->meaning_of_time().set_calendar(
      shop.access(), calendar_of(R"({"zone":"Asia/Tokyo"})")));
  shop.restart();

  const auto kept = shop.machines->meaning_of_time().calendars(shop.access()).value();
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[1], hall);
  const auto plan =
      shop.machines->meaning_of_time().shifts(shop.access(), mill, span("00:00:00", "22:00:00"));
  ASSERT_EQ(plan->shifts.size(), 1U);
  EXPECT_EQ(plan->location, "Hall 1");
  EXPECT_EQ(plan->shifts[0].range, span("11:00:00", "19:00:00"));
  EXPECT_EQ(plan->shifts[0].breaks[0].range, span("16:00:00", "16:30:00"));
}

TEST_F(MeaningOfTime, replaces_a_location_s_calendar_and_falls_back_when_it_is_removed) {
  ASSERT_TRUE(shop.machines->meaning_of_time().set_calendar(shop.access(), calendar_of(kHall1)));
  ShiftCalendar changed = calendar_of(kHall1);
  changed.weekly.clear();
  ASSERT_TRUE(shop.machines->meaning_of_time().set_calendar(shop.access(), changed));
  EXPECT_EQ(shop.machines->meaning_of_time().calendars(shop.access()).value(),
            std::vector{changed});

  ASSERT_TRUE(shop.machines->meaning_of_time().remove_calendar(shop.access(), "Hall 1"));
  EXPECT_TRUE(shop.machines->meaning_of_time().calendars(shop.access()).value().empty());
  EXPECT_EQ(kind_of(shop.machines->meaning_of_time().remove_calendar(shop.access(), "Hall 1")),
            ErrorKind::kNotFound);
}

TEST_F(MeaningOfTime, begins_a_card_s_day_at_midnight_of_its_location) {
  const auto day_start = [&] { return shop.machines->card(shop.access(), mill).value().day_start; };
  record("04:00:00", {"exec|ACTIVE"});
  EXPECT_EQ(day_start(), at("00:00:00"));
  ASSERT_TRUE(shop.machines->meaning_of_time().set_calendar(shop.access(), calendar_of(kHall1)));
  EXPECT_EQ(day_start(), at("05:00:00"));
  EXPECT_EQ(shop.machines->card(shop.access(), mill)->in_cycle_today,
            Duration::hours(17) + Duration::minutes(15));
  shop.restart();
  EXPECT_EQ(day_start(), at("05:00:00"));
  ASSERT_TRUE(shop.machines->meaning_of_time().remove_calendar(shop.access(), "Hall 1"));
  ASSERT_TRUE(shop.machines->meaning_of_time().set_calendar(
      shop.access(), calendar_of(R"({"zone":"Asia/Tokyo"})")));
  EXPECT_EQ(day_start(), at("15:00:00"));
}

TEST_F(MeaningOfTime, takes_no_calendar_that_is_wrong) {
  ShiftCalendar wrong = calendar_of(kHall1);
  wrong.weekly[0].days = {};
  const auto refused = shop.machines->meaning_of_time().set_calendar(shop.access(), wrong);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().starts_with("shifts[0].days")) << refused.error().message();
}

TEST_F(MeaningOfTime, refuses_ranges_without_end) {
  EXPECT_EQ(kind_of(shop.machines->meaning_of_time().shifts(shop.access(), mill, {})),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_of(shop.machines->figures().oee(shop.access(), mill, TimeRange{})),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_of(shop.machines->figures().oee(
                shop.access(), mill,
                TimeRange{Time(), Time() + Duration::days(93) + Duration::seconds(1)})),
            ErrorKind::kInvalid);
  EXPECT_EQ(kind_of(shop.machines->figures().self_audit(shop.access(), mill,
                                                        {Time(), Time() + Duration::days(33)})),
            ErrorKind::kInvalid);
}

// As JSON ----------------------------------------------------------------------------------------

TEST(CalendarJson, reads_back_what_it_writes) {
  const ShiftCalendar calendar = calendar_of(kHall1);
  JsonWriter w;
  write_calendar(w, calendar);
  EXPECT_EQ(calendar_of(w.view()), calendar);
}

TEST(CalendarJson, names_the_field_that_is_wrong) {
  const struct {
    std::string_view json;
    std::string field;
  } cases[] = {
      {R"({})", "zone: "},
      {R"({"zone":"Europe/Atlantis"})", "zone: "},
      {R"({"zone":"UTC","location":7})", "location: "},
      {R"({"zone":"UTC","shifts":{}})", "shifts: "},
      {R"({"zone":"UTC","shifts":[7]})", "shifts[0]: "},
      {R"({"zone":"UTC","shifts":[{}]})", "shifts[0].name: "},
      {R"({"zone":"UTC","shifts":[{"name":"A","from":"6:00","to":"14:00"}]})", "shifts[0].from: "},
      {R"({"zone":"UTC","shifts":[{"name":"A","from":"06:00","to":"14:00","days":["Monday"]}]})",
       "shifts[0].days: "},
      {R"({"zone":"UTC","shifts":[{"name":"A","from":"06:00","to":"14:00","days":[1]}]})",
       "shifts[0].days: "},
      {R"({"zone":"UTC","shifts":[{"name":"A","days":["mon"],"from":"06:00","to":"14:00",
           "breaks":[{"from":"15:00","to":"15:30"}]}]})",
       "shifts[0].breaks[0].from: "},
      {R"({"zone":"UTC","holidays":[{"name":"A","first":"2026-02-30","last":"2026-03-01"}]})",
       "holidays[0].first: "},
      {R"({"zone":"UTC","extra_shifts":[{"name":"A","from":"06:00","to":"14:00",
           "first":"2026-02-20"}]})",
       "extra_shifts[0].last: "},
  };
  for (const auto& c : cases) {
    const auto read = read_calendar(Json::parse(c.json).value());
    ASSERT_FALSE(read) << c.json;
    EXPECT_TRUE(read.error().message.starts_with(c.field)) << read.error().message;
    EXPECT_FALSE(read.error().mend.empty());
  }
}

TEST(ReasonJson, reads_back_what_it_writes_and_names_what_is_wrong) {
  ReasonTree tree = usual_reasons();
  tree.codes[2].retired = true;
  tree.rules = {{.code = "tool",
                 .states = {State::kAlarm, State::kStopped},
                 .condition_code = "10",
                 .condition_text = "magazine",
                 .location = "Hall 1",
                 .window = WallSpan{Duration::hours(22), Duration::hours(6)}},
                {.code = "fault"}};
  JsonWriter w;
  write_reasons(w, tree);
  EXPECT_EQ(read_reasons(Json::parse(w.view()).value()), tree);

  for (const auto& [json, field] :
       {std::pair{R"({"codes":[{"code":"a"}]})", "codes[0].name: "},
        std::pair{R"({"codes":[{"code":"a","name":"A","class":"bad"}]})", "codes[0].class: "},
        std::pair{R"({"codes":[{"code":"a","name":"A","retired":1}]})", "codes[0].retired: "},
        std::pair{R"({"rules":[{"code":"a","states":["RED"]}]})", "rules[0].states: "},
        std::pair{R"({"rules":[{"code":"a","window":{"from":"x"}}]})", "rules[0].window.from: "},
        std::pair{R"({"rules":[{"code":"a"}]})", "rules[0].code: "}}) {
    const auto read = read_reasons(Json::parse(json).value());
    ASSERT_FALSE(read) << json;
    EXPECT_TRUE(read.error().message.starts_with(field)) << read.error().message;
  }
}

// Figures ----------------------------------------------------------------------------------------

TEST_F(MeaningOfTime, holds_what_was_recorded_against_the_shift) {
  ASSERT_TRUE(shop.machines->meaning_of_time().set_calendar(shop.access(), calendar_of(kHall1)));
  ASSERT_TRUE(shop.machines->meaning_of_time().set_goal(shop.access(), mill,
                                                        {.ideal = Duration::minutes(10)}));
  record("10:00:00", {"exec|ACTIVE", "Part_Count|100"});
  record("12:00:00", {"exec|READY"});
  record("13:00:00", {"exec|ACTIVE", "Part_Count|104"});
  record("16:10:00", {"Part_Count|120"});
  record("18:00:00", {"exec|STOPPED", "Part_Count|130"});
  ASSERT_TRUE(shop.machines->meaning_of_time().add_scrap(shop.access(), mill, at("17:00:00"), 3));
  ASSERT_TRUE(shop.machines->meaning_of_time().add_scrap(shop.access(), mill, at("17:30:00"), -1));

  const Oee day = oee("05:00:00", "22:00:00");

  EXPECT_TRUE(day.has_calendar);
  EXPECT_EQ(day.planned_busy, Duration::minutes(450));
  EXPECT_EQ(day.known_busy, day.planned_busy);
  EXPECT_EQ(day.production, Duration::minutes(330));
  EXPECT_EQ(day.in(TimeUse::kIdle), Duration::minutes(60));
  EXPECT_EQ(day.in(TimeUse::kUnplanned), Duration::minutes(60));
  EXPECT_EQ(day.produced_outside, Duration::minutes(90));
  EXPECT_EQ(day.parts->known_busy, 14U);
  EXPECT_EQ(day.parts->outside, 16U);
  EXPECT_EQ(day.scrap, 2U);
  EXPECT_DOUBLE_EQ(day.oee->value(), 120.0 / 450.0);
}

TEST_F(MeaningOfTime, ends_an_open_range_now_and_a_recording_with_its_last_observation) {
  record("22:00:00", {"exec|ACTIVE"});
  EXPECT_EQ(oee("22:00:00", "23:00:00").range, span("22:00:00", "22:15:00"));

  const MachineId old = shop.add("Old", true);
  ReportMaker recorded(old, true);
  shop.record(recorded.report({kDay + "10:00:00Z|exec|ACTIVE", kDay + "11:00:00Z|exec|READY"},
                              at("22:00:00")));
  const auto figures =
      shop.machines->figures().oee(shop.access(), old, span("10:00:00", "20:00:00"));
  EXPECT_EQ(figures->range, span("10:00:00", "11:00:00"));
  EXPECT_EQ(figures->production, Duration::hours(1));
}

TEST_F(MeaningOfTime, leads_from_a_bar_to_the_received_line) {
  record("10:00:00", {"exec|ACTIVE"});
  record("12:00:00", {"exec|FEED_HOLD"});
  record("13:00:00", {"exec|ACTIVE"});
  const Oee day = oee("11:00:00", "14:00:00");

  const auto held = std::ranges::find(day.pieces, TimeUse::kHeld, &OeePiece::use);
  ASSERT_NE(held, day.pieces.end());
  const Activity& activity = day.activities.at(held->activity.value());
  const auto why = shop.machines->past().explain(shop.access(), mill, activity.range.from).value();
  ASSERT_FALSE(why.because.empty());
  EXPECT_EQ(why.because[0].raw, kDay + "12:00:00Z|exec|FEED_HOLD");
  // The one that began before the range is told from its beginning.
  EXPECT_EQ(day.activities.front().range.from, at("10:00:00"));
}

TEST_F(MeaningOfTime, has_no_quality_without_a_counter_that_ever_counted) {
  ASSERT_TRUE(shop.machines->meaning_of_time().set_goal(shop.access(), mill,
                                                        {.ideal = Duration::minutes(10)}));
  record("10:00:00", {"exec|ACTIVE", "Part_Count|0"});
  const Oee day = oee("11:00:00", "14:00:00");
  EXPECT_TRUE(day.availability);
  EXPECT_FALSE(day.parts || day.quality || day.oee);
}

TEST_F(MeaningOfTime, refuses_goals_and_scrap_beyond_reason) {
  const auto goal = [&](ProductionGoal wanted) {
    return shop.machines->meaning_of_time().set_goal(shop.access(), mill, wanted);
  };
  EXPECT_FALSE(goal({.ideal = Duration()}));
  EXPECT_FALSE(goal({.ideal = ProductionGoal::kLongestIdeal + Duration::seconds(1)}));
  EXPECT_FALSE(goal({.micro_stop = ProductionGoal::kLongestMicroStop + Duration::seconds(1)}));
  EXPECT_FALSE(goal({.micro_stop = -Duration::seconds(1)}));
  ASSERT_TRUE(goal({.ideal = ProductionGoal::kLongestIdeal, .micro_stop = Duration()}));
  const ProductionGoal kept = shop.machines->meaning_of_time().goal(shop.access(), mill).value();
  EXPECT_EQ(kept, (ProductionGoal{ProductionGoal::kLongestIdeal, Duration()}));

  const auto scrap = [&](std::string_view clock, std::int64_t count) {
    return shop.machines->meaning_of_time()
        .add_scrap(shop.access(), mill, at(clock), count)
        .has_value();
  };
  EXPECT_FALSE(scrap("10:00:00", 0));
  EXPECT_FALSE(scrap("10:00:00", machines::MeaningOfTime::kMostScrap + 1));
  EXPECT_FALSE(scrap("23:00:00", 1));
  EXPECT_TRUE(scrap("10:00:00", machines::MeaningOfTime::kMostScrap));
}

// Reasons ----------------------------------------------------------------------------------------

TEST_F(MeaningOfTime, knows_who_said_why_a_machine_stood) {
  record("10:00:00", {"exec|STOPPED"});
  tag("10:00:00", "11:00:00", "material");
  tag("10:30:00", "11:00:00", "maintenance");
  shop.restart();
  const Oee day = oee("10:00:00", "12:00:00");

  ASSERT_EQ(day.reasons.size(), 2U);
  EXPECT_EQ(day.reasons[0].code, "material");
  EXPECT_EQ(day.reasons[0].range, span("10:00:00", "10:30:00"));
  EXPECT_EQ(day.reasons[0].who, "test");
  EXPECT_EQ(day.reasons[1].code, "maintenance");
  EXPECT_EQ(day.in(TimeUse::kPlannedStop), Duration::minutes(30));
  EXPECT_EQ(day.unexplained, Duration::minutes(60));
}

TEST_F(MeaningOfTime, takes_back_what_was_said) {
  record("10:00:00", {"exec|STOPPED"});
  tag("10:00:00", "11:00:00", "material");
  tag("10:00:00", "11:00:00", "");
  EXPECT_TRUE(oee("10:00:00", "12:00:00").reasons.empty());
}

TEST_F(MeaningOfTime, finds_what_was_said_of_a_stop_that_began_days_before) {
  record("00:00:00", {"exec|STOPPED"});
  const auto said = shop.machines->meaning_of_time().tag(
      shop.access(), mill, {at("10:00:00") - Duration::days(6), at("10:00:00")}, "material");
  ASSERT_TRUE(said);
  EXPECT_EQ(oee("09:00:00", "12:00:00").reasons.size(), 1U);
  EXPECT_TRUE(oee("10:00:00", "12:00:00").reasons.empty());
}

TEST_F(MeaningOfTime, refuses_reasons_that_nobody_could_mean) {
  const auto refused = [&](TimeRange range, std::string_view code) {
    const auto said = shop.machines->meaning_of_time().tag(shop.access(), mill, range, code);
    return said ? "" : said.error().message().substr(0, said.error().message().find(':'));
  };
  EXPECT_EQ(refused(span("10:00:00", "11:00:00"), "no_such"), "code");
  EXPECT_EQ(refused(span("10:00:00", "10:00:00"), "material"), "to");
  EXPECT_EQ(refused(span("22:16:00", "22:17:00"), "material"), "from");
  EXPECT_EQ(refused({at("10:00:00"),
                     at("10:00:00") + machines::MeaningOfTime::kLongestTag + Duration::seconds(1)},
                    "material"),
            "to");
  ReasonTree tree = usual_reasons();
  tree.codes[1].retired = true;
  ASSERT_TRUE(shop.machines->meaning_of_time().set_reasons(shop.access(), tree));
  EXPECT_EQ(refused(span("10:00:00", "11:00:00"), "material"), "code");
  EXPECT_EQ(kind_of(shop.machines->meaning_of_time().tag(shop.access(), MachineId(),
                                                         span("10:00:00", "11:00:00"), "")),
            ErrorKind::kNotFound);
}

TEST_F(MeaningOfTime, gives_alarms_their_reason_by_a_rule_on_what_the_control_said) {
  ReasonTree tree = usual_reasons();
  tree.rules = {{.code = "tool_broken", .states = {State::kAlarm}, .condition_text = "tool"},
                {.code = "fault", .states = {State::kAlarm}}};
  ASSERT_TRUE(shop.machines->meaning_of_time().set_reasons(shop.access(), tree));
  record("10:00:00", {"exec|ACTIVE"});
  record("11:00:00", {"logic|FAULT|77|||TOOL BROKEN", "exec|READY"});
  record("11:30:00", {"logic|NORMAL||||", "exec|ACTIVE"});
  record("12:00:00", {"logic|FAULT|12|||COOLANT LOW", "exec|READY"});
  record("12:30:00", {"logic|NORMAL||||", "exec|ACTIVE"});
  const Oee day = oee("10:00:00", "13:00:00");

  ASSERT_EQ(day.reasons.size(), 2U);
  EXPECT_EQ(day.reasons[0].code, "tool_broken");
  EXPECT_EQ(day.reasons[0].range, span("11:00:00", "11:30:00"));
  EXPECT_EQ(day.reasons[0].by, ReasonBy::kRule);
  EXPECT_EQ(day.reasons[1].code, "fault");
  EXPECT_EQ(day.unexplained, Duration());
}

// Self-audit -------------------------------------------------------------------------------------

TEST_F(MeaningOfTime, compares_its_time_in_cycle_with_the_control_s_own) {
  record("10:00:00", {"exec|ACTIVE", "auto_time|1000"});
  for (int minute = 1; minute <= 30; ++minute) {
    const std::string clock = (minute < 10 ? "10:0" : "10:") + std::to_string(minute) + ":00";
    record(clock, {"auto_time|" + std::to_string(1000 + minute * 59),
                   "cut_time|" + std::to_string(minute * 30)});
  }
  const auto audit =
      shop.machines->figures().self_audit(shop.access(), mill, span("05:00:00", "22:00:00"));
  ASSERT_TRUE(audit->counts);
  ASSERT_EQ(audit->days.size(), 1U);
  EXPECT_EQ(audit->days[0].ours, Duration::minutes(30));
  EXPECT_EQ(audit->days[0].theirs, Duration::seconds(30 * 59));
  EXPECT_EQ(audit->days[0].cutting, Duration::seconds(29 * 30));
  EXPECT_TRUE(audit->days[0].agrees());
  EXPECT_FALSE(audit->drifts());
}

TEST_F(MeaningOfTime, has_no_self_audit_of_a_control_that_counts_nothing) {
  record("10:00:00", {"exec|ACTIVE"});
  const auto audit =
      shop.machines->figures().self_audit(shop.access(), mill, span("05:00:00", "22:00:00"));
  EXPECT_FALSE(audit->counts);
  EXPECT_TRUE(audit->days.empty());
}

}  // namespace
}  // namespace heed::machines
