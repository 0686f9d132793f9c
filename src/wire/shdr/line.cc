#include "wire/shdr/line.h"

#include <charconv>
#include <cmath>

#include "wire/text.h"

namespace heed::wire::shdr {

// Splits what follows the stamp into fields, quotes opened.
class FieldReader {
 public:
  FieldReader(std::string_view text, Line& line) : rest_(text), line_(line) {}
  // False beyond kMostFields.
  bool read_all();

 private:
  std::string_view next();
  std::optional<std::string_view> next_quoted();
  std::string_view open(std::string_view quoted);
  void pass(std::size_t size);

  std::string_view rest_;
  Line& line_;
  bool more_ = true;
};

bool FieldReader::read_all() {
  while (more_) {
    if (line_.fields.size() == kMostFields) return false;
    line_.fields.push_back(next());
  }
  return true;
}

std::string_view FieldReader::next() {
  while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  if (rest_.starts_with('"')) {
    if (const auto quoted = next_quoted()) return *quoted;
  }
  const std::string_view field = rest_.substr(0, rest_.find('|'));
  pass(field.size());
  return trim(field);
}

// As the reference agent has it: a bar inside quotes is escaped, and after the closing quote there
// is nothing but blanks. Anything else that begins with a quote is taken to the letter.
std::optional<std::string_view> FieldReader::next_quoted() {
  bool escaped = false;
  std::size_t i = 1;
  for (; i < rest_.size() && rest_[i] != '"'; ++i) {
    if (rest_[i] == '|') return {};
    if (rest_[i] == '\\') {
      escaped = true;
      ++i;
    }
  }
  if (i >= rest_.size()) return {};
  std::size_t end = i + 1;
  while (end < rest_.size() && is_blank(rest_[end])) ++end;
  if (end < rest_.size() && rest_[end] != '|') return {};
  const std::string_view inside = rest_.substr(1, i - 1);
  pass(end);
  return escaped ? open(inside) : inside;
}

std::string_view FieldReader::open(std::string_view quoted) {
  std::vector<char>& opened = line_.opened_;
  // Room for all that could still come, so that it never grows under a view: parse_line reserved
  // the size of the whole line.
  const std::size_t start = opened.size();
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\') ++i;
    opened.push_back(quoted[i]);
  }
  return {opened.data() + start, opened.size() - start};
}

void FieldReader::pass(std::size_t size) {
  more_ = size < rest_.size();
  rest_.remove_prefix(more_ ? size + 1 : size);
}

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

std::string_view take_field(std::string_view& rest) {
  const std::size_t bar = rest.find('|');
  const std::string_view field = rest.substr(0, bar);
  rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  return trim(field);
}

// The lines between `--multiline--TOKEN` and its repetition; other text as it is.
std::string_view unwrap(std::string_view body) {
  body = trim(body);
  if (!body.starts_with("--multiline--")) return body;
  const std::size_t first = body.find('\n');
  const std::size_t last = body.rfind('\n');
  if (first == std::string_view::npos || first == last) return {};
  return trim(body.substr(first, last - first));
}

bool begins_body(std::string_view rest) {
  rest = trim(rest);
  return rest.empty() || rest.starts_with('<') || rest.starts_with("--multiline--");
}

struct AssetWord {
  std::string_view word;
  AssetCommand::Kind kind;
};
constexpr AssetWord kAssetWords[] = {
    {"@ASSET@", AssetCommand::Kind::kAsset},
    {"@UPDATE_ASSET@", AssetCommand::Kind::kUpdate},
    {"@REMOVE_ASSET@", AssetCommand::Kind::kRemove},
    {"@REMOVE_ALL_ASSETS@", AssetCommand::Kind::kRemoveAll},
    {"@DEVICE@", AssetCommand::Kind::kDevice},
};

// `rest` begins after the command word. False if something is missing.
bool read_asset(std::string_view rest, AssetCommand& asset) {
  using Kind = AssetCommand::Kind;
  switch (asset.kind) {
    case Kind::kRemoveAll: asset.type = take_field(rest); return true;
    case Kind::kRemove: asset.id = take_field(rest); return !asset.id.empty();
    case Kind::kUpdate:
      asset.id = take_field(rest);
      asset.body = unwrap(rest);
      return !asset.id.empty() && !asset.body.empty();
    case Kind::kAsset:
      asset.id = take_field(rest);
      asset.type = take_field(rest);
      asset.body = unwrap(rest);
      return !asset.id.empty() && !asset.type.empty() && !asset.body.empty();
    case Kind::kDevice:
      if (!begins_body(rest)) asset.id = take_field(rest);
      if (!begins_body(rest)) asset.type = take_field(rest);
      asset.body = unwrap(rest);
      return !asset.body.empty();
  }
  return false;
}

void fail_line(Line& line, Flaw flaw) {
  line.kind = LineKind::kMalformed;
  line.flaw = flaw;
}

void parse_asset(std::string_view rest, Line& line) {
  line.kind = LineKind::kAsset;
  const std::string_view word = take_field(rest);
  for (const AssetWord& known : kAssetWords) {
    if (word != known.word) continue;
    line.asset.kind = known.kind;
    if (!read_asset(rest, line.asset)) fail_line(line, Flaw::kAssetIncomplete);
    return;
  }
  fail_line(line, Flaw::kUnknownAssetCommand);
}

void parse_command(std::string_view text, Line& line) {
  text = trim(text.substr(1));
  line.kind = LineKind::kCommand;
  std::string_view rest = text;
  const std::string_view word = take_word(rest);
  if (equals_ignoring_case(word, "PING")) {
    line.kind = LineKind::kPing;
  } else if (equals_ignoring_case(word, "PONG")) {
    line.kind = LineKind::kPong;
    line.command = {word, rest};
  } else {
    const std::size_t colon = text.find(':');
    line.command.key = trim(text.substr(0, colon));
    if (colon != std::string_view::npos) line.command.value = unwrap(text.substr(colon + 1));
  }
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
