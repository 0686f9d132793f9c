#include "machines/shift_calendar.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace heed::machines {
namespace {

constexpr std::array<bool, 7> kEveryDay = {true, true, true, true, true, true, true};
constexpr std::array<bool, 7> kWorkdays = {true, true, true, true, true, false, false};

WallSpan span(std::string_view from, std::string_view to) {
  return {parse_minutes(from).value(), parse_minutes(to).value()};
}
Day day(std::string_view text) {
  return parse_day(text).value();
}
Time utc(std::string_view text) {
  return parse_time(std::string(text) + ":00Z").value();
}
ShiftCalendar berlin(std::vector<WeeklyShift> weekly) {
  return {.location = "Hall 1",
          .zone = TimeZone::find("Europe/Berlin").value(),
          .weekly = std::move(weekly),
          .holidays = {},
          .extra = {}};
}
/// "Early 2026-03-02 05:00 13:00", in UTC.
std::vector<std::string> written(const std::vector<ShiftTime>& shifts) {
  std::vector<std::string> lines;
  for (const ShiftTime& shift : shifts) {
    std::string line = shift.name + " " + format_day(shift.day);
    const auto add = [&line](TimeRange range) {
      line += " " + format_time(range.from, 0).substr(11, 5);
      line += " " + format_time(range.to, 0).substr(11, 5);
    };
    add(shift.range);
    for (const ShiftTime::Break& pause : shift.breaks) add(pause.range);
    lines.push_back(line);
  }
  return lines;
}
using Lines = std::vector<std::string>;

// On the axis of time ----------------------------------------------------------------------------

TEST(ShiftCalendar, gives_each_day_its_shifts_with_their_breaks) {
  const auto calendar =
      berlin({{{"Early", span("06:00", "14:00"), {{"Lunch", span("11:30", "12:00")}}}, kWorkdays},
              {{"Late", span("14:00", "22:00"), {}}, kWorkdays}});
  ASSERT_TRUE(check_calendar(calendar));
  // Friday noon to Monday noon.
  EXPECT_EQ(written(shifts_in(calendar, {utc("2026-03-06T11:15"), utc("2026-03-09T11:00")})),
            (Lines{"Early 2026-03-06 05:00 13:00 10:30 11:00", "Late 2026-03-06 13:00 21:00",
                   "Early 2026-03-09 05:00 13:00 10:30 11:00"}));
}

TEST(ShiftCalendar, counts_a_shift_over_midnight_to_the_day_on_which_it_begins) {
  const auto calendar =
      berlin({{{"Night", span("22:00", "06:00"), {{"Meal", span("02:00", "02:30")}}}, kWorkdays}});
  EXPECT_EQ(written(shifts_in(calendar, {utc("2026-03-06T00:00"), utc("2026-03-07T12:00")})),
            (Lines{"Night 2026-03-05 21:00 05:00 01:00 01:30",
                   "Night 2026-03-06 21:00 05:00 01:00 01:30"}));
}

TEST(ShiftCalendar, makes_the_night_shift_seven_hours_when_clocks_go_forward_and_nine_when_back) {
  const auto calendar = berlin({{{"Night", span("22:00", "06:00"), {}}, kEveryDay}});
  const auto spring = shifts_in(calendar, {utc("2026-03-29T00:00"), utc("2026-03-29T01:00")});
  const auto autumn = shifts_in(calendar, {utc("2026-10-25T00:00"), utc("2026-10-25T01:00")});
  const auto plain = shifts_in(calendar, {utc("2026-05-10T00:00"), utc("2026-05-10T01:00")});
  ASSERT_EQ(spring.size(), 1U);
  EXPECT_EQ(spring[0].range.length(), Duration::hours(7));
  ASSERT_EQ(autumn.size(), 1U);
  EXPECT_EQ(autumn[0].range.length(), Duration::hours(9));
  EXPECT_EQ(plain.at(0).range.length(), Duration::hours(8));
}

TEST(ShiftCalendar, leaves_no_hole_and_no_overlap_between_shifts_that_change_when_clocks_do) {
  const auto calendar = berlin({{{"A", span("22:00", "02:30"), {}}, kEveryDay},
                                {{"B", span("02:30", "22:00"), {}}, kEveryDay}});
  for (const char* night : {"2026-03-28T12:00", "2026-10-24T12:00"}) {
    const auto shifts = shifts_in(calendar, {utc(night), utc(night) + Duration::days(1)});
    for (std::size_t i = 1; i < shifts.size(); ++i) {
      EXPECT_EQ(shifts[i - 1].range.to, shifts[i].range.from) << night;
    }
  }
}

TEST(ShiftCalendar, leaves_out_a_break_that_clocks_passed_over) {
  const auto calendar =
      berlin({{{"Night", span("22:00", "06:00"), {{"Meal", span("02:00", "02:30")}}}, kEveryDay}});
  const auto spring = shifts_in(calendar, {utc("2026-03-29T00:00"), utc("2026-03-29T01:00")});
  EXPECT_TRUE(spring.at(0).breaks.empty());
}

TEST(ShiftCalendar, begins_no_weekly_shift_on_a_holiday_but_lets_the_one_before_end) {
  auto calendar = berlin({{{"Night", span("22:00", "06:00"), {}}, kEveryDay}});
  calendar.holidays = {{"Christmas", day("2026-12-25"), day("2026-12-26")}};
  EXPECT_EQ(written(shifts_in(calendar, {utc("2026-12-24T12:00"), utc("2026-12-28T00:00")})),
            (Lines{"Night 2026-12-24 21:00 05:00", "Night 2026-12-27 21:00 05:00"}));
}

TEST(ShiftCalendar, has_extra_shifts_on_holidays_too_and_what_begins_first_holds) {
  auto calendar = berlin({{{"Early", span("06:00", "14:00"), {}}, kEveryDay}});
  calendar.holidays = {{"Stock-taking", day("2026-06-06"), day("2026-06-06")}};
  calendar.extra = {{{"Rush", span("05:00", "10:00"), {}}, day("2026-06-05"), day("2026-06-06")}};
  EXPECT_EQ(written(shifts_in(calendar, {utc("2026-06-05T00:00"), utc("2026-06-07T00:00")})),
            (Lines{"Rush 2026-06-05 03:00 08:00", "Early 2026-06-05 08:00 12:00",
                   "Rush 2026-06-06 03:00 08:00"}));
}

TEST(ShiftCalendar, of_a_shift_all_around_the_clock_has_no_hole) {
  const auto calendar = berlin({{{"Day", span("06:00", "06:00"), {}}, kEveryDay}});
  ASSERT_TRUE(check_calendar(calendar));
  const auto shifts = shifts_in(calendar, {utc("2026-03-01T00:00"), utc("2026-11-01T00:00")});
  EXPECT_EQ(shifts.size(), 246U);
  for (std::size_t i = 1; i < shifts.size(); ++i) {
    ASSERT_EQ(shifts[i - 1].range.to, shifts[i].range.from);
  }
}

// Whatever the calendar ---------------------------------------------------------------------------

WallSpan random_span(SeededRandom& random) {
  const auto minutes = [&] {
    return Duration::minutes(static_cast<std::int64_t>(random.u64() % 1440));
  };
  return {minutes(), minutes()};
}

ShiftCalendar random_calendar(std::uint64_t seed) {
  SeededRandom random(seed);
  constexpr std::array kZones = {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                                 "America/Sao_Paulo", "UTC"};
  ShiftCalendar calendar;
  calendar.zone = TimeZone::find(kZones.at(random.u64() % kZones.size())).value();
  for (std::size_t i = random.u64() % 5; i > 0; --i) {
    WeeklyShift weekly{{"W", random_span(random), {}}, {}};
    for (bool& on : weekly.days) on = random.u64() % 2 == 0;
    for (std::size_t j = random.u64() % 3; j > 0; --j) {
      weekly.shift.breaks.push_back({"B", random_span(random)});
    }
    calendar.weekly.push_back(weekly);
  }
  const auto some_day = [&] {
    return day("2026-03-01") + static_cast<std::int32_t>(random.u64() % 300);
  };
  for (std::size_t i = random.u64() % 3; i > 0; --i) {
    const Day first = some_day();
    calendar.extra.push_back({{"X", random_span(random), {}}, first, first + 3});
    calendar.holidays.push_back({"H", some_day(), some_day()});
  }
  return calendar;
}

TEST(ShiftCalendar, of_any_kind_gives_shifts_in_order_that_never_overlap_and_hold_their_breaks) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const ShiftCalendar calendar = random_calendar(seed);
    const auto shifts = shifts_in(calendar, {utc("2026-03-20T00:00"), utc("2026-11-05T00:00")});
    for (std::size_t i = 0; i < shifts.size(); ++i) {
      ASSERT_FALSE(shifts[i].range.empty()) << seed;
      ASSERT_LE(shifts[i].range.length(), Duration::hours(25)) << seed;
      if (i > 0) ASSERT_LE(shifts[i - 1].range.to, shifts[i].range.from) << seed;
      for (const ShiftTime::Break& pause : shifts[i].breaks) {
        ASSERT_FALSE(pause.range.empty()) << seed;
        ASSERT_LE(shifts[i].range.from, pause.range.from) << seed;
        ASSERT_LE(pause.range.to, shifts[i].range.to) << seed;
      }
    }
  }
}

TEST(ShiftCalendar, says_the_same_of_a_part_of_a_range_as_of_the_whole) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    const ShiftCalendar calendar = random_calendar(seed);
    const auto whole = shifts_in(calendar, {utc("2026-03-20T00:00"), utc("2026-04-10T00:00")});
    const TimeRange part{utc("2026-03-28T17:00") + Duration::hours(static_cast<std::int64_t>(seed)),
                         utc("2026-04-06T03:10")};
    std::vector<ShiftTime> expected;
    for (const ShiftTime& shift : whole) {
      if (shift.range.to > part.from && shift.range.from < part.to) expected.push_back(shift);
    }
    ASSERT_EQ(shifts_in(calendar, part), expected) << seed;
  }
}

// What is refused ---------------------------------------------------------------------------------

TEST(ShiftCalendar, that_is_wrong_is_refused_by_the_name_of_its_field_with_the_mend) {
  const WeeklyShift early{{"Early", span("06:00", "14:00"), {}}, kWorkdays};
  const auto changed = [&](auto change) {
    ShiftCalendar calendar = berlin({early});
    change(calendar);
    return calendar;
  };
  using C = ShiftCalendar;
  const struct {
    C calendar;
    std::string field;
  } cases[] = {
      {changed([](C& c) { c.location = std::string(101, 'x'); }), "location: "},
      {changed([](C& c) { c.weekly[0].shift.name = ""; }), "shifts[0].name: "},
      {changed([](C& c) { c.weekly[0].shift.name = std::string(61, 'x'); }), "shifts[0].name: "},
      {changed([](C& c) { c.weekly[0].shift.span.to = Duration::hours(24); }), "shifts[0].to: "},
      {changed([](C& c) { c.weekly[0].shift.span.from = Duration::seconds(1); }),
       "shifts[0].from: "},
      {changed([](C& c) { c.weekly[0].days = {}; }), "shifts[0].days: "},
      {changed([&](C& c) { c.weekly.assign(51, early); }), "shifts: "},
      {changed([](C& c) { c.weekly.push_back({{"Late", span("13:59", "22:00"), {}}, kWorkdays}); }),
       "shifts[1].from: "},
      {changed([](C& c) {  // from Sunday night into Monday morning
         c.weekly.push_back({{"Night", span("22:00", "06:01"), {}},
                             {false, false, false, false, false, false, true}});
       }),
       "shifts[1].from: "},
      {changed([](C& c) { c.weekly[0].shift.breaks = {{"", span("08:00", "08:30")}}; }),
       "shifts[0].breaks[0].name: "},
      {changed([](C& c) { c.weekly[0].shift.breaks = {{"B", span("14:00", "14:30")}}; }),
       "shifts[0].breaks[0].from: "},
      {changed([](C& c) { c.weekly[0].shift.breaks = {{"B", span("13:45", "14:15")}}; }),
       "shifts[0].breaks[0].to: "},
      {changed([](C& c) {
         c.weekly[0].shift.breaks = {{"B", span("08:00", "08:30")}, {"C", span("08:29", "09:00")}};
       }),
       "shifts[0].breaks[1].from: "},
      {changed([](C& c) {
         c.weekly[0].shift.breaks.assign(11, PlannedBreak{"B", span("08:00", "08:30")});
       }),
       "shifts[0].breaks: "},
      {changed([](C& c) { c.holidays = {{"H", day("2026-01-02"), day("2026-01-01")}}; }),
       "holidays[0].last: "},
      {changed([](C& c) { c.holidays.assign(201, Holiday{"H", {}, {}}); }), "holidays: "},
      {changed([](C& c) { c.extra = {{{"", span("06:00", "07:00"), {}}, {}, {}}}; }),
       "extra_shifts[0].name: "},
      {changed([](C& c) { c.extra.assign(201, ExtraShift{{"X", {}, {}}, {}, {}}); }),
       "extra_shifts: "},
  };
  ASSERT_TRUE(check_calendar(berlin({early})));
  for (const auto& c : cases) {
    const auto checked = check_calendar(c.calendar);
    ASSERT_FALSE(checked) << c.field;
    EXPECT_TRUE(checked.error().message.starts_with(c.field)) << checked.error().message;
    EXPECT_FALSE(checked.error().mend.empty()) << c.field;
  }
}

TEST(ShiftCalendar, takes_shifts_that_touch_and_breaks_up_to_the_end) {
  EXPECT_TRUE(check_calendar(
      berlin({{{"Early", span("06:00", "14:00"), {{"B", span("13:30", "14:00")}}}, kEveryDay},
              {{"Late", span("14:00", "22:00"), {}}, kEveryDay},
              {{"Night", span("22:00", "06:00"), {{"B", span("23:30", "00:30")}}}, kEveryDay}})));
}

TEST(WallTimes, are_read_and_written_in_minutes) {
  EXPECT_EQ(parse_minutes("00:00"), Duration());
  EXPECT_EQ(parse_minutes("23:59"), Duration::minutes(1'439));
  EXPECT_EQ(format_minutes(Duration::minutes(365)), "06:05");
  for (const char* wrong : {"", "24:00", "6:00", "06:60", "06:00:00", "ab:cd"}) {
    EXPECT_FALSE(parse_minutes(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace heed::machines
