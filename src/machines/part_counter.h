// What a part counter says: the parts that were made, told apart from what became of the counter
// itself (docs/OEE.md §7). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace heed::machines {

/// Parts that were made, or found to be scrap, at a moment.
struct PartStep {
  Time at;
  std::uint64_t count = 0;
  /// When their making began, where it is a cycle that was counted.
  std::optional<Time> begun = {};
  auto operator<=>(const PartStep&) const = default;
};

/// What the part counter said; nothing is a gap.
struct CounterValue {
  Time at;
  std::optional<double> value;
};

enum class CounterChange : std::uint8_t {
  kNone,       ///< The first value, the same again, or nothing that is a count.
  kMade,       ///< It rose.
  kReset,      ///< It begins anew.
  kCorrected,  ///< Somebody took back a few.
  kWrapped,    ///< It went over its end.
  kSet,        ///< It was set to a higher number by hand.
};
/// "reset"; "none" and "made" too.
std::string_view word(CounterChange change);
std::optional<CounterChange> parse_counter_change(std::string_view text);

/// Follows one counter. What it was told can be kept and gone on from.
class PartCounter {
 public:
  /// A fall by at most so many that leaves at least as many is a correction.
  static constexpr double kFew = 5;
  /// So near to its end, and behind it, a fall is a wrap.
  static constexpr double kNearEnd = 5;
  /// A rise by more than so many and more than one a second was no making.
  static constexpr double kMostAtOnce = 100;
  /// Beyond this it is no count.
  static constexpr double kMost = 1e15;

  struct Memory {
    std::optional<CounterValue> last;  ///< The last value that was a count.
    double made = 0;                   ///< All that was made, less what was corrected.
    bool counts = false;               ///< It said something else than 0.
  };
  struct Told {
    CounterChange change = CounterChange::kNone;
    double before = 0;
    double parts = 0;  ///< That were made; below 0 what was taken back.
  };

  PartCounter() = default;
  explicit PartCounter(const Memory& memory) : memory_(memory) {}

  Told take(const CounterValue& said);
  const Memory& memory() const { return memory_; }

 private:
  Memory memory_;
};

/// What became of a part counter besides counting.
struct CounterEvent {
  Time at;
  CounterChange change = CounterChange::kReset;
  double before = 0, after = 0;
  double parts = 0;  ///< That were counted for it; below 0 what was taken back.
};

/// All that a machine ever made, as its part counter tells over resets.
struct LifetimeCount {
  static constexpr std::size_t kMostEvents = 200;  ///< The newest ones are told.
  std::string item;                                ///< Empty: it has no counter.
  bool counts = false;                             ///< It said something else than 0.
  double parts = 0;
  std::optional<Time> since;  ///< Of its first value.
  std::optional<CounterValue> last;
  std::uint64_t events = 0;          ///< All of them.
  std::vector<CounterEvent> newest;  ///< In order.
};

/// The parts that were made; what was taken back is taken from the latest steps before it. Nothing
/// if the counter never said anything but 0.
std::optional<std::vector<PartStep>> steps_of(const std::vector<CounterValue>& values);

/// Takes `count` from the latest of the steps.
void take_back(std::vector<PartStep>& steps, std::uint64_t count);

}  // namespace heed::machines
