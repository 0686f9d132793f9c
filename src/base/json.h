// JSON in and out (RFC 8259). Out is a writer that appends text as it goes; in is a small value
// tree with limits, for request bodies and stored documents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace heed {

/// The text in double quotes, escaped; bytes that are not UTF-8 become U+FFFD.
std::string json_quote(std::string_view text);

class Json;

/// Writes one JSON document. Calls must nest correctly; a member is `key()` then a value.
///   JsonWriter w; w.begin_object().key("name").value("Mazak").end_object(); w.take();
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  /// Shortest form that reads back as the same number; NaN and infinities become null.
  JsonWriter& value(double number);
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(unsigned number) { return value(static_cast<std::uint64_t>(number)); }
  JsonWriter& value(bool truth);
  /// As an RFC 3339 string.
  JsonWriter& value(Time time);
  JsonWriter& null();
  JsonWriter& value(const Json& json);
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }
  template <class T>
  JsonWriter& member(std::string_view name, const T& v) {
    return key(name).value(v);
  }
  /// Text that is already JSON.
  JsonWriter& raw(std::string_view json);

  std::string_view view() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  std::string text_;
  bool first_ = true;
};

/// A parsed JSON value. Object members keep their order.
class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;
  using Value =
      std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object>;

  Json() = default;
  explicit Json(Value v) : value_(std::move(v)) {}

  /// At most `max_depth` levels; kInvalid names the byte where it goes wrong.
  static Result<Json> parse(std::string_view text, std::size_t max_depth = 32);

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  /// The member, or nullptr when this is no object or has no such member.
  const Json* find(std::string_view key) const;
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  std::optional<bool> boolean() const;
  /// Any JSON number.
  std::optional<double> number() const;
  /// A number without a fraction that fits.
  std::optional<std::int64_t> integer() const;
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }

 private:
  Value value_ = nullptr;
};

/// The string member `key`, or a kInvalid error that names it.
Result<std::string> required_string(const Json& object, std::string_view key);

}  // namespace heed
