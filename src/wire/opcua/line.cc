#include "wire/opcua/line.h"

#include <fmt/core.h>

#include "base/json.h"

namespace heed::wire::opcua {
namespace {

// Takes the elements of a line one after the other; what is not of the kind asked for spoils it.
class Elements {
 public:
  explicit Elements(const Json::Array& all) : all_(all) {}

  std::string text() {
    const Json* element = next();
    const std::string* text = element == nullptr ? nullptr : element->string();
    if (text == nullptr) return spoil(), std::string();
    return *text;
  }
  bool truth() {
    const Json* element = next();
    const auto truth = element == nullptr ? std::nullopt : element->boolean();
    if (!truth) spoil();
    return truth.value_or(false);
  }
  std::int64_t whole(std::int64_t below) {
    const Json* element = next();
    const auto whole = element == nullptr ? std::nullopt : element->integer();
    const bool fits = whole && *whole >= 0 && *whole < below;
    if (!fits) spoil();
    return fits ? *whole : 0;
  }
  std::uint32_t node() { return static_cast<std::uint32_t>(whole(kMostNodes)); }
  std::optional<Time> time() {
    const Json* element = next();
    if (element == nullptr) return spoil(), std::nullopt;
    if (element->is_null()) return {};
    const std::string* text = element->string();
    const auto time = text == nullptr ? std::nullopt : parse_time(*text);
    if (!time) spoil();
    return time;
  }
  std::optional<std::string> value() {
    const Json* element = next();
    if (element == nullptr) return spoil(), std::nullopt;
    if (element->is_null()) return {};
    if (const std::string* text = element->string()) return *text;
    if (const auto truth = element->boolean()) return *truth ? "true" : "false";
    if (const auto whole = element->integer()) return std::to_string(*whole);
    if (const auto number = element->number()) return fmt::format("{:.9g}", *number + 0.0);
    return spoil(), std::nullopt;
  }
  /// All were taken, and all were as they should be.
  bool good() const { return good_ && next_ == all_.size(); }

 private:
  const Json* next() { return next_ < all_.size() ? &all_[next_++] : nullptr; }
  void spoil() { good_ = false; }

  const Json::Array& all_;
  std::size_t next_ = 1;
  bool good_ = true;
};

constexpr std::int64_t kSeverities = 65'536;
constexpr std::int64_t kStatuses = std::int64_t{1} << 32;
constexpr std::int64_t kAny = INT64_MAX;

// Members in the order in which they are taken, so each is taken in a statement of its own.
Line alarm_of(Elements& from) {
  Alarm alarm;
  alarm.condition = from.text();
  alarm.at = from.time();
  alarm.active = from.truth();
  alarm.severity = from.whole(kSeverities);
  alarm.code = from.text();
  alarm.text = from.text();
  return alarm;
}

Line message_of(Elements& from) {
  Message message;
  message.at = from.time();
  message.severity = from.whole(kSeverities);
  message.code = from.text();
  message.text = from.text();
  return message;
}

Line value_of(Elements& from) {
  Value value;
  value.number = from.node();
  value.at = from.time();
  value.status = static_cast<std::uint32_t>(from.whole(kStatuses));
  value.value = from.value();
  return value;
}

// Braces take their initializers from left to right.
std::optional<Line> line_of(std::string_view word, Elements& from) {
  if (word == "value") return value_of(from);
  if (word == "alarm") return alarm_of(from);
  if (word == "message") return message_of(from);
  if (word == "node") return Node{from.node(), from.text(), from.text(), from.text()};
  if (word == "custom") return Custom{from.node(), from.node()};
  if (word == "nodes") return Nodes{};
  if (word == "step") return Step{from.truth(), from.text()};
  if (word == "up") return Up{from.truth(), from.text()};
  if (word == "broken") return Broken{from.text()};
  if (word == "down") return Down{from.text()};
  if (word == "lost") return Lost{static_cast<std::uint64_t>(from.whole(kAny)), from.text()};
  if (word == "heed-opcua") return Hello{from.whole(kAny)};
  return {};
}

}  // namespace

Result<Line> parse_line(std::string_view line) {
  if (line.size() > kLongestLine) return fail(ErrorKind::kInvalid, "the line is too long");
  const auto json = Json::parse(line, 2);
  if (!json) return std::unexpected(json.error());
  const Json::Array* elements = json->array();
  const std::string* word =
      elements == nullptr || elements->empty() ? nullptr : elements->front().string();
  if (word == nullptr) return fail(ErrorKind::kInvalid, "this is no list with a word");
  Elements from(*elements);
  auto read = line_of(*word, from);
  if (!read) return fail(ErrorKind::kInvalid, "there is no line " + *word);
  if (!from.good()) return fail(ErrorKind::kInvalid, "this is no whole line " + *word);
  return *std::move(read);
}

}  // namespace heed::wire::opcua
