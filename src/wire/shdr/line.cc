#include "wire/shdr/line.h"

#include <charconv>
#include <cmath>

#include "wire/shdr/command.h"
#include "wire/shdr/field_reader.h"
#include "wire/text.h"

namespace heed::wire::shdr {
namespace {

// Decimal digits with an optional fraction, in units of `unit` nanoseconds; digits beyond the
// nanosecond are cut. Exact where a double would not be.
std::optional<Duration> parse_duration(std::string_view text, std::int64_t unit) {
  constexpr std::int64_t kLongest = 9'000'000'000'000'000'000;  // 285 years
  std::int64_t whole = 0;
  const char* const end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, whole);
  if (error != std::errc() || whole < 0 || text.front() == '-' || whole > kLongest / unit - 1) {
    return {};
  }
  std::int64_t ns = whole * unit;
  if (at != end && *at == '.') {
    for (++at; at != end && *at >= '0' && *at <= '9'; ++at) {
      unit /= 10;
      ns += (*at - '0') * unit;
    }
  }
  if (at != end) return {};
  return Duration::nanoseconds(ns);
}

bool parse_stamp(std::string_view text, Stamp& stamp) {
  text = trim(text);
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    stamp.lasted = parse_duration(trim(text.substr(at + 1)), 1'000'000'000);
    if (!stamp.lasted) return false;
    text = trim(text.substr(0, at));
  }
  if (text.empty()) return true;
  if (text.size() > 4 && text[4] == '-') {
    stamp.time = parse_time(text);
    return stamp.time.has_value();
  }
  stamp.relative = parse_duration(text, 1'000'000);
  return stamp.relative.has_value();
}

std::optional<Level> parse_level(std::string_view text) {
  for (const Level level : {Level::kNormal, Level::kWarning, Level::kFault, Level::kUnavailable}) {
    if (equals_ignoring_case(text, words(level))) return level;
  }
  return {};
}

void set_key(std::string_view field, Entry& entry) {
  const std::size_t colon = field.find(':');
  const bool prefixed = colon != std::string_view::npos && colon > 0 && colon + 1 < field.size();
  entry.device = prefixed ? field.substr(0, colon) : std::string_view();
  entry.key = prefixed ? field.substr(colon + 1) : field;
}

// `count|rate|v v v` with as many numbers as it says: three fields that pairs do not look like.
bool read_time_series(std::span<const std::string_view> fields, Entry& entry) {
  const auto number = [](std::string_view text, auto& value) {
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && at == text.data() + text.size();
  };
  if (!number(fields[1], entry.sample_count) || entry.sample_count == 0) return false;
  if (!fields[2].empty() && !number(fields[2], entry.sample_rate)) return false;
  if (!std::isfinite(entry.sample_rate)) return false;
  std::uint32_t count = 0;
  for (std::string_view rest = fields[3]; !rest.empty(); ++count) {
    double value = 0;
    if (!number(take_word(rest), value)) return false;
  }
  entry.kind = EntryKind::kTimeSeries;
  entry.value = fields[3];
  return count == entry.sample_count;
}

// The shapes that prove what they are. False if the fields are pairs.
bool read_special(Line& line) {
  const std::vector<std::string_view>& fields = line.fields;
  Entry entry;
  if (fields.front().empty()) return false;
  set_key(fields.front(), entry);
  if (fields.size() == 6) {
    const auto level = parse_level(fields[1]);
    if (!level) return false;
    entry.kind = EntryKind::kCondition;
    entry.level = *level;
    entry.native_code = fields[2];
    entry.severity = fields[3];
    entry.qualifier = fields[4];
    entry.value = fields[5];
    // An Okuma's `UNAVAILABLE|key|value|key|value` has the same seven fields.
    line.needs_model = level == Level::kUnavailable && !fields[2].empty();
  } else if (fields.size() == 3) {
    entry.kind = EntryKind::kMessage;
    entry.native_code = fields[1];
    entry.value = fields[2];
  } else if (fields.size() != 4 || !read_time_series(fields, entry)) {
    return false;
  }
  line.entries.push_back(entry);
  return true;
}

void read_pairs(Line& line) {
  const std::vector<std::string_view>& fields = line.fields;
  for (std::size_t i = 0; i < fields.size(); i += 2) {
    if (fields[i].empty()) {
      line.flaw = fields.size() == 1 ? Flaw::kNothingSaid : Flaw::kEmptyKey;
      break;
    }
    if (i + 1 == fields.size()) {
      line.flaw = Flaw::kKeyWithoutValue;
      break;
    }
    Entry& entry = line.entries.emplace_back();
    set_key(fields[i], entry);
    entry.value = fields[i + 1];
    if (fields.size() > 2) {
      const auto level = parse_level(entry.value);
      line.needs_model = line.needs_model || (level && *level != Level::kUnavailable);
    }
  }
  if (line.entries.empty()) line.kind = LineKind::kMalformed;
}

void reset(Line& line) {
  line.kind = LineKind::kObservations;
  line.flaw = Flaw::kNone;
  line.needs_model = false;
  line.stamp = {};
  line.entries.clear();
  line.asset = {};
  line.command = {};
  line.fields.clear();
}

}  // namespace

Line parse_line(RawLine raw) {
  Line line;
  parse_line(raw, line);
  return line;
}

void parse_line(RawLine raw, Line& into) {
  reset(into);
  if (raw.kind == RawLine::Kind::kTooLong) return fail_line(into, Flaw::kTooLong);
  if (raw.kind == RawLine::Kind::kCut) return fail_line(into, Flaw::kCut);
  const std::string_view text = raw.text;
  if (text.starts_with('*')) return parse_command(text, into);
  const std::size_t bar = text.find('|');
  if (bar == std::string_view::npos) return fail_line(into, Flaw::kNoFields);
  if (!parse_stamp(text.substr(0, bar), into.stamp)) return fail_line(into, Flaw::kTimestamp);
  const std::string_view rest = text.substr(bar + 1);
  if (rest.starts_with('@')) return parse_asset(rest, into);
  into.prepare(rest.size());
  if (!FieldReader(rest, into).read_all()) return fail_line(into, Flaw::kTooManyFields);
  if (!read_special(into)) read_pairs(into);
}

void Line::prepare(std::size_t size) {
  opened_.clear();
  opened_.reserve(size);
}

bool Entry::unavailable() const {
  return kind == EntryKind::kCondition ? level == Level::kUnavailable
                                       : equals_ignoring_case(value, "UNAVAILABLE");
}

std::string_view words(Level level) {
  switch (level) {
    case Level::kNormal: return "NORMAL";
    case Level::kWarning: return "WARNING";
    case Level::kFault: return "FAULT";
    case Level::kUnavailable: return "UNAVAILABLE";
  }
  return {};
}

std::string_view words(Flaw flaw) {
  switch (flaw) {
    case Flaw::kNone: return "nothing is wrong";
    case Flaw::kTooLong: return "the line is too long";
    case Flaw::kCut: return "the connection ended inside the line";
    case Flaw::kNoFields: return "the line has no fields";
    case Flaw::kTimestamp: return "the first field is no time";
    case Flaw::kNothingSaid: return "there is nothing after the time";
    case Flaw::kKeyWithoutValue: return "the last key has no value";
    case Flaw::kEmptyKey: return "a value has no key";
    case Flaw::kTooManyFields: return "the line has too many fields";
    case Flaw::kUnknownAssetCommand: return "the asset command is not known";
    case Flaw::kAssetIncomplete: return "the asset command lacks its id, type or body";
  }
  return {};
}

}  // namespace heed::wire::shdr
