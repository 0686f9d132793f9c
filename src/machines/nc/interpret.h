// A program's text as a control would execute it.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "machines/nc/step.h"

namespace heed::machines::nc {

constexpr std::size_t kLargestText = 256U << 20;   ///< Bytes of one program.
constexpr std::size_t kMostNotes = 500;            ///< Different ones.
constexpr std::size_t kMostCalls = 24;             ///< Calls within calls.
constexpr std::size_t kMostTexts = 200;            ///< Sub-programs looked up.
constexpr std::uint64_t kMostBlocks = 10'000'000;  ///< Executed, repeats included.
/// What executing a block costs grows with its bytes, and with the pecks of its holes: each so many
/// bytes and each peck count as one more block against the bound.
constexpr std::size_t kBytesOfBlock = 512;
constexpr std::size_t kMostVariables = 100'000;
constexpr std::size_t kMostKeptSteps = 2'000'000;  ///< Of a Program (each 264 bytes or less).

/// What is known beside the text.
struct Settings {
  std::optional<Dialect> dialect;  ///< Recognized, if it is not told.
  bool block_delete = false;       ///< The switch: blocks that begin with / are passed by.
  /// Of numbers without a decimal point, in Fanuc and Haas alone: 0 takes them as they are, 0.001
  /// is the least increment of controls that are set so.
  double least_increment = 0;
  /// Where G54 (1) to G59.3 (9) lie in machine coordinates. Ways between systems of which one is
  /// not told are of unknown length.
  std::map<int, Axes> offsets;
  /// Where the machine stands at the beginning, in machine coordinates.
  std::optional<Axes> start;
  /// Where it goes for a tool change, in machine coordinates. Without it Fanuc's and Haas's go to
  /// their reference point in Z, all others change where they are.
  std::optional<Axes> tool_change;
  /// Values of variables that the control keeps: "#500", "#<_name>".
  std::map<std::string, double, std::less<>> variables;
  /// Gives the text of a sub-program that is not in this one: "O1234" or the name in o<name>.
  std::function<std::optional<std::string>(std::string_view name)> lookup;
  std::uint64_t most_blocks = kMostBlocks;
};

/// Executes the text and hands on what it does, in memory that does not grow with the steps.
/// kExhausted beyond kLargestText; kUnsupported for Klartext, which is only lexed. Whatever else is
/// wrong with a program is a note.
Result<Reading> interpret(std::string_view text, const Settings& settings,
                          const std::function<void(const Step&)>& take);

/// A program whose steps are kept, to be estimated more than once.
struct Program {
  Reading reading;
  std::vector<Step> steps;
  std::shared_ptr<const std::deque<std::string>> titles;  ///< What the steps' titles point into.
};
/// kExhausted beyond kMostKeptSteps.
Result<Program> read(std::string_view text, const Settings& settings);

}  // namespace heed::machines::nc
