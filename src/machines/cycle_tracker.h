// Follows one machine through its runs (docs/CYCLES.md §2 and §3). Pure: no clock, no storage; told
// the same things in the same order it always says the same. It holds two runs and the observations
// of one instant, whatever it is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machines/cycle.h"

namespace heed::machines {

/// What decides, in the order in which observations of one instant are taken.
enum class CycleItem : std::uint8_t {
  kOffline,  ///< "1" while the machine is OFFLINE, else "0".
  kMode,
  kProgram,
  kTool,
  kPartCount,
  kExecution,
};

constexpr std::size_t kCycleItems = 6;

/// A stretch of a run with one tool and one program, waiting or not.
struct RunPiece {
  TimeRange range;
  std::string tool;  ///< Empty: none.
  std::string program;
  bool waiting = false;  ///< Stopped by the program, or stopped.
  Duration executing, in_cycle, unseen;
  double step = 0;  ///< What the counter rose by at its end.
};

struct MachineRun {
  TimeRange range;
  CycleEnd end = CycleEnd::kReady;
  bool by_hand = false;
  std::vector<RunPiece> pieces;  ///< At least one, without holes.
};

struct UnseenParts {
  Time at;
  double parts = 0;
};

class CycleTracker {
 public:
  static constexpr std::size_t kMostPieces = 10'000;
  static constexpr std::size_t kLongestProgram = 200;
  static constexpr std::size_t kLongestTool = 40;
  /// What belongs to a beginning is said at most this long after it.
  static constexpr Duration kBeginning = Duration::seconds(1);
  static constexpr Duration kLostAtMost = Duration::minutes(10);
  /// A step that comes this soon after a beginning is of the run before.
  static constexpr Duration kLateStep = Duration::seconds(10);
  static constexpr Duration kStepAfter = Duration::minutes(10);
  /// Observations of one instant that are put in order; what is more is taken as it comes.
  static constexpr std::size_t kMostAtOnce = 1'000;

  /// One observation at its place; before the latest one it counts as said then. No text:
  /// UNAVAILABLE.
  void observe(CycleItem item, std::optional<std::string_view> text, Time at);
  /// Runs that nothing can change any more, by whom nobody's hand was needed, in their order.
  std::vector<MachineRun> take_runs();
  /// Nothing more comes: one that stopped has ended. An open one is not told.
  void finish();
  /// Forgets the run that is under way: its beginning was not seen.
  void forget_run();
  /// What the counter rose by without a run that it could belong to, and when.
  std::vector<UnseenParts> take_unseen_parts();

 private:
  enum class Kind : std::uint8_t { kLost, kRunning, kHeld, kWaiting, kEnded, kStopped };
  enum class Phase : std::uint8_t { kNone, kOpen, kStopped, kLost };
  struct Said {
    CycleItem item;
    std::size_t order;
    std::optional<std::string> text;
  };

  void take_instant();
  void take(const Said& said);
  void pass_time(Time to);
  void take_mode(std::string_view word);
  void take_program(std::string_view text);
  void take_tool(std::string_view text);
  void take_count(std::string_view text);
  void take_execution(Kind before);
  void go_on(Kind kind);
  Kind kind() const;
  bool beginning() const;
  void begin();
  void end(Time at, CycleEnd why);
  void resume();
  void new_piece();
  void step(MachineRun& run, double by);

  std::optional<Time> now_;
  std::vector<Said> at_once_;
  // What was said last.
  bool offline_ = false;
  std::string execution_, mode_, program_, tool_;
  std::optional<double> count_;
  // The present run.
  Phase phase_ = Phase::kNone;
  MachineRun run_;
  Time fresh_;  ///< Since when its newest beginning is, and of which piece.
  std::size_t fresh_piece_ = 0;
  Time left_;  ///< When it stopped or was lost.
  std::string left_program_;
  /// The one before, to which a step may still belong.
  std::optional<MachineRun> before_;
  std::vector<MachineRun> ended_;
  std::vector<UnseenParts> unseen_parts_;
};

}  // namespace heed::machines
