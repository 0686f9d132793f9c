// What a machine came to: cycles, parts and alarms, OEE against the plan, and how far all of it is
// to be believed. Found anew from what is stored whenever somebody asks.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "machines/access.h"
#include "machines/cycle.h"
#include "machines/period_figures.h"
#include "machines/rules.h"
#include "machines/self_audit.h"
#include "machines/threshold.h"

namespace heed::machines {

struct Inside;

/// What an item's numbers were over time, and where its two levels may be told apart.
struct SignalLevels {
  std::optional<HeldHistogram> histogram;
  Result<ThresholdSuggestion> suggestion;
};

/// Thread-safe. Blocking (storage). Nothing is read but under the caller's access.
class Figures {
 public:
  /// For Machines alone, which outlives it with `inside`.
  explicit Figures(Inside& inside) : inside_(inside) {}

  static constexpr Duration kLongestCycleRange = Duration::days(100);
  static constexpr std::size_t kMostCycles = 10'000;
  /// The cycles that began in the range (docs/CYCLES.md); a later call may judge those of the last
  /// seven days otherwise. kInvalid above kLongestCycleRange, kExhausted beyond kMostCycles. An
  /// access that may not see program names is told none.
  Governed<CycleList> cycles(const Access& access, MachineId machine, TimeRange range) const;

  static constexpr Duration kLongestOee = Duration::days(93);  ///< A quarter, whatever its clocks
  /// The figures of a range of at most kLongestOee, to now at the latest (docs/OEE.md).
  Governed<Oee> oee(const Access& access, MachineId machine, const OeeQuestion& question) const;
  Governed<Oee> oee(const Access& access, MachineId machine, TimeRange range) const {
    return oee(access, machine, OeeQuestion{.range = range});
  }
  /// oee() with failures and what `parts` asks for.
  Governed<PeriodFigures> period(const Access& access, MachineId machine, TimeRange range,
                                 PeriodParts parts) const;

  static constexpr std::size_t kMostAlarms = 100'000;  ///< Told of one item in one range
  /// Alarms and failures (docs/ALARMS.md), of a range as oee() takes it.
  Governed<std::vector<AlarmSpan>> alarms(const Access& access, MachineId machine,
                                          TimeRange range) const;

  static constexpr Duration kLongestAudit = Duration::days(32);
  /// By day of the location, the newest last, over at most kLongestAudit; none if the control
  /// counts no time of its own.
  Governed<SelfAudit> self_audit(const Access& access, MachineId machine, TimeRange range) const;
  /// Reads all cycles of the range, at most kLongestCycleRange.
  Governed<PartsAgreement> parts_agreement(const Access& access, MachineId machine,
                                           TimeRange range) const;
  /// What was read once is kept, so that the next time only the last days are read.
  Governed<LifetimeCount> lifetime_count(const Access& access, MachineId machine) const;

  static constexpr Duration kLongestSignal = Duration::days(32);
  static constexpr std::size_t kMostSignalValues = 2'000'000;
  /// Where an item's signal is hardly ever, over at most kLongestSignal. kNotFound, with the reason
  /// why no threshold can be told, stands in `suggestion`.
  Governed<SignalLevels> signal_levels(const Access& access, MachineId machine,
                                       std::string_view item, TimeRange range) const;

 private:
  Inside& inside_;
};

}  // namespace heed::machines
