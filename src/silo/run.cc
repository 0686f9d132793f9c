#include "silo/run.h"

#include <charconv>

#include "silo/folding.h"

namespace heed::silo {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Counts and codes are most of what is read: digits alone, few enough to be exact.
std::optional<double> small_count(std::string_view text) {
  constexpr std::size_t kMostExactDigits = 15;
  if (text.empty() || text.size() > kMostExactDigits) return {};
  std::int64_t number = 0;
  for (const char c : text) {
    if (!is_digit(c)) return {};
    number = number * 10 + (c - '0');
  }
  return static_cast<double>(number);
}

}  // namespace

std::optional<double> decimal(std::string_view text) {
  if (const auto count = small_count(text)) return count;
  // from_chars also reads "inf" and "nan", which no machine means as a number to plot.
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  if (text.size() <= first || !(is_digit(text[first]) || text[first] == '.')) return {};
  double number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return {};
  return number;
}

SampleView view(const Run& run, const Run::Item& item) {
  SampleView shown;
  shown.at = Time::from_nanoseconds(item.at);
  shown.device = Time::from_nanoseconds(item.device);
  shown.arrival = Time::from_milliseconds(item.arrival_ms);
  shown.flags = item.flags & kMostFlags;
  shown.gap = item.gap;
  shown.text = run.text(item);
  if (!item.gap) shown.number = decimal(shown.text);
  return shown;
}

}  // namespace heed::silo
