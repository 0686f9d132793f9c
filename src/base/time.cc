#include "base/time.h"

#include <time.h>

namespace heed {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

// Days since 1970-01-01 in the proleptic Gregorian calendar; the era arithmetic is Howard Hinnant's
// `days_from_civil` (howardhinnant.github.io/date_algorithms.html).
constexpr std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

/// `width` digits of a `value` ≥ 0. By hand, as a time is written for every line that comes in.
void append_digits(std::string& out, std::int64_t value, std::size_t width) {
  out.resize(out.size() + width);
  for (std::size_t i = 1; i <= width; ++i, value /= 10) {
    out[out.size() - i] = static_cast<char>('0' + value % 10);
  }
}

struct Civil {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

constexpr Civil civil_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const unsigned month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

constexpr unsigned days_in_month(unsigned year, unsigned month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The `count` digits at `at`, or a value past every limit when one of them is no digit.
constexpr unsigned digits_at(std::string_view text, std::size_t at, std::size_t count) {
  unsigned value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return 1'000'000;
    value = value * 10 + static_cast<unsigned>(text[i] - '0');
  }
  return value;
}

// Reads `.123456` from the front of `text` and takes it off.
std::int64_t take_fraction(std::string_view& text) {
  std::int64_t value = 0;
  std::int64_t unit = kNanosecondsPerSecond / 10;
  text.remove_prefix(1);
  while (!text.empty() && is_digit(text.front())) {
    value += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return value;
}

// The offset east of UTC in seconds, if `text` is exactly a zone designator.
std::optional<std::int64_t> parse_zone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return {};
  const unsigned hours = digits_at(text, 1, 2);
  const unsigned minutes = digits_at(text, 4, 2);
  if (hours > 23 || minutes > 59) return {};
  const std::int64_t offset = hours * 3'600 + minutes * 60;
  return text[0] == '+' ? offset : -offset;
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) {
  constexpr std::size_t kSecondsEnd = 19;  // 2016-10-31T09:08:36
  if (text.size() < kSecondsEnd || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') {
    return {};
  }
  const unsigned year = digits_at(text, 0, 4);
  const unsigned month = digits_at(text, 5, 2);
  const unsigned day = digits_at(text, 8, 2);
  const unsigned hour = digits_at(text, 11, 2);
  const unsigned minute = digits_at(text, 14, 2);
  const unsigned second = digits_at(text, 17, 2);
  if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 ||
      day > days_in_month(year, month) || hour > 23 || minute > 59 || second > 60) {
    return {};
  }
  constexpr std::int64_t kEarliest = days_from_civil(1678, 1, 1) * 86'400;
  constexpr std::int64_t kLatest = days_from_civil(2262, 1, 1) * 86'400;
  std::string_view rest = text.substr(kSecondsEnd);
  const std::int64_t fraction = !rest.empty() && rest.front() == '.' ? take_fraction(rest) : 0;
  const auto zone = parse_zone(rest);
  if (!zone) return {};
  const std::int64_t seconds =
      days_from_civil(year, month, day) * 86'400 + hour * 3'600LL + minute * 60LL + second - *zone;
  // A leap second or a zone may lead out of the years that format_time writes and we read.
  if (seconds < kEarliest || seconds >= kLatest) return {};
  return Time::from_nanoseconds(seconds * kNanosecondsPerSecond + fraction);
}

std::string format_time(Time t, int digits) {
  const std::int64_t seconds = t.seconds();
  const std::int64_t fraction =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(t.nanoseconds()) -
                                static_cast<std::uint64_t>(seconds) * kNanosecondsPerSecond);
  const std::int64_t days = t.utc_day();
  const std::int64_t of_day = seconds - days * 86'400;
  const Civil civil = civil_from_days(days);
  if (fraction % 1'000 != 0) {
    digits = 9;
  } else if (fraction % 1'000'000 != 0 && digits < 6) {
    digits = 6;
  } else if (fraction != 0 && digits < 3) {
    digits = 3;
  }
  std::string text;
  text.reserve(sizeof "2026-01-01T00:00:00.000000000Z");
  append_digits(text, civil.year, 4);
  append_digits(text += '-', civil.month, 2);
  append_digits(text += '-', civil.day, 2);
  append_digits(text += 'T', of_day / 3'600, 2);
  append_digits(text += ':', of_day / 60 % 60, 2);
  append_digits(text += ':', of_day % 60, 2);
  if (digits > 0) {
    append_digits(text += '.', fraction, 9);
    text.resize(text.size() - static_cast<std::size_t>(9 - digits));
  }
  return text += 'Z';
}

namespace {

std::int64_t read_clock(clockid_t id) {
  timespec t{};
  ::clock_gettime(id, &t);
  return t.tv_sec * kNanosecondsPerSecond + t.tv_nsec;
}

}  // namespace

Time SystemClock::now() const {
  return Time::from_nanoseconds(read_clock(CLOCK_REALTIME));
}

Duration SystemClock::steady() const {
  return Duration::nanoseconds(read_clock(CLOCK_MONOTONIC));
}

}  // namespace heed
