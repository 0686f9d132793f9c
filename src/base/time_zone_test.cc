#include "base/time_zone.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "base/random.h"

namespace heed {
namespace {

TimeZone zone(std::string_view name) {
  return TimeZone::find(name).value();
}
WallTime wall(std::string_view day, std::int64_t hours, std::int64_t minutes = 0) {
  return {parse_day(day).value(), Duration::hours(hours) + Duration::minutes(minutes)};
}
std::string utc(Time time) {
  return format_time(time, 0);
}

TEST(Day, is_read_and_written_as_a_date) {
  EXPECT_EQ(parse_day("1970-01-01")->number, 0);
  EXPECT_EQ(format_day(parse_day("2028-02-29").value()), "2028-02-29");
  for (const char* wrong : {"", "2027-02-29", "2026-13-01", "26-01-01", "1969-12-31", "2200-01-01",
                            "2026-01-01T", "2026/01/01", "2026-1-001"}) {
    EXPECT_FALSE(parse_day(wrong)) << wrong;
  }
}

TEST(Day, knows_its_weekday_from_monday_on) {
  EXPECT_EQ(parse_day("1970-01-01")->weekday(), 3);
  EXPECT_EQ(parse_day("2026-11-29")->weekday(), 6);
  EXPECT_EQ((parse_day("1970-01-01").value() - 4).weekday(), 6);
}

TEST(TimeZone, of_no_known_name_is_not_found_and_the_mend_shows_one) {
  for (const char* name : {"", "Europe/Atlantis", "europe/berlin", "../../etc/passwd",
                           "/etc/passwd", "Europe", "+01:00"}) {
    const auto found = TimeZone::find(name);
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().kind, ErrorKind::kNotFound);
    EXPECT_TRUE(found.error().mend.contains("Europe/Berlin"));
  }
}

TEST(TimeZone, names_are_all_found) {
  const auto names = TimeZone::names();
  EXPECT_GT(names.size(), 400U);
  EXPECT_TRUE(std::ranges::is_sorted(names));
  for (const std::string& name : names) {
    const auto found = TimeZone::find(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->name(), name);
  }
}

TEST(TimeZone, shows_what_a_wall_shows) {
  EXPECT_EQ(zone("Europe/Berlin").wall(parse_time("2026-01-15T12:00:00.5Z").value()),
            (WallTime{parse_day("2026-01-15").value(), Duration::milliseconds(46'800'500)}));
  EXPECT_EQ(zone("America/New_York").wall(parse_time("2026-07-01T02:00:00Z").value()),
            wall("2026-06-30", 22));
  EXPECT_EQ(zone("Asia/Kathmandu").offset(Time::from_seconds(1'700'000'000)),
            Duration::minutes(345));
  EXPECT_EQ(TimeZone::utc().wall(parse_time("2026-07-01T02:00:00Z").value()),
            wall("2026-07-01", 2));
}

TEST(TimeZone, takes_a_wall_time_that_never_was_as_the_moment_at_which_clocks_were_set) {
  // Berlin, 2026-03-29: 02:00 becomes 03:00.
  const TimeZone berlin = zone("Europe/Berlin");
  EXPECT_EQ(utc(berlin.moment(wall("2026-03-29", 1, 59))), "2026-03-29T00:59:00Z");
  EXPECT_EQ(utc(berlin.moment(wall("2026-03-29", 2))), "2026-03-29T01:00:00Z");
  EXPECT_EQ(utc(berlin.moment(wall("2026-03-29", 2, 30))), "2026-03-29T01:00:00Z");
  EXPECT_EQ(utc(berlin.moment(wall("2026-03-29", 3))), "2026-03-29T01:00:00Z");
  EXPECT_EQ(utc(berlin.moment(wall("2026-03-29", 3, 1))), "2026-03-29T01:01:00Z");
}

TEST(TimeZone, takes_a_wall_time_that_was_twice_as_the_first) {
  // Berlin, 2026-10-25: 03:00 becomes 02:00.
  const TimeZone berlin = zone("Europe/Berlin");
  EXPECT_EQ(utc(berlin.moment(wall("2026-10-25", 2))), "2026-10-25T00:00:00Z");
  EXPECT_EQ(utc(berlin.moment(wall("2026-10-25", 2, 30))), "2026-10-25T00:30:00Z");
  EXPECT_EQ(utc(berlin.moment(wall("2026-10-25", 3))), "2026-10-25T02:00:00Z");
}

TEST(TimeZone, begins_a_day_that_has_no_midnight_when_clocks_pass_over_it) {
  // São Paulo, 2018-11-04: 00:00 becomes 01:00.
  const TimeZone zone = heed::zone("America/Sao_Paulo");
  const Time begin = zone.begin(parse_day("2018-11-04").value());
  EXPECT_EQ(utc(begin), "2018-11-04T03:00:00Z");
  EXPECT_EQ(zone.wall(begin), wall("2018-11-04", 1));
  EXPECT_EQ(zone.day_start(begin), begin);
  EXPECT_EQ(zone.day_start(begin + Duration::hours(22)), begin);
  EXPECT_EQ(utc(zone.day_start(begin - Duration::seconds(1))), "2018-11-03T03:00:00Z");
}

TEST(TimeZone, ends_each_day_later_than_any_moment_of_it) {
  // Goose Bay, 2009-11-01: 00:01 becomes 23:01 of the day before.
  const TimeZone goose_bay = zone("America/Goose_Bay");
  const Time once_more = parse_time("2009-11-01T03:30:00Z").value();
  EXPECT_EQ(goose_bay.wall(once_more), wall("2009-10-31", 23, 30));
  EXPECT_LT(goose_bay.begin(parse_day("2009-11-01").value()), once_more);
  EXPECT_EQ(utc(goose_bay.day_end(once_more)), "2009-11-02T04:00:00Z");
  EXPECT_EQ(utc(zone("Europe/Berlin").day_end(parse_time("2026-03-28T23:00:00Z").value())),
            "2026-03-29T22:00:00Z");
}

/// Another implementation: the C library's, which has the zone in a global.
std::int64_t offset_of_libc(const std::string& name, Time at) {
  ::setenv("TZ", name.c_str(), 1);
  ::tzset();
  const time_t seconds = at.seconds();
  tm local{};
  ::localtime_r(&seconds, &local);
  return local.tm_gmtoff;
}

TEST(TimeZone, agrees_with_the_c_library_in_every_zone_until_2037) {
  SeededRandom random(7);
  for (const std::string& name : TimeZone::names()) {
    const TimeZone zone = heed::zone(name);
    for (int i = 0; i < 40; ++i) {
      const auto at = Time::from_seconds(static_cast<std::int64_t>(random.u64() % 2'114'380'800));
      ASSERT_EQ(zone.offset(at), Duration::seconds(offset_of_libc(name, at)))
          << name << " " << utc(at);
    }
  }
}

TEST(TimeZone, never_turns_a_later_wall_time_into_an_earlier_moment) {
  SeededRandom random(11);
  for (const char* name : {"Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe",
                           "Pacific/Apia", "America/New_York", "Africa/Casablanca"}) {
    const TimeZone zone = heed::zone(name);
    for (int i = 0; i < 2'000; ++i) {
      const Day day{static_cast<std::int32_t>(random.u64() % 24'000)};
      const auto from = Duration::minutes(static_cast<std::int64_t>(random.u64() % 2'880));
      const auto more = Duration::minutes(static_cast<std::int64_t>(random.u64() % 240));
      const Time first = zone.moment({day, from});
      ASSERT_LE(first, zone.moment({day, from + more})) << name << " " << format_day(day);
      // What a wall shows leads back, or to the first of the two times at which it showed it.
      ASSERT_LE(zone.moment(zone.wall(first)), first) << name << " " << format_day(day);
      ASSERT_EQ(zone.wall(zone.moment(zone.wall(first))), zone.wall(first)) << name;
    }
  }
}

}  // namespace
}  // namespace heed
