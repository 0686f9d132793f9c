// How long a stored program takes on a machine: what its text says (machines/nc/nc.h), with the
// machine's constants fitted to its own measured cycles (docs/NC.md §9).
//
// Nothing of it is stored: programs and cycles are read under the asker's access each time.
#pragma once

#include "machines/figures.h"
#include "machines/nc/nc.h"
#include "machines/programs.h"

namespace heed::machines {

/// Of one estimate. At 1.1 M blocks a second (docs/BENCHMARKS.md) some seconds of CPU at most.
constexpr std::uint64_t kMostEstimatedBlocks = 2'000'000;
constexpr std::size_t kMostFitPrograms = 12;  ///< The newest that were measured.
/// Executed of all of them together, those that teach nothing included: half a second of CPU.
constexpr std::uint64_t kMostFitBlocks = 1'000'000;
constexpr std::uint64_t kLargestFitText = 16U << 20;  ///< Bytes of one; longer ones are left out.
constexpr std::uint64_t kMostFitText = 64U << 20;     ///< Bytes of all of them together.
constexpr std::uint64_t kMostLookedUp = 64U << 20;    ///< Bytes of sub-programs.
constexpr std::int32_t kFitDays = 30;                 ///< How old a cycle is that is fitted to.

/// Who asks. Programs and cycles are read for purposes of their own.
struct TimeAsker {
  policy::Access programs, cycles;
};

struct TimeAsk {
  Program program;
  std::uint32_t revision = 0;
  std::optional<Machine> machine;  ///< Without one, the prior is taken.
  std::optional<nc::Dialect> dialect;
  std::uint64_t most_blocks = kMostEstimatedBlocks;
};

/// Whose word the dialect is.
enum class DialectFrom : std::uint8_t { kAsked, kMachine, kRecognized };
/// "asked", "machine", "recognized".
std::string_view word(DialectFrom from);

struct ToldDialect {
  nc::Dialect dialect = nc::Dialect::kFanuc;
  DialectFrom from = DialectFrom::kRecognized;
};
/// As it is asked for, else as the machine's protocol says it, else as the text looks.
ToldDialect dialect_of(std::string_view text, std::optional<nc::Dialect> asked,
                       const std::optional<Machine>& machine);

/// What the constants stand on.
struct FitBase {
  bool fitted = false;  ///< False: the prior.
  std::uint64_t programs = 0, cycles = 0;
  std::uint64_t left_out = 0;  ///< Measured programs that are too long, too many, or not whole.
};

struct ProgramTime {
  nc::Estimate estimate;
  ToldDialect dialect;
  FitBase base;
  /// Of this very revision on the machine.
  std::optional<ProgramStatistics> measured;
};

/// kUnsupported for Klartext and for what is no text.
Governed<ProgramTime> time_of(Programs& programs, const Figures& figures, const TimeAsker& asker,
                              const TimeAsk& ask, Time now);

}  // namespace heed::machines
