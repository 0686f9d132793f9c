// The words of the state table (docs/STATES.md §1 and §3): what a machine is doing, to which time
// bucket of ISO 22400-2 it counts, and how an observation got its place in time.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace heed::machines {

/// Numbers are part of the stored format: never reuse one.
enum class State : std::uint8_t {
  kOffline = 1,
  kEmergencyStop = 2,
  kAlarm = 3,
  kNotCutting = 4,
  kSlowed = 5,
  kInCycle = 6,
  kHeld = 7,
  kProgramStop = 8,
  kManual = 9,
  kWaiting = 10,
  kStopped = 11,
  kUnknown = 12,
};
constexpr std::uint8_t kStates = 12;

/// Numbers are part of the stored format: never reuse one.
enum class Bucket : std::uint8_t {
  kNone = 0,
  kUnplanned = 1,
  kProduction = 2,
  kStop = 3,
  kOperator = 4,
  kSetup = 5,
  kIdle = 6,
  kPlanned = 7,
};

/// How an observation was placed, from the best to the worst. Numbers are part of the stored
/// format: never reuse one.
enum class Placed : std::uint8_t {
  kDevice = 0,
  kCorrected = 1,
  kCarried = 2,
  kHeld = 3,
  kShifted = 4,
};

/// What STATES §4 calls the tuple: two neighbours with equal standings are one activity.
struct Standing {
  State state = State::kUnknown;
  Bucket bucket = Bucket::kNone;
  bool in_cycle = false;
  bool executing = false;
  auto operator<=>(const Standing&) const = default;
};

/// "IN_CYCLE"
std::string_view word(State state);
/// "production"
std::string_view word(Bucket bucket);
/// "device"
std::string_view word(Placed placed);

}  // namespace heed::machines
