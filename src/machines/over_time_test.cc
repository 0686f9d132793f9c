// Settings over time, and what others would have made of the same.
#include "machines/over_time.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "machines/calendar_json.h"

namespace heed::machines {
namespace {

using Calendars = Dated<std::optional<ShiftCalendar>>;

Time at(std::string_view clock) {
  return parse_time("2026-03-03T" + std::string(clock) + "Z").value();  // a Tuesday
}
TimeRange span(std::string_view from, std::string_view to) {
  return {at(from), at(to)};
}
ShiftCalendar calendar_of(std::string_view shifts) {
  const std::string json = R"({"zone":"UTC","shifts":[)" + std::string(shifts) + "]}";
  return read_calendar(Json::parse(json).value()).value();
}
const ShiftCalendar& early() {
  static const ShiftCalendar kCalendar = calendar_of(
      R"({"name":"Early","days":["tue"],"from":"06:00","to":"14:00",
          "breaks":[{"name":"Lunch","from":"11:00","to":"11:30"}]})");
  return kCalendar;
}
const ShiftCalendar& longer() {
  static const ShiftCalendar kCalendar =
      calendar_of(R"({"name":"Early","days":["tue"],"from":"06:00","to":"15:00","breaks":[]})");
  return kCalendar;
}

TEST(Dated, holds_what_was_said_last_from_its_time_on) {
  Dated<int> dated = 1;
  dated.paint(at("10:00:00"), 2);
  dated.paint(at("12:00:00"), 3);
  EXPECT_EQ(dated.at(at("09:59:59")), 1);
  EXPECT_EQ(dated.at(at("10:00:00")), 2);
  EXPECT_EQ(dated.last(), 3);
  dated.paint(at("11:00:00"), 4);  // said last: it holds after 12:00 too
  EXPECT_EQ(dated.at(at("13:00:00")), 4);
  EXPECT_EQ(dated.at(at("10:30:00")), 2);
  dated.paint(Time::min(), 5);
  EXPECT_EQ(dated.all().size(), 1U);
  EXPECT_EQ(dated.at(Time::min()), 5);
}

TEST(Dated, is_split_into_what_held_when) {
  Dated<int> dated = 1;
  dated.paint(at("10:00:00"), 2);
  std::vector<std::pair<TimeRange, int>> parts;
  dated.split(span("09:00:00", "11:00:00"),
              [&](TimeRange part, int value) { parts.emplace_back(part, value); });
  EXPECT_EQ(parts, (std::vector<std::pair<TimeRange, int>>{{span("09:00:00", "10:00:00"), 1},
                                                           {span("10:00:00", "11:00:00"), 2}}));
}

TEST(ShiftsOverTime, of_one_calendar_are_its_own_and_of_none_nothing) {
  const TimeRange day = span("00:00:00", "23:00:00");
  EXPECT_EQ(shifts_over_time(Calendars(early()), day), shifts_in(early(), day));
  EXPECT_FALSE(shifts_over_time(Calendars(std::nullopt), day));
}

TEST(ShiftsOverTime, go_on_over_a_change_that_leaves_them_as_they_are) {
  const TimeRange day = span("00:00:00", "23:00:00");
  for (const char* change : {"05:00:00", "06:00:00", "09:00:00", "11:10:00", "14:00:00"}) {
    Calendars calendars = early();
    calendars.paint(at(change), early());
    EXPECT_EQ(shifts_over_time(calendars, day), shifts_in(early(), day)) << change;
  }
}

TEST(ShiftsOverTime, are_each_moment_s_as_its_own_calendar_has_them) {
  Calendars calendars = early();
  calendars.paint(at("11:15:00"), longer());
  const auto shifts = shifts_over_time(calendars, span("00:00:00", "23:00:00")).value();
  ASSERT_EQ(shifts.size(), 1U);
  EXPECT_EQ(shifts[0].range, span("06:00:00", "15:00:00"));
  ASSERT_EQ(shifts[0].breaks.size(), 1U);
  EXPECT_EQ(shifts[0].breaks[0].range, span("11:00:00", "11:15:00"));
}

TEST(ShiftsOverTime, have_a_nameless_shift_while_there_was_no_calendar) {
  Calendars calendars = std::nullopt;
  calendars.paint(at("10:00:00"), early());
  const auto shifts = shifts_over_time(calendars, span("00:00:00", "23:00:00")).value();
  ASSERT_EQ(shifts.size(), 2U);
  EXPECT_EQ(shifts[0].name, "");
  EXPECT_EQ(shifts[0].range, span("00:00:00", "10:00:00"));
  EXPECT_EQ(shifts[1].range, span("10:00:00", "14:00:00"));
}

// Had the machine run otherwise -------------------------------------------------------------------

constexpr Standing kRuns{State::kInCycle, Bucket::kProduction, true, true};
constexpr Standing kWaits{State::kWaiting, Bucket::kIdle, false, false};
constexpr Standing kOffline{State::kOffline, Bucket::kNone, false, false};

TEST(ActivitiesWith, are_as_the_signal_says_but_where_the_machine_was_offline) {
  const std::vector<Activity> was = {{span("06:00:00", "08:00:00"), kRuns, 6, {}},
                                     {span("08:00:00", "09:00:00"), kOffline, 1, {}},
                                     {span("09:00:00", "10:00:00"), kWaits, 10, {}}};
  const auto would = activities_with(
      was, {{at("06:30:00"), false}, {at("07:00:00"), true}, {at("09:30:00"), std::nullopt}});
  std::vector<std::pair<TimeRange, State>> told;
  for (const Activity& a : would) told.emplace_back(a.range, a.standing.state);
  EXPECT_EQ(told, (std::vector<std::pair<TimeRange, State>>{
                      {span("06:00:00", "06:30:00"), State::kInCycle},
                      {span("06:30:00", "07:00:00"), State::kWaiting},
                      {span("07:00:00", "08:00:00"), State::kInCycle},
                      {span("08:00:00", "09:00:00"), State::kOffline},
                      {span("09:00:00", "09:30:00"), State::kInCycle},
                      {span("09:30:00", "10:00:00"), State::kUnknown}}));
}

// What changes ------------------------------------------------------------------------------------

Oee random_oee(SeededRandom& random) {
  OeeInput input;
  input.range = span("00:00:00", "23:00:00");
  Time from = input.range.from;
  while (from < input.range.to) {
    const Time to = from + Duration::seconds(1 + static_cast<std::int64_t>(random.u64() % 4'000));
    input.activities.push_back({{from, to}, random.u64() % 2 == 0 ? kRuns : kWaits, 6, {}});
    from = to;
  }
  input.micro_stop = Duration::seconds(static_cast<std::int64_t>(random.u64() % 600));
  return compute_oee(std::move(input));
}

TEST(ChangedPieces, are_those_moments_that_count_as_something_else) {
  SeededRandom random(7);
  for (int world = 0; world < 20; ++world) {
    const Oee before = random_oee(random), after = random_oee(random);
    const auto use_at = [](const Oee& oee, Time time) {
      for (const OeePiece& piece : oee.pieces) {
        if (piece.range.contains(time)) return piece.use;
      }
      return TimeUse::kUnknown;
    };
    const auto changed = changed_pieces(before, after);
    for (Time time = before.range.from; time < before.range.to; time += Duration::seconds(61)) {
      const auto found = std::ranges::find_if(
          changed, [&](const ChangedPiece& piece) { return piece.range.contains(time); });
      const bool differs = use_at(before, time) != use_at(after, time);
      ASSERT_EQ(found != changed.end(), differs) << format_time(time);
      if (!differs) continue;
      EXPECT_EQ(found->before, use_at(before, time));
      EXPECT_EQ(found->after, use_at(after, time));
    }
  }
}

TEST(CaughtByRules, counts_a_stop_once_and_shows_the_longest) {
  Oee oee;
  oee.reasons = {{span("06:00:00", "08:00:00"), "a", {}, ReasonBy::kRule, {}, 1},
                 {span("09:00:00", "09:30:00"), "a", {}, ReasonBy::kRule, {}, 1},
                 {span("10:00:00", "10:30:00"), "b", {}, ReasonBy::kHand, {}, {}}};
  oee.pieces = {{span("06:00:00", "07:00:00"), TimeUse::kUnplanned, {}, 0, 0},
                {span("07:00:00", "08:00:00"), TimeUse::kUnplanned, {}, 1, 0},
                {span("09:00:00", "09:30:00"), TimeUse::kUnplanned, {}, 1, 1},
                {span("10:00:00", "10:30:00"), TimeUse::kUnplanned, {}, 1, 2}};
  const auto caught = caught_by_rules(oee, 2);
  EXPECT_EQ(caught[0].stops, 0U);
  EXPECT_EQ(caught[1].stops, 2U);
  EXPECT_EQ(caught[1].time, Duration::minutes(150));
  EXPECT_EQ(caught[1].longest,
            (std::vector{span("06:00:00", "08:00:00"), span("09:00:00", "09:30:00")}));
}

}  // namespace
}  // namespace heed::machines
