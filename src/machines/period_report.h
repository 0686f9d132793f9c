// A report of a day, a week or a month: what came of it, what changed, what to do
// (docs/REPORTS.md). Pure: the same figures give the same report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_zone.h"
#include "machines/period_figures.h"

namespace heed::machines {

enum class ReportSpan : std::uint8_t { kDay, kWeek, kMonth };
/// "day"
std::string_view word(ReportSpan span);
std::optional<ReportSpan> parse_report_span(std::string_view text);

/// With how many earlier periods a report compares.
constexpr std::size_t kReportPeers = 4;
/// The period that has the day, then those before it, the latest first. Weeks begin on Mondays.
std::vector<TimeRange> report_periods(ReportSpan span, Day day, const TimeZone& zone);

enum class ReportFigure : std::uint8_t {
  kOee,
  kAvailability,
  kEffectiveness,
  kQuality,
  kGood,         ///< Parts
  kProduction,   ///< Seconds
  kUnexplained,  ///< Seconds
  kFailures,
  kCoverage,
};
constexpr std::size_t kReportFigures = 9;
/// "oee"
std::string_view word(ReportFigure figure);
/// Nothing where it is absent.
std::optional<double> figure_of(const Totals& totals, ReportFigure figure);

/// A figure beside what it was.
struct FigureChange {
  ReportFigure figure = ReportFigure::kOee;
  std::optional<double> now, before;
  /// Of the earlier periods that have it, if at least three do; a middle between two of four.
  std::optional<double> median;
  /// How far the earlier ones lie from their median at most: the usual spread.
  double spread = 0;
  /// The difference from the median is larger than the usual spread, and is not a trifle.
  bool told = false;
};

/// Time that was lost, as the waterfall of docs/OEE.md §5 has it.
enum class LossKind : std::uint8_t {
  kPlannedStop,
  kSetup,
  kUnplanned,
  kHeld,
  kOperator,
  kIdle,
  kMicroStop,
  kSpeed,
  kScrap,
};
constexpr std::size_t kLossKinds = 9;
/// "planned_stop"
std::string_view word(LossKind loss);
struct Loss {
  LossKind kind = LossKind::kIdle;
  Duration time;
  std::string most_on;  ///< The machine with the most of it,
  Duration of_most;     ///< and how much.
};

struct PeriodReport {
  Totals totals;
  std::vector<FigureChange> changes;  ///< All figures, in their order.
  std::vector<Loss> losses;           ///< The most first, none of nothing.
  std::vector<AlarmRow> alarms;       ///< By time.
  std::vector<ReasonTime> reasons;    ///< The most first.
};
/// `earlier`: what the periods before came to, the latest first.
PeriodReport make_report(const std::vector<PeriodFigures>& now, const std::vector<Totals>& earlier);

}  // namespace heed::machines
