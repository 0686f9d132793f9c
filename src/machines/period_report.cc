#include "machines/period_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace heed::machines {
namespace {

constexpr std::array<std::string_view, 3> kSpans = {"day", "week", "month"};
constexpr std::array<std::string_view, kReportFigures> kFigures = {
    "oee",        "availability", "effectiveness", "quality", "good_parts",
    "production", "unexplained",  "failures",      "coverage"};
constexpr std::array<std::string_view, kLossKinds> kLosses = {
    "planned_stop", "setup",      "unplanned", "held", "operator",
    "idle",         "micro_stop", "speed",     "scrap"};
/// In the order of LossKind, as far as they are uses of time.
constexpr std::array kLossUses = {TimeUse::kPlannedStop, TimeUse::kSetup,    TimeUse::kUnplanned,
                                  TimeUse::kHeld,        TimeUse::kOperator, TimeUse::kIdle,
                                  TimeUse::kMicroStop};
/// With fewer peers a spread says nothing.
constexpr std::size_t kLeastPeers = 3;
/// Beyond the usual spread, a difference below this much of the median is still a trifle.
constexpr double kTrifle = 0.02;

/// The first day of the month that is `months` before the day's.
Day month_start(Day day, int months) {
  Day first = day;
  for (int left = months; left >= 0; --left) {
    const std::string text = format_day(first);
    first = first - (std::stoi(text.substr(8, 2)) - 1);
    if (left > 0) first = first - 1;
  }
  return first;
}

Day period_start(ReportSpan span, Day day, int before) {
  switch (span) {
    case ReportSpan::kDay: return day - before;
    case ReportSpan::kWeek: return day - day.weekday() - 7 * before;
    case ReportSpan::kMonth: return month_start(day, before);
  }
  return day;
}

/// Sorted values have one.
double median_of(const std::vector<double>& sorted) {
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

std::optional<double> time_if_known(const Totals& totals, Duration time) {
  if (totals.known_busy == Duration()) return {};
  return time.in_seconds();
}

FigureChange change_of(ReportFigure figure, const Totals& now, const std::vector<Totals>& earlier) {
  FigureChange change{.figure = figure, .now = figure_of(now, figure)};
  // Where nothing was heard at all there is nothing to compare with.
  const auto heard = [](const Totals& totals) { return totals.known_busy > Duration(); };
  if (!earlier.empty() && heard(earlier.front()))
    change.before = figure_of(earlier.front(), figure);
  std::vector<double> peers;
  for (const Totals& one : earlier) {
    if (!heard(one)) continue;
    if (const auto value = figure_of(one, figure)) peers.push_back(*value);
  }
  if (peers.size() < kLeastPeers) return change;
  std::ranges::sort(peers);
  change.median = median_of(peers);
  change.spread = std::max(peers.back() - *change.median, *change.median - peers.front());
  if (!change.now) return change;
  const double differs = std::abs(*change.now - *change.median);
  change.told = differs > change.spread && differs > kTrifle * std::abs(*change.median);
  return change;
}

void add_loss(std::vector<Loss>& losses, LossKind kind, const std::string& machine, Duration time) {
  Loss& loss = losses.at(static_cast<std::size_t>(kind));
  loss.time += time;
  if (time <= loss.of_most) return;
  loss.of_most = time;
  loss.most_on = machine;
}

/// Ideal time for `parts`; nothing where no ideal time is known.
Duration ideal_for(const Oee& oee, std::uint64_t parts) {
  if (!oee.ideal) return {};
  return *oee.ideal * static_cast<std::int64_t>(parts);
}

std::vector<Loss> losses_of(const std::vector<PeriodFigures>& all) {
  std::vector<Loss> losses(kLossKinds);
  for (std::size_t i = 0; i < kLossKinds; ++i) losses[i].kind = static_cast<LossKind>(i);
  for (const PeriodFigures& one : all) {
    const std::string& name = one.machine.name;
    for (std::size_t i = 0; i < kLossUses.size(); ++i) {
      add_loss(losses, static_cast<LossKind>(i), name, one.oee.in(kLossUses.at(i)));
    }
    if (!one.oee.effectiveness || !one.oee.parts) continue;
    const Duration slow = one.oee.production - ideal_for(one.oee, one.oee.parts->known_busy);
    if (slow > Duration()) add_loss(losses, LossKind::kSpeed, name, slow);
    const std::uint64_t bad = one.oee.parts->known_busy - one.oee.good.value_or(0);
    add_loss(losses, LossKind::kScrap, name, ideal_for(one.oee, bad));
  }
  std::erase_if(losses, [](const Loss& loss) { return loss.time <= Duration(); });
  std::ranges::sort(losses, [](const Loss& a, const Loss& b) {
    return a.time != b.time ? a.time > b.time : a.kind < b.kind;
  });
  return losses;
}

std::vector<ReasonTime> reasons_of(const std::vector<PeriodFigures>& all) {
  std::map<std::string, ReasonTime> by_code;
  for (const PeriodFigures& one : all) {
    for (const ReasonTime& reason : time_by_reason(one.oee)) {
      ReasonTime& row = by_code[reason.code];
      row.code = reason.code;
      row.time += reason.time;
      row.stops += reason.stops;
    }
  }
  std::vector<ReasonTime> rows;
  for (auto& [code, row] : by_code) rows.push_back(std::move(row));
  put_most_first(rows);
  return rows;
}

}  // namespace

std::string_view word(ReportSpan span) {
  return kSpans.at(static_cast<std::size_t>(span));
}
std::string_view word(ReportFigure figure) {
  return kFigures.at(static_cast<std::size_t>(figure));
}
std::string_view word(LossKind loss) {
  return kLosses.at(static_cast<std::size_t>(loss));
}

std::optional<ReportSpan> parse_report_span(std::string_view text) {
  const auto found = std::ranges::find(kSpans, text);
  if (found == kSpans.end()) return {};
  return static_cast<ReportSpan>(found - kSpans.begin());
}

std::vector<TimeRange> report_periods(ReportSpan span, Day day, const TimeZone& zone) {
  std::vector<TimeRange> periods;
  for (int before = 0; before <= static_cast<int>(kReportPeers); ++before) {
    const Day first = period_start(span, day, before);
    // Of a month the next one's first day, which lies within the 31 days after.
    const Day end = span == ReportSpan::kDay    ? first + 1
                    : span == ReportSpan::kWeek ? first + 7
                                                : month_start(first + 31, 0);
    periods.push_back({zone.begin(first), zone.begin(end)});
  }
  return periods;
}

std::optional<double> figure_of(const Totals& totals, ReportFigure figure) {
  switch (figure) {
    case ReportFigure::kOee: return totals.oee.value();
    case ReportFigure::kAvailability: return totals.availability.value();
    case ReportFigure::kEffectiveness: return totals.effectiveness.value();
    case ReportFigure::kQuality: return totals.quality.value();
    case ReportFigure::kGood:
      if (totals.counting == 0) return {};
      return static_cast<double>(totals.good);
    case ReportFigure::kProduction: return time_if_known(totals, totals.production);
    case ReportFigure::kUnexplained: return time_if_known(totals, totals.unexplained);
    case ReportFigure::kFailures:
      if (totals.known_busy == Duration()) return {};
      return static_cast<double>(totals.reliability.failures);
    case ReportFigure::kCoverage: return totals.coverage();
  }
  return {};
}

PeriodReport make_report(const std::vector<PeriodFigures>& now,
                         const std::vector<Totals>& earlier) {
  PeriodReport report{.totals = total_of(now)};
  for (std::size_t i = 0; i < kReportFigures; ++i) {
    report.changes.push_back(change_of(static_cast<ReportFigure>(i), report.totals, earlier));
  }
  report.losses = losses_of(now);
  report.reasons = reasons_of(now);
  std::vector<MachineAlarms> alarms;
  for (const PeriodFigures& one : now) alarms.push_back({one.machine.id, one.alarms});
  report.alarms = alarm_pareto(alarms, ParetoBy::kTime);
  return report;
}

}  // namespace heed::machines
