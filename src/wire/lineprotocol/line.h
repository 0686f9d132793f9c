// InfluxDB's line protocol, as its v2 reference describes it, read without a copy of anything:
//
//   measurement[,tag=value]* field=value[,field=value]* [timestamp]
//
// A backslash escapes a comma or a space in a measurement, also an equals sign in keys and tag
// values, and a quote or a backslash in a text; before anything else it stands for itself. Lines
// that are blank or begin with # say nothing. A text in quotes may go over lines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace heed::wire::lineprotocol {

constexpr std::size_t kLongestLine = 256 * 1024;  ///< Bytes
constexpr std::size_t kMostTags = 64;             ///< In one line
constexpr std::size_t kMostFields = 1'024;        ///< In one line

enum class Type : std::uint8_t { kFloat, kInteger, kUnsigned, kTruth, kText };

struct Tag {
  std::string_view key, value;  ///< As they were sent, escaped
};

struct Field {
  std::string_view key;  ///< As it was sent, escaped
  Type type = Type::kFloat;
  /// A number without its suffix, a truth, or what stands between a text's quotes, escaped; to the
  /// letter.
  std::string_view value;
};

struct Point {
  std::string_view measurement;  ///< As it was sent, escaped
  /// Measurement and tags together, as they were sent.
  std::string_view series;
  std::vector<Tag> tags;
  std::vector<Field> fields;
  std::optional<std::int64_t> timestamp;
};

/// Reads point after point. Views are of the text that it was given.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}
  /// False at the end. kInvalid names the line and what is wrong with it. `point` is filled anew;
  /// its memory is used again.
  Result<bool> next(Point& point);
  /// Number of the line that was read last, from 1.
  std::size_t line() const { return line_; }

 private:
  bool skip_empty_lines();

  std::string_view rest_;
  std::size_t line_ = 0;
  std::size_t next_line_ = 1;
};

/// A text's value, without the backslashes of its escapes.
std::string unescaped_text(std::string_view value);
/// The same for a key, a tag's value or a measurement.
std::string unescaped(std::string_view escaped);

/// How the series of a point and one of its fields is named: the beginning of the line itself, with
/// the tags in the order of their keys and no more escapes than are needed:
///   "spindle,axis=S1,machine=Mill\ 3 load"
std::string series_name(const Point& point, std::string_view field_key);

}  // namespace heed::wire::lineprotocol
