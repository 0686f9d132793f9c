#include "machines/cycle_items.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "machines/said_words.h"

namespace heed::machines {
namespace {

/// Its place in the table of the page: the least is the item. Nothing: it is no such item.
using Place = std::optional<std::size_t>;

constexpr std::array<std::string_view, 4> kProgramKeys = {"program", "pprogram", "p1program",
                                                          "Program_Name_Running"};
constexpr std::array<std::string_view, 4> kPartCountKeys = {"part_count", "PartCountAct",
                                                            "ppartcount", "parts"};
constexpr std::array<std::string_view, 6> kToolKeys = {
    "Tool_number", "Current_Tool", "p1CurrentTool", "tool", "tool_id", "p1ToolAssetId"};
constexpr std::array<std::string_view, 3> kToolTypes = {"TOOL_NUMBER", "TOOL_ASSET_ID", "TOOL_ID"};

Place place_of_key(std::string_view key, std::span<const std::string_view> keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (same_word(key, keys[i])) return i;
  }
  return {};
}

Place place_of_program(const DataItem& item) {
  if (item.type.empty()) return place_of_key(item.key, kProgramKeys);
  if (item.type != "PROGRAM" || item.sub_type == "SCHEDULE") return {};
  return item.sub_type == "MAIN" ? 0 : 1;
}

Place place_of_part_count(const DataItem& item) {
  if (item.type.empty()) return place_of_key(item.key, kPartCountKeys);
  const std::string_view sub = item.sub_type;
  const bool counts_other = sub == "TARGET" || sub == "REMAINING" || sub == "BAD";
  return item.type == "PART_COUNT" && !counts_other ? Place(0) : Place();
}

Place place_of_tool(const DataItem& item) {
  if (item.type.empty()) return place_of_key(item.key, kToolKeys);
  if (item.sub_type.starts_with("x:")) return {};
  return place_of_key(item.type, kToolTypes);
}

const Directory::Entry* first_of(const Directory& directory, Place (*place_of)(const DataItem&)) {
  const Directory::Entry* first = nullptr;
  Place least;
  for (const auto& [key, entry] : directory.observed) {
    const Place place = entry.condition ? Place() : place_of(entry.item);
    if (!place || (least && *place >= *least)) continue;
    least = place;
    first = &entry;
  }
  return first;
}

}  // namespace

CycleItems cycle_items(const Directory& directory) {
  return {first_of(directory, place_of_program), first_of(directory, place_of_part_count),
          first_of(directory, place_of_tool)};
}

}  // namespace heed::machines
