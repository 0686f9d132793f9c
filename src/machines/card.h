// A machine as the floor shows it, now. Plain values, ready to be rendered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "machines/condition.h"
#include "machines/glance.h"
#include "machines/machine.h"
#include "machines/state.h"

namespace heed::machines {

/// A value with its age.
struct Said {
  std::string value;
  Time at;
};

struct LinkState {
  bool up = false;
  std::string words;
  Time since;  ///< Arrival time of the change.
};

/// One machine on the floor, at one moment.
struct Card {
  Machine machine;
  Standing standing;
  /// Since when; nothing while the machine has said nothing.
  std::optional<Time> since;
  Placed placed = Placed::kDevice;
  /// Nothing when never said, when the last word was UNAVAILABLE, or when the access may not see
  /// it.
  std::optional<Said> program, parts, override_percent;
  /// Arrival of the last thing received, exact to a minute after a restart.
  std::optional<Time> last_seen;
  LinkState link;
  std::vector<Condition> conditions;  ///< Active now.
  /// Since day_start: today's start in the location's zone, UTC for one without a calendar.
  Duration in_cycle_today, executing_today;
  Time day_start;
  Glance glance;  ///< Worked out beforehand.
};

/// What stands on a machine's own page beside its card.
struct MachineDetails {
  Card card;
  std::uint64_t items = 0;
  bool clock_right = true;
  Duration clock_offset;  ///< arrival - device; what is added to device times while it is off.
  std::optional<Time> clock_changed;
};

}  // namespace heed::machines
