// Whatever bytes come: no crash, bounded work, and what was read reads the same when said again.
#include "wire/lineprotocol/line.h"

namespace heed::wire::lineprotocol {
namespace {

std::string said_again(const Point& point) {
  std::string line(point.series);
  char before = ' ';
  for (const Field& field : point.fields) {
    (line += before).append(field.key) += '=';
    if (field.type == Type::kText) {
      (line += '"').append(field.value) += '"';
    } else {
      line += field.value;
      if (field.type == Type::kInteger) line += 'i';
      if (field.type == Type::kUnsigned) line += 'u';
    }
    before = ',';
  }
  if (point.timestamp) line += ' ' + std::to_string(*point.timestamp);
  return line;
}

void check(const Point& point) {
  require(!point.measurement.empty() && !point.fields.empty(), "a point has what it must");
  require(point.fields.size() <= kMostFields && point.tags.size() <= kMostTags, "within limits");
  const std::string line = said_again(point);
  Reader reader(line);
  Point again;
  if (line.size() > kLongestLine) return;
  require(reader.next(again).value_or(false), "what was read can be said");
  require(again.timestamp == point.timestamp && again.fields.size() == point.fields.size(),
          "and is the same");
  for (std::size_t i = 0; i < point.fields.size(); ++i) {
    require(again.fields[i].type == point.fields[i].type &&
                again.fields[i].value == point.fields[i].value,
            "to the letter");
    require(series_name(again, again.fields[i].key) == series_name(point, point.fields[i].key),
            "under the same name");
  }
}

}  // namespace
}  // namespace heed::wire::lineprotocol

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::wire::lineprotocol;
  Reader reader({reinterpret_cast<const char*>(data), size});
  Point point;
  while (reader.next(point).value_or(false)) check(point);
  return 0;
}
