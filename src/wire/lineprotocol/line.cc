#include "wire/lineprotocol/line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace heed::wire::lineprotocol {
namespace {

/// Where a token ends.
enum Ends : std::uint8_t {
  kComma = 1,
  kSpace = 2,
  kEquals = 4,
  kLineEnd = 8,
  kBackslash = 16,
  kReturn = 32
};

constexpr std::array<std::uint8_t, 256> kEnds = [] {
  std::array<std::uint8_t, 256> ends{};
  ends[','] = kComma;
  ends[' '] = kSpace;
  ends['='] = kEquals;
  ends['\n'] = kLineEnd;
  ends['\\'] = kBackslash;
  ends['\r'] = kReturn;
  return ends;
}();

/// Walks one line. What is wrong is kept, and everything after it comes to nothing.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  std::size_t lines() const { return lines_; }
  const char* wrong() const { return wrong_; }
  std::string_view from(std::size_t begin) const { return text_.substr(begin, at_ - begin); }
  /// At the end of the line, which may be CR LF.
  bool ended() const {
    return at_ == text_.size() || text_[at_] == '\n' ||
           (text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n'));
  }
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void fail(const char* why) {
    if (wrong_ == nullptr) wrong_ = why;
  }

  /// Up to the first byte that is one of `ends` and not escaped.
  std::string_view token(std::uint8_t ends) {
    const std::size_t begin = at_;
    ends |= kLineEnd;
    while (at_ < text_.size()) {
      const std::uint8_t met = kEnds[static_cast<unsigned char>(text_[at_])];
      if ((met & ends) != 0 || (met == kReturn && ended())) break;
      at_ += met == kBackslash && escapes() ? 2 : 1;
    }
    return from(begin);
  }

  /// What stands between quotes, of which the first one was taken.
  std::string_view quoted() {
    const std::size_t begin = at_;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++lines_;
      if (c == '"') return text_.substr(begin, at_++ - begin);
      if (c == '\\' && at_ + 1 < text_.size()) ++at_;
      if (at_ - begin > kLongestLine) break;
    }
    fail("a text has no closing quote");
    return {};
  }
  void skip_spaces() {
    while (take(' ')) {
    }
  }

 private:
  /// Whether the backslash here stands for more than itself.
  bool escapes() const {
    constexpr std::uint8_t kEscaped = kComma | kSpace | kEquals;
    return at_ + 1 < text_.size() &&
           (kEnds[static_cast<unsigned char>(text_[at_ + 1])] & kEscaped) != 0;
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::size_t lines_ = 1;
  const char* wrong_ = nullptr;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at - begin;
}

template <class T>
bool is_whole(std::string_view text) {
  T number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

/// -?digits[.digits][e[±]digits], digits on at least one side of the point, and no infinity.
bool is_float(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits(text, at);
  at += whole;
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    fraction = digits(text, at + 1);
    at += 1 + fraction;
  }
  if (whole + fraction == 0) return false;
  if (at == text.size() && whole < 300) return true;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits(text, at);
    at += exponent;
    if (exponent == 0) return false;
  }
  if (at != text.size()) return false;
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && std::isfinite(number);
}

bool is_truth(std::string_view text) {
  constexpr std::array<std::string_view, 10> kTruths = {"t", "T", "true",  "True",  "TRUE",
                                                        "f", "F", "false", "False", "FALSE"};
  return std::ranges::find(kTruths, text) != kTruths.end();
}

/// Sets type and value of what has no quotes.
bool read_bare(std::string_view text, Field& field) {
  if (text.empty()) return false;
  field.value = text;
  const char last = text.back();
  if (is_digit(last) || last == '.') {
    field.type = Type::kFloat;
    return is_float(text);
  }
  if (last == 'i' || last == 'u') {
    field.value.remove_suffix(1);
    field.type = last == 'i' ? Type::kInteger : Type::kUnsigned;
    return last == 'i' ? is_whole<std::int64_t>(field.value) : is_whole<std::uint64_t>(field.value);
  }
  field.type = Type::kTruth;
  return is_truth(text);
}

void read_series(Walk& walk, Point& point) {
  const std::size_t begin = walk.at();
  point.measurement = walk.token(kComma | kSpace);
  if (point.measurement.empty()) walk.fail("it has no measurement");
  while (walk.take(',')) {
    Tag tag;
    tag.key = walk.token(kComma | kSpace | kEquals);
    if (tag.key.empty() || !walk.take('=')) return walk.fail("a tag has no key or no equals sign");
    tag.value = walk.token(kComma | kSpace | kEquals);
    if (tag.value.empty()) return walk.fail("a tag has no value");
    if (point.tags.size() == kMostTags) return walk.fail("it has more than 64 tags");
    point.tags.push_back(tag);
  }
  point.series = walk.from(begin);
  if (!walk.take(' ')) walk.fail("it has no field");
}

void read_fields(Walk& walk, Point& point) {
  walk.skip_spaces();
  do {
    Field field;
    field.key = walk.token(kComma | kSpace | kEquals);
    if (field.key.empty() || !walk.take('=')) {
      return walk.fail("a field has no key or no equals sign");
    }
    if (walk.take('"')) {
      field.type = Type::kText;
      field.value = walk.quoted();
    } else if (!read_bare(walk.token(kComma | kSpace), field)) {
      return walk.fail("a field's value is no number, no truth and no text in quotes");
    }
    if (point.fields.size() == kMostFields) return walk.fail("it has more than 1,024 fields");
    point.fields.push_back(field);
  } while (walk.take(','));
  if (!walk.ended() && !walk.take(' ')) walk.fail("something follows a field's value");
}

void read_timestamp(Walk& walk, Point& point) {
  walk.skip_spaces();
  std::string_view stamp = walk.token(kSpace);
  walk.skip_spaces();
  if (!walk.ended()) return walk.fail("something follows the timestamp");
  if (stamp.empty()) return;
  std::int64_t time = 0;
  const char* end = stamp.data() + stamp.size();
  const auto read = std::from_chars(stamp.data(), end, time);
  if (read.ec != std::errc() || read.ptr != end)
    return walk.fail("its timestamp is no whole number");
  point.timestamp = time;
}

bool tells_a_tag_twice(const Point& point) {
  for (std::size_t i = 1; i < point.tags.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (point.tags[i].key == point.tags[j].key) return true;
    }
  }
  return false;
}

void append_escaped(std::string& name, std::string_view escaped, bool equals_too) {
  for (const char c : unescaped(escaped)) {
    if (c == ',' || c == ' ' || (c == '=' && equals_too)) name += '\\';
    name += c;
  }
}

}  // namespace

bool Reader::skip_empty_lines() {
  while (!rest_.empty()) {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::size_t first = rest_.find_first_not_of(" \t\r");
    if (first < end && rest_[first] != '#') return true;
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++next_line_;
  }
  return false;
}

Result<bool> Reader::next(Point& point) {
  point.tags.clear();
  point.fields.clear();
  point.timestamp.reset();
  if (!skip_empty_lines()) return false;
  line_ = next_line_;
  rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  Walk walk(rest_);
  read_series(walk, point);
  if (walk.wrong() == nullptr) read_fields(walk, point);
  if (walk.wrong() == nullptr) read_timestamp(walk, point);
  if (walk.at() > kLongestLine) walk.fail("it is longer than 256 KiB");
  if (walk.wrong() == nullptr && tells_a_tag_twice(point)) walk.fail("it tells a tag twice");
  if (walk.wrong() != nullptr) {
    return fail(ErrorKind::kInvalid, "line " + std::to_string(line_) + ": " + walk.wrong());
  }
  next_line_ += walk.lines();
  rest_.remove_prefix(walk.at());
  for (const char c : {'\r', '\n'}) {
    if (rest_.starts_with(c)) rest_.remove_prefix(1);
  }
  return true;
}

std::string unescaped_text(std::string_view value) {
  std::string text;
  text.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '\\' && i + 1 < value.size();
    if (escape && (value[i + 1] == '"' || value[i + 1] == '\\')) ++i;
    text += value[i];
  }
  return text;
}

std::string unescaped(std::string_view escaped) {
  std::string text;
  text.reserve(escaped.size());
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const bool escape = escaped[i] == '\\' && i + 1 < escaped.size();
    if (escape && (escaped[i + 1] == ',' || escaped[i + 1] == ' ' || escaped[i + 1] == '=')) ++i;
    text += escaped[i];
  }
  return text;
}

std::string series_name(const Point& point, std::string_view field_key) {
  std::string name;
  append_escaped(name, point.measurement, false);
  std::vector<Tag> tags = point.tags;
  std::ranges::sort(tags, {}, &Tag::key);
  for (const Tag& tag : tags) {
    name += ',';
    append_escaped(name, tag.key, true);
    name += '=';
    append_escaped(name, tag.value, true);
  }
  name += ' ';
  append_escaped(name, field_key, true);
  return name;
}

}  // namespace heed::wire::lineprotocol
