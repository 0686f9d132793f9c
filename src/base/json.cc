#include "base/json.h"

#include <cmath>

#include <fmt/core.h>
#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>

namespace heed {
namespace {

// The length of the well-formed UTF-8 sequence at the front of `text`, or 0 (RFC 3629 §4).
std::size_t utf8_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return i < text.size() && at(i) >= low && at(i) <= high;
  };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return continues(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;  // no surrogates
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = utf8_length(text);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<std::uint8_t>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else if (length == 0) {
      out += "\xef\xbf\xbd";
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

Result<Json> convert(const boost::json::value& value);

Result<Json> convert_object(const boost::json::object& object) {
  Json::Object members;
  members.reserve(object.size());
  for (const auto& member : object) {
    const std::string_view key(member.key().data(), member.key().size());
    ASSIGN_OR_RETURN(Json item, convert(member.value()));
    members.emplace_back(key, std::move(item));
  }
  return Json(std::move(members));
}

Result<Json> convert(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return Json();
    case boost::json::kind::bool_: return Json(value.get_bool());
    case boost::json::kind::int64: return Json(value.get_int64());
    case boost::json::kind::uint64: return Json(static_cast<double>(value.get_uint64()));
    case boost::json::kind::double_: return Json(value.get_double());
    case boost::json::kind::string:
      return Json(std::string(value.get_string().data(), value.get_string().size()));
    case boost::json::kind::object: return convert_object(value.get_object());
    case boost::json::kind::array: break;
  }
  Json::Array items;
  items.reserve(value.get_array().size());
  for (const auto& item : value.get_array()) {
    ASSIGN_OR_RETURN(Json converted, convert(item));
    items.push_back(std::move(converted));
  }
  return Json(std::move(items));
}

}  // namespace

std::string json_quote(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, text);
  out += '"';
  return out;
}

void JsonWriter::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  text_ += '"';
  append_escaped(text_, name);
  text_ += "\":";
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  text_ += '"';
  append_escaped(text_, text);
  text_ += '"';
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  text_ += fmt::format("{}", number);
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  separate();
  text_ += fmt::format("{}", number);
  return *this;
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
  separate();
  text_ += fmt::format("{}", number);
  return *this;
}

JsonWriter& JsonWriter::value(bool truth) {
  separate();
  text_ += truth ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::value(Time time) {
  return value(format_time(time));
}

JsonWriter& JsonWriter::value(const Json& json) {
  if (const auto* text = json.string()) return value(*text);
  if (const auto truth = json.boolean()) return value(*truth);
  if (const auto whole = json.integer()) return value(*whole);
  if (const auto number = json.number()) return value(*number);
  if (const auto* array = json.array()) {
    begin_array();
    for (const Json& one : *array) value(one);
    return end_array();
  }
  if (const auto* object = json.object()) {
    begin_object();
    for (const auto& [name, one] : *object) key(name).value(one);
    return end_object();
  }
  return null();
}

JsonWriter& JsonWriter::null() {
  separate();
  text_ += "null";
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

Result<Json> Json::parse(std::string_view text, std::size_t max_depth) {
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::stream_parser parser({}, options);
  boost::system::error_code error;
  const std::size_t parsed = parser.write_some(text.data(), text.size(), error);
  if (!error && parsed < text.size()) {
    return fail(ErrorKind::kInvalid,
                fmt::format("JSON: more text after the document, byte {}", parsed));
  }
  if (!error) parser.finish(error);
  if (error) {
    return fail(ErrorKind::kInvalid, fmt::format("JSON: {} near byte {}", error.message(), parsed));
  }
  return convert(parser.release());
}

const Json* Json::find(std::string_view key) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& [name, item] : *members) {
    if (name == key) return &item;
  }
  return nullptr;
}

std::optional<bool> Json::boolean() const {
  const bool* truth = std::get_if<bool>(&value_);
  return truth ? std::optional(*truth) : std::nullopt;
}

std::optional<double> Json::number() const {
  if (const auto* integer = std::get_if<std::int64_t>(&value_)) {
    return static_cast<double>(*integer);
  }
  const double* real = std::get_if<double>(&value_);
  return real ? std::optional(*real) : std::nullopt;
}

std::optional<std::int64_t> Json::integer() const {
  if (const auto* integer = std::get_if<std::int64_t>(&value_)) return *integer;
  const double* real = std::get_if<double>(&value_);
  if (real == nullptr || std::trunc(*real) != *real || std::abs(*real) > 9e15) return {};
  return static_cast<std::int64_t>(*real);
}

Result<std::string> required_string(const Json& object, std::string_view key) {
  const Json* member = object.find(key);
  if (member == nullptr || member->string() == nullptr) {
    return fail(ErrorKind::kInvalid, fmt::format("the field \"{}\" is missing or no text", key),
                fmt::format("send \"{}\" as a JSON string", key));
  }
  return *member->string();
}

}  // namespace heed
