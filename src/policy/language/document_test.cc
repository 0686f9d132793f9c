#include "policy/language/document.h"

#include <gtest/gtest.h>

namespace heed::policy {
namespace {

TEST(Span, is_the_shortest_time_that_its_words_can_mean) {
  struct Row {
    Span span;
    Duration shortest;
  };
  const std::array rows = {
      Row{{72, Unit::kHour}, Duration::hours(72)},
      Row{{30, Unit::kDay}, Duration::days(30)},
      Row{{1, Unit::kMonth}, Duration::days(28)},
      Row{{2, Unit::kMonth}, Duration::days(59)},
      Row{{3, Unit::kMonth}, Duration::days(89)},
      Row{{12, Unit::kMonth}, Duration::days(365)},
      Row{{13, Unit::kMonth}, Duration::days(393)},
      Row{{37, Unit::kMonth}, Duration::days(1'124)},
      Row{{1, Unit::kYear}, Duration::days(365)},
      Row{{4, Unit::kYear}, Duration::days(1'461)},
      Row{{10, Unit::kYear}, Duration::days(3'652)},
      Row{{999'999'999, Unit::kHour}, Duration::max()},
      Row{{999'999'999, Unit::kYear}, Duration::max()},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.span.count);
    EXPECT_EQ(row.span.shortest(), row.shortest);
  }
}

/// Days from the first of a month to the first of another one, in the Gregorian calendar; counted
/// from January of the year 1.
std::int64_t day_of(std::int64_t month) {
  const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(1 + month / 12)),
                                        std::chrono::month(static_cast<unsigned>(1 + month % 12)),
                                        std::chrono::day(1)};
  return std::chrono::sys_days(day).time_since_epoch().count();
}

TEST(Span, of_months_is_the_shortest_that_a_calendar_of_two_centuries_has) {
  // From 1901 to 2099 every fourth year is a leap year.
  constexpr std::int64_t kFirst = 1900 * 12;
  constexpr std::int64_t kLast = 2098 * 12;
  for (std::uint32_t months = 1; months <= 120; ++months) {
    std::int64_t shortest = 1'000'000;
    for (std::int64_t from = kFirst; from + months <= kLast; ++from) {
      shortest = std::min(shortest, day_of(from + months) - day_of(from));
    }
    EXPECT_EQ(Span(months, Unit::kMonth).shortest(), Duration::days(shortest)) << months;
  }
}

TEST(Names, of_dimensions_and_types_are_as_a_policy_writes_them) {
  EXPECT_EQ(name_of(Dimension::kCategory), "category");
  EXPECT_EQ(name_of(Dimension::kEvent), "event");
  EXPECT_EQ(name_of(FieldType::kText), "text");
  EXPECT_EQ(name_of(FieldType::kBytes), "bytes");
  EXPECT_EQ(name_of(FieldType::kReference), "reference");
  EXPECT_EQ(name_of(OnErasure::kNone), "");
  EXPECT_EQ(name_of(OnErasure::kStays), "stays");
}

}  // namespace
}  // namespace heed::policy
