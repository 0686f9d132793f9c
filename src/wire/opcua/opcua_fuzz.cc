// Whatever bytes come: no crash, bounded work, and what was read is within its limits.
#include "base/base.h"
#include "wire/line_reader.h"
#include "wire/opcua/line.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heed::wire;
  LineReader reader(opcua::kLongestLine);
  reader.feed({reinterpret_cast<const char*>(data), size});
  while (const auto line = reader.next()) {
    const auto read = opcua::parse_line(line->text);
    if (!read) continue;
    if (const auto* value = std::get_if<opcua::Value>(&*read)) {
      heed::require(value->number < opcua::kMostNodes, "a node is one of those that there are");
      heed::require(!(opcua::is_bad(value->status) && opcua::is_uncertain(value->status)),
                    "a status is one thing");
    }
    if (const auto* custom = std::get_if<opcua::Custom>(&*read)) {
      heed::require(custom->index < opcua::kMostNodes, "so is a setting");
    }
  }
  return 0;
}
