// What a card tells of a machine's past and of its batch, worked out beforehand: that it is what
// the machine's own page says, and that nothing that happens later makes it untrue for long.
#include <gtest/gtest.h>

#include "machines/calendar_json.h"
#include "machines/figures.h"
#include "machines/live_feed.h"
#include "machines/meaning_of_time.h"
#include "machines/outlook.h"
#include "machines/testing.h"
#include "policy/shipped.h"
#include "policy/testing.h"

namespace heed::machines {
namespace {

constexpr Time kTuesday = Time::from_seconds(1'699'920'000);  // 2023-11-14T00:00:00Z

Time at(int day, int hour, int minute = 0) {
  return kTuesday + Duration::days(day) + Duration::hours(hour) + Duration::minutes(minute);
}

class GlanceTest : public testing::Test {
 protected:
  GlanceTest() { begin(shop); }
  void begin(TestShop& into) {
    into.store.clock().step_to(at(0, 7));
    mill = into.add("Mill");
    reports.emplace(mill);
  }
  /// When it came, the time at which it was said; the program files it whenever the clock says.
  void say(TestShop& into, Time time, const std::string& rest) {
    if (into.store.clock().now() < time) into.store.clock().step_to(time);
    const Report report = reports->report({format_time(time) + "|" + rest}, time);
    ASSERT_TRUE(into.machines->record(into.store.access("operation", "engine"), report));
  }
  /// In cycle for an hour, in which the control counts so many seconds a minute.
  void run(Time from, int counted) {
    say(shop, from, "exec|ACTIVE|auto_time|" + std::to_string(counted_));
    for (int minute = 1; minute <= 60; ++minute) {
      counted_ += counted;
      say(shop, from + Duration::minutes(minute), "auto_time|" + std::to_string(counted_));
    }
    say(shop, from + Duration::minutes(60), "exec|READY");
  }
  /// Parts of five minutes, a minute between them; the last one runs for two.
  void make(TestShop& into, Time from, int parts, int goal) {
    say(into, from,
        "avail|AVAILABLE|mode|AUTOMATIC|program|O7|part_count|0|part_goal|" + std::to_string(goal));
    for (int i = 0; i < parts; ++i) {
      say(into, from + Duration::minutes(6 * i), "exec|ACTIVE");
      say(into, from + Duration::minutes(6 * i + 5),
          "exec|PROGRAM_COMPLETED|part_count|" + std::to_string(i + 1));
    }
    say(into, from + Duration::minutes(6 * parts), "exec|ACTIVE");
    into.store.clock().advance(Duration::minutes(2));
  }
  /// As the worker goes on until nothing is due.
  static int look_back(TestShop& of) {
    int looks = 0;
    while (of.machines->look_back() && looks < 10) ++looks;
    return looks;
  }
  Glance glance(TestShop& of) { return of.machines->card(of.access(), mill)->glance; }
  Glance glance() { return glance(shop); }
  SelfAudit audit_of(Time from, Time to) {
    return shop.machines->figures().self_audit(shop.access(), mill, {from, to}).value();
  }

  TestShop shop;
  MachineId mill;
  std::optional<ReportMaker> reports;
  int counted_ = 1'000;
};

// The audit --------------------------------------------------------------------------------------

TEST_F(GlanceTest, tells_the_newest_audited_day_that_is_over_as_the_page_does) {
  run(at(0, 10), 60);
  run(at(1, 10), 55);
  shop.store.clock().step_to(at(2, 0, 1));
  run(at(2, 1), 60);  // today is not over
  look_back(shop);

  const auto audit = glance().audit;
  ASSERT_TRUE(audit);
  const SelfAudit page = audit_of(at(-6, 0), at(2, 0));
  EXPECT_EQ(audit->day, page.last()->day);
  EXPECT_EQ(audit->ours, page.last()->ours);
  EXPECT_EQ(audit->theirs, page.last()->theirs);
  EXPECT_EQ(audit->differs, page.last()->differs);
  EXPECT_EQ(audit->drifts, page.drifts());
  EXPECT_EQ(format_day(audit->day), "2023-11-15");
  EXPECT_TRUE(audit->drifts);
  EXPECT_EQ(audit->checked, shop.store.clock().now());
}

TEST_F(GlanceTest, is_looked_at_again_when_a_day_is_over_and_not_before) {
  run(at(0, 10), 55);
  shop.store.clock().step_to(at(1, 0, 1));
  look_back(shop);
  ASSERT_TRUE(glance().audit->drifts);
  EXPECT_EQ(look_back(shop), 0) << "nothing is due";

  run(at(1, 10), 60);
  look_back(shop);
  EXPECT_EQ(glance().audit->checked, at(1, 0, 1));
  shop.store.clock().step_to(at(2, 0, 1));
  look_back(shop);
  EXPECT_FALSE(glance().audit->drifts);
}

TEST_F(GlanceTest, takes_data_that_come_late_for_a_day_that_is_over) {
  run(at(0, 10), 60);
  shop.store.clock().step_to(at(1, 0, 1));
  look_back(shop);
  EXPECT_FALSE(glance().audit->drifts);

  run(at(0, 12), 40);  // a box that could not reach the server sends what it kept
  shop.store.clock().advance(Duration::minutes(5));
  look_back(shop);

  EXPECT_TRUE(glance().audit->drifts);
  EXPECT_EQ(glance().audit->theirs, audit_of(at(0, 0), at(1, 0)).last()->theirs);
}

TEST_F(GlanceTest, of_a_recording_grows_with_it) {
  const MachineId recorded = shop.add("Recorded", true);
  ReportMaker recording(recorded, true);
  const auto import = [&](int hour, int seconds) {
    std::vector<std::string> lines = {format_time(at(-400, hour)) + "|exec|ACTIVE|auto_time|0"};
    for (int minute = 1; minute <= 60; ++minute) {
      lines.push_back(format_time(at(-400, hour, minute)) + "|auto_time|" +
                      std::to_string(seconds * minute));
    }
    shop.record(recording.report(lines, shop.store.clock().now()));
  };
  const auto drifts = [&] {
    return shop.machines->card(shop.access(), recorded)->glance.audit.value().drifts;
  };
  import(10, 60);
  look_back(shop);
  EXPECT_FALSE(drifts());
  import(12, 40);
  EXPECT_EQ(look_back(shop), 0) << "not at each of its reports";
  shop.store.clock().advance(Duration::minutes(6));
  look_back(shop);
  EXPECT_TRUE(drifts());
}

TEST_F(GlanceTest, goes_by_the_days_of_the_calendar_that_is_set_later) {
  run(at(0, 22), 60);
  run(at(1, 0, 30), 40);
  shop.store.clock().step_to(at(2, 0, 1));
  look_back(shop);
  EXPECT_EQ(format_day(glance().audit->day), "2023-11-15");

  const auto tokyo =
      read_calendar(Json::parse(R"({"location":"Hall 1","zone":"Asia/Tokyo"})").value()).value();
  ASSERT_TRUE(shop.machines->meaning_of_time().set_calendar(shop.access(), tokyo));
  look_back(shop);
  // There both hours are of one day; the first minute of the second one told nothing new.
  EXPECT_EQ(glance().audit->ours, Duration::minutes(119));
}

TEST_F(GlanceTest, stands_after_a_restart_with_its_age_and_is_worked_out_anew) {
  run(at(0, 10), 55);
  shop.store.clock().step_to(at(1, 0, 1));
  look_back(shop);
  const Glance before = glance();
  shop.restart();
  shop.store.clock().advance(Duration::hours(1));

  EXPECT_EQ(glance(), before);
  EXPECT_GE(look_back(shop), 1);
  EXPECT_EQ(glance().audit->checked, shop.store.clock().now());
  EXPECT_EQ(glance().audit->theirs, before.audit->theirs);
}

TEST_F(GlanceTest, has_none_of_a_control_that_counts_no_time) {
  say(shop, at(0, 10), "exec|ACTIVE");
  shop.store.clock().step_to(at(2, 0));
  look_back(shop);
  EXPECT_EQ(glance(), Glance());
}

// The forecast -----------------------------------------------------------------------------------

TEST_F(GlanceTest, tells_when_the_batch_will_be_done_as_the_page_does) {
  make(shop, at(0, 8), 12, 40);
  look_back(shop);

  const auto told = glance().forecast;
  ASSERT_TRUE(told);
  const ForecastAnswer page = shop.machines->outlook().forecast(shop.access(), mill, {}).value();
  ASSERT_TRUE(page.told);
  EXPECT_EQ(told->from, page.told->from);
  EXPECT_EQ(told->at, page.told->at);
  EXPECT_EQ(told->to, page.told->to);
  EXPECT_EQ(told->parts_to_go, page.told->parts_to_go);
  EXPECT_EQ(told->goal, page.goal);
  EXPECT_EQ(told->told, shop.store.clock().now());
}

TEST_F(GlanceTest, foresees_anew_while_the_batch_runs_and_lets_it_go_when_it_is_done) {
  make(shop, at(0, 8), 12, 14);
  look_back(shop);
  ASSERT_TRUE(glance().forecast);
  EXPECT_EQ(look_back(shop), 0) << "not at every moment";
  shop.store.clock().advance(Duration::minutes(5));
  look_back(shop);
  EXPECT_EQ(glance().forecast->told, shop.store.clock().now());

  say(shop, at(0, 9, 30), "exec|PROGRAM_COMPLETED|part_count|14");
  shop.store.clock().advance(Duration::minutes(5));
  look_back(shop);
  EXPECT_FALSE(glance().forecast);
}

TEST_F(GlanceTest, foresees_nothing_where_no_batch_runs) {
  make(shop, at(0, 8), 12, 40);
  say(shop, at(0, 10), "exec|READY");
  shop.store.clock().advance(ForecastGlance::kRests);
  look_back(shop);
  EXPECT_FALSE(glance().forecast);
  // It is taken up again.
  say(shop, at(1, 11), "exec|ACTIVE");
  shop.store.clock().advance(Duration::minutes(5));
  look_back(shop);
  EXPECT_TRUE(glance().forecast);
}

TEST_F(GlanceTest, keeps_what_was_foreseen_while_a_machine_is_not_heard) {
  make(shop, at(0, 8), 12, 40);
  look_back(shop);
  const auto before = glance().forecast;
  shop.record(reports->link(false, shop.store.clock().now()));
  shop.store.clock().advance(Duration::minutes(30));
  look_back(shop);
  EXPECT_EQ(glance().forecast, before);
}

TEST_F(GlanceTest, foresees_by_the_shifts_that_are_planned_now) {
  make(shop, at(0, 8), 12, 40);
  look_back(shop);
  const Time without = glance().forecast->to;
  const auto plan = read_calendar(Json::parse(R"({"location":"Hall 1","zone":"UTC","shifts":[
      {"name":"Early","days":["tue","wed"],"from":"06:00","to":"10:00"}]})")
                                      .value())
                        .value();
  ASSERT_TRUE(shop.machines->meaning_of_time().set_calendar(shop.access(), plan));
  look_back(shop);
  EXPECT_GT(glance().forecast->to, without + Duration::hours(12));
}

// Whom it is told, and at what cost --------------------------------------------------------------

TEST_F(GlanceTest, is_as_closed_as_the_most_closed_thing_that_it_was_made_of) {
  std::string text(policy::shipped("heed").value());
  const std::string_view kDeny = "deny machine_data for improvement, marketing";
  text.insert(text.find(kDeny), "deny machine_data.program_text for service to organization\n  ");
  TestShop strict(policy::policy_of(text));
  begin(strict);
  make(strict, at(0, 8), 12, 40);
  EXPECT_GE(look_back(strict), 1);

  EXPECT_FALSE(glance(strict).forecast) << "it was found by the programs' names";
  EXPECT_TRUE(
      strict.machines->card(strict.store.access("operation", "engine"), mill)->glance.forecast);
}

TEST_F(GlanceTest, is_the_same_on_the_board_as_on_one_card) {
  make(shop, at(0, 8), 12, 40);
  shop.add("Silent");
  look_back(shop);
  const auto board = shop.machines->board(shop.access()).value();
  ASSERT_EQ(board.size(), 2U);
  EXPECT_EQ(board[0].glance, glance());
  EXPECT_TRUE(board[0].glance.forecast);
  EXPECT_EQ(board[1].glance, Glance());
}

TEST_F(GlanceTest, is_told_to_who_looks_on) {
  make(shop, at(0, 8), 12, 40);
  const auto watching = shop.machines->watch(shop.access(), {}, {}, [] {}).value();
  shop.store.clock().advance(LiveFeed::kCardInterval);
  look_back(shop);
  shop.machines->tick();
  const auto taken = watching->take();
  ASSERT_FALSE(taken.events.empty());
  EXPECT_TRUE(std::get<Card>(taken.events.back()->what).glance.forecast);
}

TEST_F(GlanceTest, of_many_machines_is_worked_out_one_at_a_time_each_in_its_turn) {
  for (int i = 0; i < 5; ++i) shop.add("Mill " + std::to_string(i));
  static_cast<void>(shop.machines->board(shop.access()));
  EXPECT_EQ(look_back(shop), 6);
  EXPECT_EQ(look_back(shop), 0);
}

TEST_F(GlanceTest, of_a_removed_machine_is_worked_out_no_more) {
  ASSERT_TRUE(shop.machines->remove(shop.access(), mill));
  EXPECT_EQ(look_back(shop), 0);
  ASSERT_TRUE(shop.machines->restore(shop.access(), mill));
  EXPECT_EQ(look_back(shop), 1);
}

}  // namespace
}  // namespace heed::machines
