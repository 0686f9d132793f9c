// What a control does on behalf of a program, one thing after the other, in millimetres and
// seconds.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "machines/nc/dialect.h"

namespace heed::machines::nc {

/// X Y Z A B C U V W; Marlin's E is U. Millimetres, degrees for A B C.
constexpr std::size_t kAxes = 9;
using Axes = std::array<double, kAxes>;

enum class StepKind : std::uint8_t {
  kBlock,       ///< A block that does nothing that takes time by itself.
  kRapid,       ///< A straight way as quick as the axes allow.
  kCut,         ///< A way at a feed, straight or round.
  kAssumedWay,  ///< A rapid whose length the text does not tell (from or to the reference point).
  kUnknownCut,  ///< A way of which length or feed cannot be computed.
  kDwell,
  kToolChange,
  kSpindle,  ///< Started, or reversed.
  kStop,     ///< M0, M1: an operator's time, which nobody can read in a text.
  kWait,     ///< For something that no text tells: a temperature, a probe, a homing.
  kSection,  ///< A comment that stands alone; takes no time.
};

/// What follows at the end of a way.
enum class Corner : std::uint8_t {
  kMachine,    ///< Rounded by the machine's tolerance.
  kTolerance,  ///< Rounded by `Step::tolerance` (G64 P).
  kFree,       ///< Rounded as far as the ways' lengths allow (LinuxCNC's G64 without P).
  kStop,       ///< Exact stop.
};

struct Step {
  StepKind kind = StepKind::kBlock;
  Corner corner = Corner::kMachine;
  std::uint8_t plane = 0;  ///< Of a round way: 0 XY, 1 ZX, 2 YZ.
  std::uint32_t line =
      0;  ///< From 1, in the main text: of the block, or of the call outside of it.
  std::uint32_t tool = 0;        ///< Of kToolChange.
  double length = 0;             ///< Of a way: mm; degrees if none but A B C move.
  double speed = 0;              ///< Of kCut: mm/s (or degrees/s) along the way.
  double seconds = 0;            ///< Of kDwell.
  double radius = 0;             ///< mm; 0 for a straight way.
  double tolerance = 0;          ///< mm.
  Axes move{};                   ///< How far each axis goes from beginning to end.
  std::array<double, 3> from{};  ///< Direction of X Y Z at the beginning, of length 1; or all 0.
  std::array<double, 3> to{};    ///< The same at the end.
  std::string_view title{};      ///< Of kSection; lives as long as the call that hands it on.
};

enum class NoteKind : std::uint8_t {
  kError,        ///< The control would refuse it, or do something else than was meant.
  kUnknown,      ///< Depends on what the program does not set.
  kNotModelled,  ///< Understood, and not reckoned with.
  kAssumed,      ///< A decision that the text leaves open; told what was taken.
  kLimit,        ///< A named limit of ours was reached: the rest was not looked at.
};
/// "error", "unknown", "not_modelled", "assumed", "limit".
std::string_view word(NoteKind kind);

/// Something that a person should know, once for all lines that it holds for.
struct Note {
  NoteKind kind = NoteKind::kError;
  std::uint32_t line = 0;  ///< The first one, in the main text.
  std::uint64_t times = 1;
  std::string text;  ///< "depends on #100, which the program does not set", without the line.
};

/// What was found beside the steps.
struct Reading {
  Dialect dialect = Dialect::kFanuc;
  std::uint64_t lines = 0;           ///< Of the main text.
  std::uint64_t blocks = 0;          ///< That were executed, each time.
  std::vector<Note> notes;           ///< By line; at most kMostNotes, and the last one then tells.
  std::vector<std::uint32_t> tools;  ///< In the order of their first change.
  /// False if the end of the program was not reached in the way that the control would: a
  /// sub-program is missing, a jump or loop depends on what is unknown, a limit was reached.
  bool whole = true;
  bool cut = false;  ///< Settings::most_blocks was reached.
};

}  // namespace heed::machines::nc
