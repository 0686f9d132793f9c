// What a machine made, one after the other, and what was said of how long it takes
// (docs/CYCLES.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace heed::machines {

/// Why a cycle ends where it ends.
enum class CycleEnd : std::uint8_t {
  kCompleted,     ///< PROGRAM_COMPLETED
  kReady,         ///< READY: the program ended, or was reset.
  kStopped,       ///< STOPPED
  kLost,          ///< Nothing was heard for too long.
  kStartedAnew,   ///< The operator began again, with this or another program.
  kCounted,       ///< The counter rose while the program went on.
  kToolsAgain,    ///< The tools came again.
  kBetweenTools,  ///< Between two stretches in which they did.
};
/// "program_completed", "ready", …
std::string_view word(CycleEnd end);

/// What a verdict rests on.
struct CycleEvidence {
  bool counter = false;
  bool program_end = false;
  bool tool_sequence = false;
  auto operator<=>(const CycleEvidence&) const = default;
};

/// A stretch with one tool.
struct ToolUse {
  std::string tool;
  TimeRange range;
  Duration executing;
  auto operator<=>(const ToolUse&) const = default;
};

/// One making of what a program makes, or a try.
struct Cycle {
  TimeRange range;
  std::string program;  ///< Empty if it is not known, or not for this access.
  CycleEnd end = CycleEnd::kReady;
  bool complete = false;  ///< False: an aborted try, a prove-out, a part of a program.
  CycleEvidence evidence;
  double confidence = 0;  ///< That the verdict is right: 0 to 1, counted on recordings.
  std::uint8_t rule = 0;  ///< Number of the row that decided.
  double counted = 0;     ///< How much the part counter rose at its end.
  Duration in_cycle, executing, unseen;
  std::vector<ToolUse> tools;
};

/// The row for a person.
std::string_view words_of_cycle_rule(std::uint8_t rule);

struct CycleList {
  /// Those that began in the range, in their order; they do not overlap.
  std::vector<Cycle> cycles;
  double unseen_parts = 0;  ///< How much the counter rose there without any run to show for it.
};

/// Durations that there were: none is made up between two.
struct DurationSpread {
  Duration median, p10, p90, deviation;  ///< The median absolute deviation.
};

/// Of one program, in a range.
struct ProgramStatistics {
  std::string program;
  std::uint64_t complete = 0, tries = 0;
  double counted = 0;       ///< What the part counter rose by.
  DurationSpread in_cycle;  ///< Of complete ones; zero without any, like the next.
  DurationSpread executing;
  Duration in_tries;  ///< In cycle, of the tries together.
};

/// By program, the most in-cycle time first.
std::vector<ProgramStatistics> cycle_statistics(const std::vector<Cycle>& cycles);

}  // namespace heed::machines
