// The tools of a machine: how long each was in use, how long it is to last, and what the control
// tells of it (docs/TOOLS.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "machines/views.h"

namespace heed::machines {

/// From when on a machine had a tool; nothing while it said none.
struct ToolInSpindle {
  Time from;
  std::optional<std::string> tool;
};

/// What a tool did in a range. A use is a stretch in which it stayed in the spindle and the machine
/// was in cycle at some time.
struct ToolWork {
  std::string tool;
  std::uint64_t uses = 0;
  Duration in_cycle;
  Time last;  ///< When its last use ended.
  auto operator<=>(const ToolWork&) const = default;
};

/// By tool, and the time in cycle with none known. `activities` and `spindle` are in order.
struct WorkOfTools {
  std::vector<ToolWork> tools;
  Duration unknown;
  const ToolWork* find(std::string_view tool) const;
};
WorkOfTools work_of_tools(TimeRange range, const std::vector<Activity>& activities,
                          const std::vector<ToolInSpindle>& spindle);

/// How long a tool is to last, as somebody said: at least one limit, counted since it was changed.
struct ToolLife {
  static constexpr std::size_t kLongestTool = 40;  ///< Bytes
  static constexpr Duration kMostTime = Duration::days(1'000);
  static constexpr std::int64_t kMostUses = 10'000'000;
  /// A life that began earlier is counted from so long ago.
  static constexpr Duration kCounted = Duration::days(400);

  std::string tool;
  Time changed;  ///< When the cutter was last changed.
  std::optional<Duration> in_cycle;
  std::optional<std::int64_t> uses;
  /// The item by which the control counts by itself (a macro variable, say), and up to where.
  /// Nothing else is counted then.
  std::string item = {};
  std::optional<double> counted = {};
  auto operator<=>(const ToolLife&) const = default;
};

/// How much of a life is over.
struct ToolLived {
  ToolLife life;
  Duration in_cycle;
  std::uint64_t uses = 0;
  std::optional<double> counted;
  bool cut = false;  ///< Counted since kCounted ago only.
  /// The most used of its limits: 0 new, 1 over. Nothing if the control's count is not known.
  std::optional<double> used() const;
};

/// What a control last said of an asset of its own, as XML; its type says what of.
struct AssetSaid {
  std::string id;
  std::string type;
  Time at;                      ///< Placed, of the line.
  std::optional<Time> updated;  ///< When parts of it were said anew, which `line` has not.
  std::string line;             ///< As received; kept to 64 KiB.
};

struct ToolTable {
  TimeRange range;          ///< Up to now at most.
  bool says_tools = false;  ///< The machine has told which tool it has, at some time.
  WorkOfTools work;
  std::vector<ToolLived> lives;   ///< By tool.
  std::vector<AssetSaid> assets;  ///< By id, without those that were removed.
};

}  // namespace heed::machines
