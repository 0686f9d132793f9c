// A machine's tools as the JSON of /api/v1 and as a file; schemas_tools.cc describes the former.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "machines/tool.h"
#include "wire/mtconnect/cutting_tool.h"

namespace heed::http {

/// All that is known of one tool: of its work, of the life that somebody set, of its asset.
struct ToolRow {
  std::string tool;  ///< As the machine names it when it has it; the asset's number otherwise.
  const machines::ToolWork* work = nullptr;
  const machines::ToolLived* lived = nullptr;
  const machines::AssetSaid* said = nullptr;
  std::optional<wire::mtconnect::CuttingTool> asset;
  /// The most used of its lives, 0 new to 1 over; nothing without one that can be counted.
  std::optional<double> used() const;
};

/// An asset that is none of the rows, and why.
struct UnreadAsset {
  const machines::AssetSaid* said = nullptr;
  std::string why;
};

/// Points into the table, which outlives it.
struct ToolRows {
  std::vector<ToolRow> rows;  ///< Those that are nearest to their end first, then by name.
  std::vector<UnreadAsset> unread;
};

/// An asset belongs to the tool of its id or program number. `random`: see XmlParser.
ToolRows rows_of(const machines::ToolTable& table, Random& random);

void write_tools(JsonWriter& w, const machines::ToolTable& table, const ToolRows& rows);
/// RFC 4180, durations in seconds.
std::string csv_of_tools(const ToolRows& rows);

}  // namespace heed::http
