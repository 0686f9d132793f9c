// When what should be gone is late enough that somebody must look: the one rule for the log, the
// page and whoever asks.
#pragma once

#include "silo/series.h"

namespace heed::silo {

/// Upkeep purges twice in that time; what is due longer was passed over.
constexpr Duration kLateAfter = Duration::minutes(10);

/// Removed bytes have a bound of their own (StoreOptions::purge_within): beyond it is late.
inline bool is_late(const SiloStatistics& now) {
  return now.overdue > kLateAfter || now.physically_overdue > Duration();
}

}  // namespace heed::silo
