#include "policy/lint/review.h"

#include <chrono>

namespace heed::policy {
namespace {

/// The day that many months on, or the last of its month if that month is too short.
Time months_later(Time from, int months) {
  using std::chrono::days;
  const std::chrono::year_month_day day(std::chrono::sys_days(days(from.utc_day())));
  const auto moved = day.year() / day.month() + std::chrono::months(months);
  std::chrono::year_month_day then = moved / day.day();
  if (!then.ok()) then = moved / std::chrono::last;
  const auto since = std::chrono::sys_days(then).time_since_epoch();
  return Time::from_seconds(std::int64_t{since.count()} * 86'400);
}

}  // namespace

std::optional<Time> day_of(std::string_view date) {
  return parse_time(std::string(date) + "T00:00:00Z");
}

std::optional<Time> review_due(const Policy& policy) {
  const auto written = day_of(policy.date());
  if (!written || !policy.review()) return {};
  const Span& every = *policy.review();
  const auto count = static_cast<int>(std::min(every.count, 2'400U));  // keeps years in range
  if (every.unit == Unit::kMonth) return months_later(*written, count);
  if (every.unit == Unit::kYear) return months_later(*written, std::min(count, 200) * 12);
  return *written + every.shortest();
}

std::string date_of(Time time) {
  return format_time(time, 0).substr(0, 10);
}

}  // namespace heed::policy
