// What a card tells of a machine's past and of its batch's end: one figure of each, worked out
// beforehand and kept, so that a floor of hundreds reads no history (docs/ARCHITECTURE.md).
#pragma once

#include <optional>

#include "base/time_zone.h"

namespace heed::machines {

/// What the self-audit (docs/OEE.md §6) said of the newest day that is over and says something.
struct AuditGlance {
  /// Days that are looked at.
  static constexpr Duration kLookBack = Duration::days(8);

  Day day;
  Duration ours, theirs;
  double differs = 0;
  bool drifts = false;
  Time checked;  ///< When this was found.
  bool operator==(const AuditGlance&) const = default;
};

/// When the batch that runs will be done (docs/FORECAST.md), by the goal that its control tells.
struct ForecastGlance {
  /// A machine that has not been in cycle for so long runs no batch.
  static constexpr Duration kRests = Duration::days(1);

  Time from, at, to;
  double parts_to_go = 0;
  double goal = 0;
  Time told;  ///< When this was foreseen.
  bool operator==(const ForecastGlance&) const = default;
};

struct Glance {
  std::optional<AuditGlance> audit;
  std::optional<ForecastGlance> forecast;
  bool operator==(const Glance&) const = default;
};

}  // namespace heed::machines
