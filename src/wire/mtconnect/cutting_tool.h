// One cutting tool, as its asset tells of it: the life that is left, its state, where it stands.
// (MTConnect part 4.1, CuttingTool.)
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"

namespace heed::wire::mtconnect {

/// What is counted of a tool's life, and up to where.
struct CutterLife {
  std::string type;             ///< MINUTES, PART_COUNT, WEAR
  bool down = false;            ///< What is left is counted, instead of what was used.
  std::optional<double> value;  ///< In minutes, parts or millimetres, by type.
  std::optional<double> initial, warning, limit;
  /// Of the life 0 (new) to 1 (worn out) and beyond; nothing where no limit was set. Many controls
  /// say 0 for none.
  std::optional<double> used() const;
  bool operator==(const CutterLife&) const = default;
};

struct CuttingTool {
  /// Beyond these an element is refused: no magazine has such a tool.
  static constexpr std::size_t kMostLives = 64;
  static constexpr std::size_t kMostStatuses = 16;
  static constexpr std::size_t kLongestText = 200;  ///< Of each, the rest is left out.

  std::string asset_id;
  std::string tool_id;
  std::string serial_number;
  std::string description;
  std::vector<std::string> statuses;  ///< NEW, AVAILABLE, EXPIRED, BROKEN, …
  std::string number;                 ///< ProgramToolNumber
  std::string group;                  ///< ProgramToolGroup
  std::string location_type;          ///< POT, STATION, CRIB, SPINDLE, …
  std::string location;
  std::vector<CutterLife> lives;  ///< Of the whole tool, then of its cutting edges.
  bool operator==(const CuttingTool&) const = default;
};

/// Reads one CuttingTool: an element, with or without what was received before it, or its JSON.
/// kCorrupt if it is not whole, kInvalid if it is another asset. `random`: see XmlParser.
Result<CuttingTool> read_cutting_tool(BytesView element, Random& random);

}  // namespace heed::wire::mtconnect
