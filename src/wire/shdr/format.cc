// Entries → SHDR lines: the other half of line.h.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "wire/shdr/line.h"
#include "wire/text.h"

namespace heed::wire::shdr {
namespace {

// Nanoseconds as decimal in units of `unit` nanoseconds (a power of ten), exact.
std::string format_decimal(Duration d, std::int64_t unit) {
  std::int64_t rest = d.count_nanoseconds() % unit;
  std::string text = fmt::format("{}", d.count_nanoseconds() / unit);
  for (bool point = false; rest != 0; point = true) {
    unit /= 10;
    if (!point) text += '.';
    text += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
  return text;
}

std::string format_stamp(const Stamp& stamp) {
  std::string text;
  if (stamp.time) text = format_time(*stamp.time);
  if (stamp.relative) text = format_decimal(*stamp.relative, 1'000'000);
  if (stamp.lasted) text += '@' + format_decimal(*stamp.lasted, 1'000'000'000);
  return text;
}

void append_field(std::string& line, std::string_view field) {
  line += '|';
  const bool plain = field.find('|') == std::string_view::npos && trim(field) == field &&
                     !field.starts_with('"') && !field.starts_with('@');
  if (!plain) line += '"';
  for (const char c : field) {
    if (!plain && (c == '|' || c == '"' || c == '\\')) line += '\\';
    line += c == '\n' ? ' ' : c;
  }
  if (!plain) line += '"';
}

void append_entry(std::string& line, const Entry& entry) {
  append_field(line, entry.device.empty() ? std::string(entry.key)
                                          : fmt::format("{}:{}", entry.device, entry.key));
  switch (entry.kind) {
    case EntryKind::kValue: break;
    case EntryKind::kCondition:
      append_field(line, words(entry.level));
      append_field(line, entry.native_code);
      append_field(line, entry.severity);
      append_field(line, entry.qualifier);
      break;
    case EntryKind::kMessage: append_field(line, entry.native_code); break;
    case EntryKind::kTimeSeries:
      line += fmt::format("|{}|{}", entry.sample_count, entry.sample_rate);
      break;
  }
  append_field(line, entry.value);
}

// Two pairs may look like a time series, three like a condition; four and more like nothing else.
bool may_share_a_line(std::span<const Entry> values) {
  if (values.size() != 2 && values.size() != 3) return true;
  const std::string_view first = values.front().value;
  const std::string_view second = values[1].key;
  const bool number = !first.empty() && first.front() >= '0' && first.front() <= '9' &&
                      !second.empty() && second.find_first_not_of("0123456789.eE+-") == second.npos;
  const bool level =
      std::ranges::any_of(std::initializer_list<Level>{Level::kNormal, Level::kWarning,
                                                       Level::kFault, Level::kUnavailable},
                          [&](Level l) { return equals_ignoring_case(trim(first), words(l)); });
  return values.size() == 2 ? !number : !level;
}

void append_line(std::string& text, std::string_view stamp, std::span<const Entry> entries) {
  text += stamp;
  for (const Entry& entry : entries) append_entry(text, entry);
  text += '\n';
}

}  // namespace

std::string format_line(const Stamp& stamp, std::span<const Entry> entries) {
  const std::string time = format_stamp(stamp);
  std::string text;
  while (!entries.empty()) {
    const auto special = std::ranges::find_if(
        entries, [](const Entry& entry) { return entry.kind != EntryKind::kValue; });
    std::size_t count = static_cast<std::size_t>(special - entries.begin());
    count = std::min(count, kMostFields / 2);
    if (count == 0 || !may_share_a_line(entries.first(count))) count = 1;
    append_line(text, time, entries.first(count));
    entries = entries.subspan(count);
  }
  return text;
}

std::string condition_text(const Entry& condition) {
  return fmt::format("{}|{}|{}|{}|{}", words(condition.level), condition.native_code,
                     condition.severity, condition.qualifier, condition.value);
}

}  // namespace heed::wire::shdr
