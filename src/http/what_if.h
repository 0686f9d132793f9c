// A proposal of other rules, as somebody sends it (routes_rules.cc).
#pragma once

#include "http/asked.h"
#include "machines/over_time.h"

namespace heed::http {

struct WhatIf {
  machines::Proposal proposal;
  std::optional<machines::MachineId> machine;  ///< Nothing: all whom it concerns.
};

/// {"machine","calendar","reasons","goal","running":{"item","on","off","on_after_ms",
/// "off_after_ms"}}. What `running` makes of the item's signal in `range` is found here, as the box
/// would have found it.
Asked<WhatIf> what_if_in(const Floor& floor, const Json& form, TimeRange range);

}  // namespace heed::http
